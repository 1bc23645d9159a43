"""End-to-end checks of the deployed system: it works, and refuses whom it should."""
