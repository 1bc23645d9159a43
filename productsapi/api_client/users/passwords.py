"""Passwords: what Cognito refuses of any, and one that every pool takes."""

from __future__ import annotations

import secrets

from productsapi.errors import SignInError

LONGEST_POLICY = 99
"""Characters that a pool may ask of a password at the most."""


def check_password(password: str) -> None:
    """Check what Cognito's API refuses of any password before it is sent. Raises SignInError."""
    if not password or any(character.isspace() for character in password):
        raise SignInError("A password can't be empty or contain spaces or line breaks.")
    try:
        password.encode()
    except UnicodeEncodeError:  # bytes of the environment that are no text
        raise SignInError("The password isn't UTF-8 text.") from None


def passing_password() -> str:
    """For the moment until the user's own: one that every pool's policy takes, and nobody knows.

    Cognito makes one where none is given; the local cloud's fits no pool that asks for more than 12
    characters.
    """
    return "Aa1!" + secrets.token_urlsafe(LONGEST_POLICY)
