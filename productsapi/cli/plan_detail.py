"""Plans and their changes, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from productsapi.cli.plan_summary import with_reason
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import completed
from productsapi.cli.wrapping import say
from productsapi.engine.field_changes import FieldChange, value_in_words
from productsapi.engine.outputs import Unknown
from productsapi.engine.plan import Action, Change, Plan
from productsapi.engine.resource import Note, dollars
from productsapi.printable import printable
from productsapi.stack.own_variables import masked
from productsapi.steps import STEPS, Step

SIGNS = {
    Action.CREATE: ("+", "green"),
    Action.UPDATE: ("~", "yellow"),
    Action.DELETE: ("-", "red"),
    Action.KEEP: ("=", "cyan"),
    Action.REFUSE: ("!", "red"),
    Action.UNCHANGED: (" ", None),
}
HIDDEN_ACTIONS = {Action.UNCHANGED, Action.ABSENT}
GUIDES = {step.name for step in STEPS[:7]}
"""The guide's own steps, which are listed even where nothing is done in them."""
LONGEST_VALUE = 240


def changes_as_json(changes: tuple[Change, ...]) -> list[dict[str, Any]]:
    return [
        {
            "step": change.step,
            "resource": change.key,
            "action": change.action.value,
            "fields": [
                {"field": f.field, "old": _plain(f.old), "new": _plain(f.new)}
                for f in change.fields
            ],
            "reason": change.reason or None,
            "door": change.exposes_access,
            **({"about": change.about} if change.about else {}),
            **({"price": change.price} if change.price else {}),
            **({"monthly_usd": change.monthly} if change.monthly else {}),
        }
        for change in masked(changes)
    ]


def print_plan(plan: Plan, *, err: bool = True) -> None:
    """The plan by step: what is created, changed (old → new), removed, kept, refused."""
    print_exposures(plan, err=err)
    for number, step in enumerate(STEPS, 1):
        mine = [c for c in plan.changes if c.step == step.name]
        shown = [c for c in mine if c.action not in HIDDEN_ACTIONS]
        if shown:
            click.secho(f"{number} {step.title}", bold=True, err=err)
        for change in shown:
            _print_change(change, err=err)
    click.echo(summary(plan), err=err)
    if plan.monthly:
        does = "Adds" if plan.monthly > 0 else "Saves"
        total = f"{does} {dollars(abs(plan.monthly))} (us-east-1, beyond what is free)."
        click.echo(total, err=err)


def print_notes(notes: tuple[Note, ...], *, err: bool) -> None:
    for note in notes:
        say(f"! {completed(note.text)}", fg="red" if note.exposes_access else "yellow", err=err)


def notes_as_json(notes: tuple[Note, ...]) -> list[dict[str, Any]]:
    return [{"text": note.text, "door": note.exposes_access} for note in notes]


def plan_as_json(plan: Plan) -> list[dict[str, Any]]:
    """What there is to do; before it what lets someone in or is held, in entries of their form.

    Not all notes: some are permanent, and an empty list says that there is nothing to do.
    """
    urgent = [note for note in plan.notes if note.exposes_access or note.warns]
    no_change: dict[str, Any] = {"step": None, "resource": None, "action": "note", "fields": []}
    notes = [{**no_change, "reason": n.text, "door": n.exposes_access} for n in urgent]
    return [*notes, *changes_as_json(plan.to_do)]


def print_exposures(plan: Plan, *, err: bool) -> None:
    """What lets someone in comes before everything else."""
    for change in plan.changes:
        if change.exposes_access:
            opened = printable(f"{change.key} ({fields_in_words(change)})")
            click.secho(f"! open: {opened}: deploy closes it", fg="red", err=err)
    print_notes(plan.notes, err=err)


def summary(plan: Plan) -> str:
    """One line: how many of each."""
    counts = {action: sum(c.action is action for c in plan.changes) for action in Action}
    words = {
        Action.CREATE: "to create",
        Action.UPDATE: "to change",
        Action.DELETE: "to remove",
        Action.KEEP: "kept",
        Action.REFUSE: "refused",
        Action.UNCHANGED: "unchanged",
    }
    parts = [f"{counts[action]} {word}" for action, word in words.items() if counts[action]]
    return ", ".join(parts) or "nothing there"


def shown_steps(plan: Plan) -> Iterator[tuple[int, Step]]:
    """By number: the guide's seven, and what is beside them where the plan has anything of it."""
    there = {change.step for change in plan.changes}
    return ((n, step) for n, step in enumerate(STEPS, 1) if step.name in GUIDES | there)


def print_steps(plan: Plan) -> None:
    """The steps, each with what was done in it."""
    for number, step in shown_steps(plan):
        actions = [c.action for c in plan.changes if c.step == step.name]
        words = {
            Action.CREATE: "created",
            Action.UPDATE: "changed",
            Action.DELETE: "removed",
            Action.UNCHANGED: "unchanged",
        }
        counts = [f"{actions.count(a)} {word}" for a, word in words.items() if a in actions]
        print_unless_quiet(f"✓ {number} {step.title:<18} {', '.join(counts)}")


def fields_in_words(change: Change) -> str:
    return ", ".join(f.field for f in change.fields)


def title(change: Change) -> str:
    """What is changed, with its price, the reason, and the files of code that it is about."""
    price = f" ({change.price})" if change.price else ""
    about = f" ({change.about})" if change.about else ""
    return with_reason(change.key + price, completed(change.reason)) + about


def field_lines(change: Change) -> Iterator[str]:
    """Each field, old → new; of what is created only those that are set."""
    for field in change.fields:
        if change.action is not Action.CREATE or field.new is not None:
            yield _field(change, field)


def _print_change(change: Change, *, err: bool) -> None:
    sign, colour = SIGNS[change.action]
    colour = "red" if change.exposes_access else colour
    click.secho(f"  {sign} {printable(title(change))}", fg=colour, err=err)
    for text in field_lines(change):
        click.echo(f"      {printable(text)}", err=err)


def _field(change: Change, field: FieldChange) -> str:
    if change.action is Action.CREATE:
        return f"{field.field}: {_words(field.new)}"
    return f"{field.field}: {_words(field.old)} → {_words(field.new)}"


def _words(value: Any) -> str:
    return value_in_words(value, LONGEST_VALUE)


def _plain(value: Any) -> Any:
    return f"({value})" if isinstance(value, Unknown) else value
