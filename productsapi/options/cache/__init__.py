"""The stage's cache of GET answers. What is set for its methods is the stage's own."""
