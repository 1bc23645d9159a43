"""Questions with yes and no."""

from __future__ import annotations

import os
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
    """Raises Refused where there is no terminal: `doing` says what for, "this changes AWS"."""
    if not someone_is_there():
        raise Refused(f"{doing} and there is no terminal to ask on", "add --yes")


def production_needs_interactive_confirmation() -> bool:
    """Whether --yes isn't enough for a production environment: there is a terminal to ask on.

    CI systems that give their jobs a terminal say who they are by the variable CI.
    """
    return someone_is_there() and not os.environ.get("CI")


def agreed(question: str, details: Callable[[], None] | None = None, name: str = "") -> None:
    """Ask until it is yes, or `name`, where one is to be typed; `d` shows `details` first.

    Raises Declined.
    """
    d = ", d for details" if details else ""
    asked = f"Type {name} [N{d}]" if name else f"[y/N{d}]"
    while True:
        typed = answer(f"{question} {asked}")
        if typed == name if name else typed.lower() in {"y", "yes"}:
            return
        if typed.lower() in {"", "n", "no"}:
            raise Declined
        if details and typed.lower() in {"d", "details"}:
            details()
        else:
            meant = f"the stack's name, {name}," if name else "yes (y)"
            click.echo(f"{typed!r} is neither {meant} nor no (n).", err=True)


def answer(question: str) -> str:
    """What is typed in answer, which may be nothing. Raises Declined where it is Ctrl-C or EOF."""
    try:
        typed: str = click.prompt(question, default="", show_default=False, err=True)
    except click.Abort:
        click.echo(err=True)  # the question's line has no end yet
        raise Declined from None
    return typed.strip()
