"""Who is signed in on the page: tokens and challenges stay in this process, and nowhere else."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock

from productsapi.api_client.token_store import MARGIN, Tokens
from productsapi.api_client.users import UserPool
from productsapi.api_client.users.challenges import NEW_PASSWORD, Challenge, begin, respond
from productsapi.errors import ProductsApiError, SignInError


@dataclass
class SignIn:
    """One at a time: the page is one person's."""

    pool: UserPool
    clock: Callable[[], float] = time.time
    user: str = ""
    _tokens: Tokens | None = field(default=None, repr=False)
    _asked: Challenge | None = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    @classmethod
    def signed_in(cls, pool: UserPool, user: str, tokens: Tokens) -> SignIn:
        """With a sign-in that was made elsewhere, for this page alone."""
        return cls(pool, user=user, _tokens=tokens)

    def state(self) -> dict[str, str | None]:
        """What the page may know: who, or what is asked next."""
        asked = self._asked
        return {
            "user": self.user or None,
            "asked": None if asked is None else _kind(asked),
            "of": asked.user if asked else None,
            "sentTo": (asked.sent_to or None) if asked else None,
        }

    def password(self, name: str, password: str) -> None:
        """Raises SignInError."""
        with self._lock:
            self._asked = None
            self._take(name, begin(self.pool, name, password))

    def answer(self, text: str) -> None:
        """Answer what Cognito asked. Raises SignInError; the question then remains open."""
        with self._lock:
            if self._asked is None:
                raise SignInError("Nothing was asked: sign in from the beginning.")
            self._take(self._asked.user, respond(self.pool, self._asked, text))

    def token(self) -> str:
        """An ID token that is good for the next minute. Raises SignInError where there is none."""
        with self._lock:
            if self._tokens is None:
                raise SignInError("Nobody is signed in.", "sign in on the page")
            if self._tokens.expires - MARGIN <= self.clock():
                try:
                    self._tokens = self.pool.refresh(self.user, self._tokens)
                except SignInError:
                    self._forget()
                    raise
            return self._tokens.id_token

    def out(self) -> None:
        """Delete the tokens, and revoke them at Cognito where possible."""
        with self._lock:
            user, tokens = self.user, self._tokens
            self._forget()
        if tokens:
            with suppress(ProductsApiError):
                self.pool.revoke(user, tokens)

    def _take(self, name: str, given: Tokens | Challenge) -> None:
        if isinstance(given, Challenge):
            self._forget()
            self._asked = given
        else:
            self.user, self._tokens, self._asked = name, given, None

    def _forget(self) -> None:
        self.user, self._tokens, self._asked = "", None, None


def _kind(asked: Challenge) -> str:
    return "password" if asked.name == NEW_PASSWORD else "code"
