"""Where sign-ins are kept between commands: one JSON file, readable by its owner only.

They are keyed by where the user pool lives (an endpoint URL, or "aws:<region>"), its id, and the
user's name, so that a local sign-in is never sent to AWS, nor one pool's token to another.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from shlex import quote
from typing import Any

from productsapi import private
from productsapi.errors import SignInError

LATEST = 253_402_214_400.0  # the last day that a datetime can hold, in any time zone
MARGIN = 60  # seconds before its end from which an ID token counts as expired

_Kept = dict[str, dict[str, dict[str, Any]]]  # where → pool id → user name → tokens


def _silent(_message: str) -> None:
    pass


def claims_of(token: str) -> dict[str, Any] | None:
    """What a token says of its user; nothing here checks it. None for what is no token."""
    if not re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", token):
        return None
    payload = token.split(".")[1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):  # binascii's is one
        return None
    return claims if isinstance(claims, dict) else None


def groups_in(claims: Mapping[str, Any]) -> set[str]:
    """The groups in an ID token (`cognito:groups`); a user of none has no such claim."""
    groups = claims.get("cognito:groups")
    listed = groups if isinstance(groups, list) else []
    return {each for each in listed if isinstance(each, str)}


@dataclass(frozen=True)
class Tokens:
    """One sign-in. Never shown: the API takes the ID token, Cognito the other two."""

    id_token: str = field(repr=False)
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)

    @property
    def expires(self) -> float:
        """When the ID token ends (seconds since 1970); 0 if it doesn't say.

        Read without checking the signature: it is our own, and only shows when to refresh it.
        """
        try:
            end = float((claims_of(self.id_token) or {})["exp"])
        except (KeyError, TypeError, ValueError, OverflowError):
            return 0.0
        return end if 0 <= end <= LATEST else 0.0

    @property
    def sub(self) -> str | None:
        """Who it is for, by Cognito's own id of the user; None if it doesn't say."""
        sub = (claims_of(self.id_token) or {}).get("sub")
        return sub if isinstance(sub, str) else None

    @property
    def user(self) -> str | None:
        """Cognito's own name of the user, however it was typed; None if it doesn't say."""
        name = (claims_of(self.id_token) or {}).get("cognito:username")
        return name if isinstance(name, str) and name else None


@dataclass(frozen=True)
class Pool:
    where: str  # endpoint URL, or "aws:<region>"
    user_pool_id: str


@dataclass(frozen=True)
class TokenFile:
    path: Path
    notify: Callable[[str], None] = field(default=_silent, repr=False)  # what a person should know

    def get(self, pool: Pool, name: str) -> Tokens | None:
        return self._one(self._read(), pool, name)

    def put(self, pool: Pool, name: str, tokens: Tokens) -> None:
        """Keep a new sign-in: that user is the last one then."""
        with self._alone():
            self._put(pool, name, tokens, last=True)

    def last(self, pool: Pool) -> str | None:
        """Who has signed in last of those who still are; renewed tokens are no sign-in."""
        return next(reversed(self._read().get(pool.where, {}).get(pool.user_pool_id, {})), None)

    def remove(self, pool: Pool, name: str) -> Tokens | None:
        """Remove a sign-in; returns what was kept of it, so that it can be revoked too."""
        with self._alone():
            kept = self._read()
            tokens = self._one(kept, pool, name)
            if kept.get(pool.where, {}).get(pool.user_pool_id, {}).pop(name, None) is not None:
                self._write(kept)
            return tokens

    def names(self, pool: Pool) -> list[str]:
        return sorted(self._read().get(pool.where, {}).get(pool.user_pool_id, {}))

    def valid_id_token(
        self,
        pool: Pool,
        name: str,
        refresh: Callable[[Tokens], Tokens],
        clock: Callable[[], float] = time.time,
    ) -> str:
        """Return an ID token with time to live: the stored one, or a new one that is stored."""
        tokens = self._signed_in(pool, name)
        if tokens.expires - MARGIN > clock():
            return tokens.id_token
        with self._alone():  # two commands at once refresh once: a refresh token may be for one use
            tokens = self._signed_in(pool, name)
            if tokens.expires - MARGIN <= clock():
                tokens = refresh(tokens)
                self._put(pool, name, tokens)
            return tokens.id_token

    def _signed_in(self, pool: Pool, name: str) -> Tokens:
        tokens = self.get(pool, name)
        if tokens is None:
            raise SignInError(
                f"{name} is not signed in.", hint=f"productsapi user login {quote(name)}"
            )
        return tokens

    def _one(self, kept: _Kept, pool: Pool, name: str) -> Tokens | None:
        try:
            found = Tokens(**kept[pool.where][pool.user_pool_id][name])
        except (KeyError, TypeError):
            return None
        return found if all(isinstance(each, str) for each in vars(found).values()) else None

    def _put(self, pool: Pool, name: str, tokens: Tokens, *, last: bool = False) -> None:
        """Users are listed in the order of their sign-ins."""
        kept = self._read()
        users = kept.setdefault(pool.where, {}).setdefault(pool.user_pool_id, {})
        if last:
            users.pop(name, None)
        users[name] = asdict(tokens)
        self._write(kept)

    def _read(self) -> _Kept:
        try:
            text, was_open = private.read(self.path)
            if was_open:
                message = (
                    f"Others could read {self.path}, and sign in with it. Its mode is 0600 now."
                )
                self.notify(message)
            kept = json.loads(text)
            if _is_well_formed(kept):
                return kept  # type: ignore[no-any-return]  # looked at just now
        except FileNotFoundError:
            return {}
        except (ValueError, RecursionError):
            pass
        except private.NotAFile as error:
            self.notify(f"{self.path} isn't read, since {error.strerror}. Sign in again.")
            return {}
        except OSError as error:
            raise SignInError(f"{self.path} can't be read: {error.strerror}.") from error
        self.notify(f"{self.path} can't be understood: taken as empty. Sign in again.")
        return {}

    def _write(self, kept: _Kept) -> None:
        private.write(self.path, json.dumps(kept, indent=1) + "\n")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            if not self.path.parent.exists():
                private.make_folder(self.path.parent)
            with private.exclusive_lock(self.path.with_suffix(".lock")):
                yield
        except OSError as error:  # a lock that isn't given up is one, too
            reason = error.strerror or str(error)
            raise SignInError(f"Sign-ins can't be kept in {self.path}: {reason}.") from error


def _is_well_formed(kept: object) -> bool:
    return isinstance(kept, dict) and all(
        isinstance(pools, dict) and all(isinstance(users, dict) for users in pools.values())
        for pools in kept.values()
    )
