"""Cognito users and their sign-ins: `pool` does it, `refusals` tells a refusal in words."""

from productsapi.api_client.users.pool import User, UserPool

__all__ = ["User", "UserPool"]
