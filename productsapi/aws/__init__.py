"""The way to AWS: where a stack lives, the clients, one door for every call, and what errors mean."""
