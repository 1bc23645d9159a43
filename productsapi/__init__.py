"""A secure, serverless CRUD API for products on AWS, put there and taken care of by one command."""

__version__ = "0.1.0"
