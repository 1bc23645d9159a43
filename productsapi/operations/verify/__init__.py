"""Whether the deployed system works, and refuses whom it should: asked of itself, from outside."""
