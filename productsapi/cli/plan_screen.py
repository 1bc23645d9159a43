"""A plan on a screen: where it goes, what is open, a line a step, and what it costs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from productsapi.cli.exposures import exposures
from productsapi.cli.plan_summary import cost, lines
from productsapi.cli.render import SIGNS, print_notes, summary
from productsapi.cli.switches import is_quiet
from productsapi.cli.wrapping import say
from productsapi.engine.resource import Note
from productsapi.stack.function_settings import UnusedRole
from productsapi.wording import in_a_row

if TYPE_CHECKING:
    from productsapi.engine.plan import Plan
    from productsapi.stack import Stack


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


def merged(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """The notes with those of one kind in one, where there are several."""
    unused = [note for note in notes if isinstance(note, UnusedRole)]
    if len(unused) <= 1:
        return notes
    functions = in_a_row([note.function for note in unused])
    roles = in_a_row([note.role for note in unused])
    text = f"functions {functions} get roles of ours: {roles} are yours to remove then"
    first = notes.index(unused[0])
    others = [note for note in notes if note not in unused]
    return (*others[:first], Note(text), *others[first:])


def print_screen(plan: Plan, *, err: bool, way: str = "deploy") -> None:
    """The plan in short; `way` is the command or option that closes what is open."""
    for text in exposures(plan, way):
        say(f"! {text}", fg="red", err=err)
    print_notes(merged(plan.notes), err=err)
    for line in lines(plan):
        sign, colour = SIGNS[line.action]
        say(f"{sign} {line.text}", fg="red" if line.exposes_access else colour, err=err)
    say(summary(plan), err=err)
    if costs := cost(plan):
        say(costs, err=err)
