"""Questions with yes and no."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from productsapi.errors import Refused


class Declined(click.Abort):
    """Somebody said no, or nothing, before anything was changed."""


def someone_is_there() -> bool:
    """Whether a person can be asked; stdin may also be closed."""
    return sys.stdin is not None and sys.stdin.isatty()


def must_be_asked(doing: str) -> None:
    """Raises Refused where nobody can be: `doing` says what for, "this changes AWS"."""
    if not someone_is_there():
        raise Refused(f"{doing} and nobody is there to be asked", "add --yes")


def agreed(question: str, details: Callable[[], None] | None = None) -> None:
    """Ask until it is yes; with `details`, `d` shows them first. Raises Declined."""
    choices = "[y/N, d for details]" if details else "[y/N]"
    while True:
        typed = answer(f"{question} {choices}").lower()
        if typed in {"y", "yes"}:
            return
        if typed in {"", "n", "no"}:
            raise Declined
        if details and typed in {"d", "details"}:
            details()
        else:
            click.echo(f"{typed!r} is neither yes (y) nor no (n).", err=True)


def answer(question: str) -> str:
    """What is typed in answer, which may be nothing. Raises Declined where it is Ctrl-C or EOF."""
    try:
        typed: str = click.prompt(question, default="", show_default=False, err=True)
    except click.Abort:
        click.echo(err=True)  # the question's line has no end yet
        raise Declined from None
    return typed.strip()
