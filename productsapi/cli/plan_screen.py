"""A plan on a screen: where it goes, what is open, a line a step, and what it costs."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from productsapi.cli.exposures import exposures, exposures_in_short
from productsapi.cli.plan_detail import SIGNS, summary
from productsapi.cli.plan_folded import folded
from productsapi.cli.plan_notes import in_brief, merged
from productsapi.cli.plan_summary import MOST_FIELDS, Line, cost, lines
from productsapi.cli.switches import is_quiet
from productsapi.cli.target import completed
from productsapi.cli.wrapping import columns, say, wrapped
from productsapi.engine.resource import Note
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.engine.plan import Plan
    from productsapi.stack import Stack

HEIGHT = 24
"""Lines that every terminal has."""
BESIDE = 4
"""Those of them for the heading, the release's message, and the question or what comes next."""


def heading(stack: Stack) -> str:
    return f"{stack.config.stack} → {stack.location}"


def print_heading(stack: Stack, *, err: bool) -> None:
    """Which environment this is; one that customers depend on says so, not by colour alone."""
    if stack.config.production and not stack.location.on_this_machine:
        click.secho(" PRODUCTION ", fg="white", bg="red", bold=True, err=err, nl=False)
        click.secho(f" {heading(stack)}", fg="red", bold=True, err=err)
    else:
        click.secho(heading(stack), fg="cyan", bold=True, err=err)


def announce(stack: Stack) -> None:
    """The heading, for whoever watches: no line of a pipeline's log."""
    if sys.stderr is not None and sys.stderr.isatty() and not is_quiet():
        print_heading(stack, err=True)


@dataclass(frozen=True)
class Row:
    """A sentence of the screen, which may take several of its lines."""

    text: str
    colour: str | None = None
    hang: int = 2

    def height(self, width: int) -> int:
        return wrapped(printable(self.text), width, self.hang).count("\n") + 1


def rows(plan: Plan, way: str, width: int | None, height: int = HEIGHT) -> list[Row]:
    """The plan in short: a line a step, or fewer where these don't fit a screen of that size.

    What is open, removed, refused or kept is in every form. `way` is the command or option that
    closes what is open. Where there is no `width` there is no screen.
    """
    form: list[Row] = []
    for form in _forms(plan, way):  # the last one, where none fits
        if width is None or sum(row.height(width) for row in form) <= height - BESIDE:
            break
    return form


def print_screen(plan: Plan, *, err: bool, way: str = "deploy", below: int = 0) -> None:
    """In a screen's lines, less so many `below` for what is printed after it."""
    most = max(HEIGHT, shutil.get_terminal_size().lines) - below
    for row in rows(plan, way, columns(err=err), most):
        say(row.text, fg=row.colour, err=err, hang=row.hang)


def height_of(text: str, *, err: bool) -> int:
    """The lines that a text of several takes there."""
    width = columns(err=err)
    return sum(Row(line).height(width) for line in text.split("\n")) if width else 0


def _forms(plan: Plan, way: str) -> Iterator[list[Row]]:
    """The one with most information comes first."""
    opened, notes, end = exposures(plan, way), merged(plan.notes), summary(plan)
    yield _form(opened, notes, lines(plan), [end, cost(plan)])
    opened, notes, end = (
        exposures_in_short(plan, way),
        in_brief(plan.notes),
        f"{end}; all of it: --detail",
    )
    for most in range(MOST_FIELDS, -1, -1):
        yield _form(opened, notes, folded(plan, most), [end, cost(plan)])


def _form(
    opened: Iterable[str], notes: Iterable[Note], done: Iterable[Line], end: Iterable[str]
) -> list[Row]:
    return [
        *map(_opened, opened),
        *map(_note, notes),
        *map(_line, done),
        *map(Row, filter(None, end)),
    ]


def _opened(text: str) -> Row:
    return Row(f"! {text}", "red", hang=2 + len(text) - len(text.lstrip()))


def _note(note: Note) -> Row:
    return Row(f"! {completed(note.text)}", "red" if note.exposes_access else "yellow")


def _line(line: Line) -> Row:
    sign, colour = SIGNS[line.action]
    return Row(f"{sign} {line.text}", "red" if line.exposes_access else colour)
