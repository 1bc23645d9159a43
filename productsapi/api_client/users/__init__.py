"""Cognito users and their sign-ins (`pool`), and Cognito's errors in words (`cognito_errors`)."""

from productsapi.api_client.users.pool import User, UserPool

__all__ = ["User", "UserPool"]
