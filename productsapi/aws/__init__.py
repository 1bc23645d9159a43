"""The way to AWS: where a stack lives, the clients, one door for calls, and what errors mean."""
