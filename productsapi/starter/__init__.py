"""The example configurations and the Lambda sources, for `productsapi init`."""
