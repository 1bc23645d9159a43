"""Throw-away users: made for one run, in memory only, and gone at its end, however it ends."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from shlex import quote

from productsapi.api_client.token_store import Tokens
from productsapi.api_client.users import UserPool
from productsapi.errors import AccessDenied, AwsError, NotFound, ProductsApiError
from productsapi.operations.finding import Finding, State

PREFIX = "productsapi-verify-"
OF_EACH_KIND = "aA1!"
"""What a password policy may ask for."""
LONGEST_PASSWORD = 256
SPARE = 28
LONGEST_RUN = timedelta(hours=1)
MAX_REPORTED = 60


class NoGroupError(ProductsApiError):
    """The configuration lets only members of a group write, and there is no such group."""


@dataclass(frozen=True)
class TemporaryUser:
    name: str
    password: str = field(repr=False)
    tokens: Tokens = field(repr=False)


@dataclass
class TemporaryUsers:
    pool: UserPool
    password_length: int
    names: list[str] = field(default_factory=list)

    def create(self) -> TemporaryUser:
        """A new user, signed in. Raises SignInError or AwsError."""
        name = PREFIX + secrets.token_hex(6)
        password = new_password(self.password_length)
        self.names.append(name)  # first: a create whose answer is lost may have taken effect
        try:
            self.pool.create(name, password)
        except AccessDenied as error:
            if error.operation == "AdminCreateUser":
                self.names.remove(name)
            raise
        return TemporaryUser(name, password, self.pool.login(name, password))

    def join(self, user: TemporaryUser, group: str) -> TemporaryUser:
        """The same user as a member of `group`, signed in again, since groups are in the token."""
        try:
            self.pool.aws.call(
                "cognito-idp",
                "AdminAddUserToGroup",
                UserPoolId=self.pool.user_pool_id,
                Username=user.name,
                GroupName=group,
            )
        except NotFound as error:
            raise NoGroupError(
                f"the group {group} of auth.write_groups doesn't exist, so nobody can write",
                f"`productsapi user groups NAME {quote(group)}` makes it, with a first member",
            ) from error
        tokens = self.pool.login(user.name, user.password)
        return TemporaryUser(user.name, user.password, tokens)

    def delete_all(self) -> Iterator[tuple[str, ProductsApiError]]:
        """Remove them; gives those that couldn't be, and why."""
        while self.names:
            name = self.names[-1]
            try:
                self.pool.aws.call(
                    "cognito-idp",
                    "AdminDeleteUser",
                    UserPoolId=self.pool.user_pool_id,
                    Username=name,
                )
            except AwsError as error:
                if error.code != "UserNotFoundException":
                    yield name, error
            except ProductsApiError as error:
                yield name, error
            self.names.pop()


@contextmanager
def temporary_users(
    pool: UserPool, password_length: int, report: Callable[[Finding], None]
) -> Iterator[TemporaryUsers]:
    """Users who are gone at the end of the block; who can't be removed is reported."""
    present = TemporaryUsers(pool, password_length)
    try:
        yield present
    finally:
        try:
            for name, error in present.delete_all():
                report(left_over(name, error.message))
        except BaseException:  # Ctrl-C again
            for name in present.names:
                report(left_over(name, "interrupted"))
            raise


def users_left_by_earlier_runs(pool: UserPool, now: datetime) -> Iterator[Finding]:
    """Users that killed runs left behind: reported, since such a run may still be going on."""
    pages = pool.aws.pages(
        "cognito-idp",
        "ListUsers",
        UserPoolId=pool.user_pool_id,
        Filter=f'username ^= "{PREFIX}"',
        Limit=MAX_REPORTED,
    )
    for user in islice((user for page in pages for user in page["Users"]), MAX_REPORTED):
        if now - user["UserCreateDate"] > LONGEST_RUN:
            name = user["Username"]
            text = f"the throw-away user {name} of {user['UserCreateDate']:%Y-%m-%d} is left over"
            fix = f"productsapi user delete {name} --yes"
            yield Finding("earlier runs", State.WARNING, text, fix)


def left_over(name: str, why: str) -> Finding:
    text = f"the throw-away user {name} is left over: {why}"
    return Finding("clean-up", State.FAILED, text, f"productsapi user delete {name} --yes")


def new_password(length: int) -> str:
    """One that any policy takes, and nobody guesses."""
    return (OF_EACH_KIND + secrets.token_urlsafe(length + SPARE))[:LONGEST_PASSWORD]
