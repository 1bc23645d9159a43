"""The user pool of a stack, its sign-ins on this machine, and how passwords come in."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from productsapi.cli.opened_stack import Opened, open_stack
from productsapi.cli.prompts import someone_is_there
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import Target
from productsapi.errors import SignInError
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.api_client.token_store import Pool, TokenFile, Tokens
    from productsapi.api_client.users import UserPool
    from productsapi.engine.outputs import Outputs

PASSWORD_VARIABLE = "PRODUCTSAPI_PASSWORD"  # noqa: S105 - the variable's name
KEY_VARIABLE = "PRODUCTSAPI_API_KEY"
USER_VARIABLE = "PRODUCTSAPI_USER"


@dataclass(frozen=True)
class StackUsers:
    """The users of a deployed stack, and who of them is signed in here."""

    opened: Opened
    outputs: Outputs
    pool: UserPool
    tokens: TokenFile
    kept_under: Pool

    def token(self, name: str) -> str:
        """A valid ID token, refreshed if need be. Raises SignInError."""
        name = self.own_name(name)
        renew = partial(self.pool.refresh, name)
        return self.tokens.valid_id_token(self.kept_under, name, renew)

    def keep(self, typed: str, tokens: Tokens) -> str:
        """Keep a sign-in under Cognito's own name of its user, which is returned."""
        name = tokens.user or typed
        if name != typed:  # as it was kept before
            self.tokens.remove(self.kept_under, typed)
        self.tokens.put(self.kept_under, name, tokens)
        return name

    def own_name(self, typed: str) -> str:
        """The name that a sign-in is kept under, where `typed` means its user."""
        kept = {name: self.tokens.get(self.kept_under, name) for name in self.signed_in()}
        return self.pool.own_name(typed, {n: t.id_token for n, t in kept.items() if t})

    def signed_in(self) -> list[str]:
        return self.tokens.names(self.kept_under)

    def caller(self, name: str | None) -> str:
        """The user to act as: the one who is named, or else the one who signed in last.

        Prints which one that is, if there are several. Raises SignInError where there is none.
        """
        chosen = name or self.tokens.last(self.kept_under)
        if chosen is None:
            raise SignInError("nobody is signed in", "productsapi login testuser")
        if not name and len(self.signed_in()) > 1:
            print_unless_quiet(
                printable(f"As {chosen}, who signed in last; --user chooses another.")
            )
        return chosen


def find_users(target: Target) -> StackUsers:
    """Raises SignInError where the stack, and so its user pool, isn't there."""
    opened = open_stack(target)
    from productsapi.api_client.token_store import Pool, TokenFile
    from productsapi.api_client.users import UserPool
    from productsapi.stack.output_names import CLIENT_ID, USER_POOL_ID

    outputs = opened.outputs()
    pool_id, client_id = outputs.get(USER_POOL_ID), outputs.get(CLIENT_ID)
    if not pool_id or not client_id:
        raise SignInError(
            f"the stack {opened.stack.config.stack} has no user pool yet", "productsapi deploy"
        )
    location = opened.stack.location
    notify = partial(click.echo, err=True)
    return StackUsers(
        opened,
        outputs,
        UserPool(opened.aws, pool_id, client_id),
        TokenFile(Path(click.get_app_dir("productsapi")) / "tokens.json", notify=notify),
        Pool(location.endpoint_url or f"aws:{location.region}", pool_id),
    )


def api_key(opened: Opened) -> str | None:
    """The API key of a stack that asks for one: the caller's own, or the one that it may read.

    Never by an argument, as a password. Raises AccessDenied, or RequestFailed where there is none.
    """
    if not opened.stack.config.api.key:
        return None
    own = os.environ.get(KEY_VARIABLE)
    if own is None:
        from productsapi.options.api_key.secret import value_for_a_caller

        return value_for_a_caller(opened.stack, opened.printing_waits())
    if not re.fullmatch(r"[!-~]+", own):  # and never shown, not even as what it isn't
        raise click.UsageError(f"{KEY_VARIABLE} isn't printable ASCII without blanks.")
    return own


def user_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--user",
        "name",
        envvar=USER_VARIABLE,
        show_envvar=True,
        help="The user to act as; by default who signed in last.",
    )(function)


def password_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--password-stdin", is_flag=True, help=f"Read it from stdin (or set {PASSWORD_VARIABLE})."
    )(function)


def read_password(*, from_stdin: bool, twice: bool) -> str:
    """By stdin, environment or prompt; never by an argument, which others here could see."""
    if from_stdin:
        return _line_of_stdin()
    if PASSWORD_VARIABLE in os.environ:
        return os.environ[PASSWORD_VARIABLE]
    if not someone_is_there():
        raise click.UsageError(
            "There is no terminal to type a password on: use --password-stdin or "
            f"{PASSWORD_VARIABLE}."
        )
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=twice, err=True)
    return typed


def _line_of_stdin() -> str:
    try:
        return sys.stdin.readline().rstrip("\r\n") if sys.stdin else ""
    except UnicodeDecodeError as error:
        raise click.UsageError(f"The password on stdin isn't {error.encoding} text.") from None
