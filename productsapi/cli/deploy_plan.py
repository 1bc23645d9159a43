"""What a deploy would do now: looked at, planned, and held to what must not be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from productsapi.cli.domain import not_answering
from productsapi.cli.opened_stack import Opened
from productsapi.cli.target import completed
from productsapi.errors import Refused
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.config import Config
    from productsapi.engine.plan import Plan
    from productsapi.engine.read import Reading


def planned(
    opened: Opened,
    before: Reading | None = None,
    *,
    allow_blocked_runtime: bool,
    warn: bool = True,
    only_shown: bool = False,
) -> tuple[Plan, Reading]:
    """Look and plan, with the runtime's warnings. Raises Refused for what must not be done.

    In a plan that is `only_shown` holds and missing IAM rights are notes, not errors: whoever reads
    it need not be the one who deploys. `warn` is for a first look.
    """
    from dataclasses import replace

    from productsapi import function_code
    from productsapi.cli.plan_detail import print_exposures
    from productsapi.cli.progress import looking
    from productsapi.engine.plan import plan
    from productsapi.engine.read import read
    from productsapi.engine.resource import Note
    from productsapi.operations.options_allowed import not_allowed
    from productsapi.options.registry import resources
    from productsapi.stack.plan_blockers import held_notes, runtime_warnings

    made_of = resources(opened.stack)
    with looking(), function_code.checking(opened.stack.config, opened.stack.code):
        reading = read(made_of, opened.printing_waits(), before)
    found = plan(made_of, reading)
    release_hold = opened.stack.release_hold
    refusal = _refusal(
        found,
        opened.stack.config,
        allow_blocked_runtime=allow_blocked_runtime,
        release_hold=release_hold or only_shown,
    )
    if found.adoptable and not opened.stack.adopt:
        _show_taking_over(opened, refusal)
    for warning in runtime_warnings(opened.stack.config) if warn else ():
        click.secho(f"Warning: {warning}", fg="yellow", err=True)
    if refusal:
        print_exposures(found, err=True)  # what is open stays so
        raise refusal
    notes = (*held_notes(found, release_hold=release_hold), *found.notes)
    not_yet = not_answering(opened.stack, opened.aws.clients.network, found)
    refused = (
        not_allowed(opened.stack, opened.printing_waits(), found, reading.outputs) if warn else None
    )
    for each in filter(None, (not_yet, refused)):
        if not only_shown:
            raise each
        text = f"deploy is refused: {each.message}; {each.hint}"
        notes = (Note(text, warns=True), *notes)
    return replace(found, notes=notes), reading


def _refusal(
    found: Plan, config: Config, *, allow_blocked_runtime: bool, release_hold: bool
) -> Refused | None:
    """What the plan must not be carried out for; it is raised after what explains it is printed."""
    from productsapi.stack.plan_blockers import refuse

    try:
        refuse(
            found,
            config,
            allow_blocked_runtime=allow_blocked_runtime,
            release_hold=release_hold,
        )
    except Refused as refusal:
        return refusal
    return None


def _show_taking_over(opened: Opened, refusal: Refused | None) -> None:
    """What --adopt would do with what is in the way; the refusal is to stay on the same screen."""
    from dataclasses import replace

    from productsapi.cli.plan_screen import height_of, print_screen
    from productsapi.engine.plan import plan
    from productsapi.engine.read import read
    from productsapi.options.registry import resources

    made_of = resources(replace(opened.stack, adopt=True))
    try:
        found = plan(made_of, read(made_of, opened.printing_waits()))
    except Refused as refused:
        text = completed(f"With --adopt: {refused.message}\n{refused.hint}")
        click.secho(printable(text), fg="yellow", err=True)
        return
    click.secho("With --adopt this would be taken over and changed:", bold=True, err=True)
    below = height_of(f"{refusal.message}\n{refusal.hint}", err=True) if refusal else 0
    print_screen(found, err=True, way="--adopt", below=below)
