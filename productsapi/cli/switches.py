"""`--quiet` and `--debug`, which every command takes, before its name or behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from productsapi.aws.tracing import Trace

QUIET, DEBUG = "productsapi.quiet", "productsapi.debug"
"""Their names in click's context, which a command shares with the program's own."""


def switches(function: Callable[..., Any], *, hidden: bool = False) -> Callable[..., Any]:
    """The two options; `hidden` where the program's own help lists them."""

    def noted(context: click.Context, parameter: click.Parameter, value: bool) -> None:
        if value:
            context.meta[QUIET if parameter.name == "quiet" else DEBUG] = True

    def option(*names: str, text: str) -> Callable[..., Any]:
        return click.option(
            *names, is_flag=True, expose_value=False, callback=noted, hidden=hidden, help=text
        )

    quiet = option("-q", "--quiet", text="Results, warnings and errors only.")
    debug = option("--debug", text="Show each call to AWS on stderr, secrets masked.")
    switched: Callable[..., Any] = quiet(debug(function))
    return switched


def is_quiet() -> bool:
    return _given(QUIET)


def is_debugging() -> bool:
    return _given(DEBUG)


def debugging() -> Trace | None:
    """Who shows each call, where that is asked for."""
    if not is_debugging():
        return None
    from productsapi.cli.tracing import Traces

    return Traces(None, on_stderr=True)


def print_unless_quiet(text: str, **style: Any) -> None:
    """Print what a person may like to know beside the result: progress, waits, what comes next."""
    if not is_quiet():
        click.secho(text, err=True, **style)


def _given(name: str) -> bool:
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(name))
