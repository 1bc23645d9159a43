"""The way to AWS: where a stack lives, the clients, one way for calls, and what errors mean."""
