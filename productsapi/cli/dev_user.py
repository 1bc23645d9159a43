"""Who uses the local cloud in the inner loop, and with what: a user `dev`, and products."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from productsapi import streams
from productsapi.errors import ProductsApiError, SignInError

if TYPE_CHECKING:
    from productsapi.api_client.token_store import Tokens
    from productsapi.cli.user_session import StackUsers

NAME = "dev"


def sign_in(users: StackUsers) -> Tokens:
    """Have the user, signed in for commands; gives a sign-in of its own, for the page.

    Of the local cloud only: the password is a new one each time, and nobody knows it. Raises
    SignInError where the pool asks for more than that, as a second factor.
    """
    from productsapi.operations.verify.throwaway_users import new_password

    config, pool = users.opened.stack.config, users.pool
    password = new_password(config.user_pool.password_length)
    groups = set(config.auth.write_groups)
    try:
        pool.create(NAME, password, groups=groups)
    except SignInError:
        pool.set_groups(NAME, {*pool.groups_of(NAME), *groups})
        pool.set_password(NAME, password)
    users.tokens.put(users.kept_under, NAME, pool.login(NAME, password))
    return pool.login(NAME, password)


@dataclass(frozen=True)
class Seed:
    """A product's line of a file, to be sent unchanged."""

    where: str
    body: bytes


def seeds(path: Path) -> list[Seed]:
    """The products of a file of JSON Lines. Raises ProductsApiError for a line that is none."""
    return list(_seeds(path))


def _seeds(path: Path) -> Iterator[Seed]:
    try:
        with streams.opened(path) as file:
            lines = file.read().splitlines()
    except OSError as error:
        raise ProductsApiError(f"{path} can't be read: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            product = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ProductsApiError(f"{where}: this is no JSON: {error}") from None
        if not isinstance(product, dict):
            raise ProductsApiError(f"{where}: a product is an object, {{…}}, on one line")
        yield Seed(where, line)


@dataclass
class SeedResult:
    """How many products were created, how many existed, and why others were refused."""

    made: int = 0
    present: int = 0
    refused: list[str] = field(default_factory=list)

    def in_words(self) -> str:
        text = f"{self.made} created, {self.present} there already"
        return f"{text}, {len(self.refused)} refused" if self.refused else text


def seed_products(users: StackUsers, wanted: list[Seed]) -> SeedResult:
    """POST each as the user. Raises RequestFailed where there is no answer at all."""
    from productsapi.api_client import send
    from productsapi.cli.opened_stack import deployed_url
    from productsapi.cli.user_session import api_key

    opened = users.opened
    url = deployed_url(opened, users.outputs)
    key = api_key(opened)
    headers = {"content-type": "application/json", **({"x-api-key": key} if key else {})}
    result = SeedResult()
    for seed in wanted:
        headers["authorization"] = f"Bearer {users.token(NAME)}"
        answer = send(
            "POST",
            f"{url}/products",
            headers=headers,
            body=seed.body,
            network=opened.aws.clients.network,
        )
        if answer.status == HTTPStatus.CREATED:
            result.made += 1
        elif answer.status == HTTPStatus.CONFLICT:
            result.present += 1
        else:
            result.refused.append(f"{seed.where}: {answer.status} {_why(answer.json())}")
    return result


def _why(problem: object) -> str:
    """Each violation with its field, or else the problem's title."""
    if not isinstance(problem, dict):
        return ""
    errors = problem.get("errors")
    if isinstance(errors, list) and errors:
        return "; ".join(f"{e.get('field')} {e.get('message')}" for e in errors if e)
    return str(problem.get("title") or problem.get("message") or "")
