"""`productsapi rollback`."""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING

import click

from productsapi.cli.opened_stack import Opened, open_stack
from productsapi.cli.options import json_option, target_options
from productsapi.cli.run import carried_out, finish, held, with_lease_prefetch
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import Target
from productsapi.cli.tracing import trace_options

if TYPE_CHECKING:
    from productsapi.engine.apply import Applied
    from productsapi.engine.plan import Plan
    from productsapi.engine.read import Reading
    from productsapi.releases.rollback import Prepared

    Seen = tuple[Plan, tuple[Prepared, Reading]]


PAUSES = (2.0, 3.0, 5.0, 10.0, 10.0)
"""Seconds before the next look where AWS's answers were older than what it serves."""
LONGEST = sum(PAUSES)


@click.command("rollback")
@target_options
@trace_options
@json_option
@click.option(
    "--to",
    metavar="N|TIME",
    help="A release of `productsapi history`; by default the newest earlier one that isn't held.",
)
@click.option("-y", "--yes", is_flag=True, help="Don't ask.")
def command(target: Target, as_json: bool, to: str | None, yes: bool) -> None:
    """Serve a former release again, in seconds: its code and its API, not its data.

    Moves the functions' aliases and the stage back. Only to what protects no less than today.
    What was rolled back from is held: no deploy makes it live again without --release-hold. A
    release that is held can be served again by its number or time, which ends its hold.

    \b
    Examples:
      productsapi rollback --local
      productsapi rollback --to 3
      productsapi rollback --to 2026-11-22T20:41:07Z --yes
    """
    started = time.monotonic()
    opened = with_lease_prefetch(open_stack(target))
    from productsapi.cli.output import print_json
    from productsapi.cli.plan_detail import changes_as_json
    from productsapi.stack.json_contract import contract

    asks = opened.asks(yes=yes)
    plan, (prepared, reading) = _rolled_back(opened, to, asks=asks)
    if prepared.released and not asks:
        click.secho(_ends_hold(prepared), fg="yellow", err=True)
    entry = prepared.entry
    seconds = time.monotonic() - started
    if as_json:
        reported = contract(opened.stack, reading.outputs)
        changes = changes_as_json(plan.to_do)
        notice_of_holds = {"held": list(prepared.on_hold), "released": list(prepared.released)}
        release = {"release": str(entry.release), "changes": changes, **notice_of_holds}
        print_json({**reported, **release, "seconds": round(seconds, 1)})
    elif plan.to_do:
        click.secho(f"Back at the release of {entry.release} in {seconds:.1f} s.", fg="green")
        if prepared.on_hold:
            click.echo(
                f"Held, so that no deploy makes it live again: {', '.join(prepared.on_hold)}"
            )
        print_unless_quiet(f"Next: fix it, then deploy again: {target.command('deploy')}")
    else:
        click.secho(f"Nothing to do: the release of {entry.release} is in force.", fg="green")


def _rolled_back(opened: Opened, to: str | None, *, asks: bool) -> Seen:
    """Choose, ask and move; again where AWS's answers turn out older than what is deployed.

    Raises StaleRead where they stay so, or where a number may mean another release by now.
    """
    from productsapi.releases.rollback import StaleRead

    for pause in (*PAUSES, None):
        try:
            return _once(opened, to, asks=asks)
        except StaleRead as older:
            if pause is None or (to and to.isdigit()):
                raise
            opened.printing_waits().wait(pause, f"{older.text}; looking again, for {LONGEST:.0f} s")
    raise AssertionError("the last look returns or raises")


def _once(opened: Opened, to: str | None, *, asks: bool) -> Seen:
    from productsapi.releases.rollback import StaleRead

    seen = plan, (first, _) = _planned(opened, to)
    look = functools.partial(_confirmed, first=first, again=to is None)
    if not plan.to_do:
        with held(opened, "rolling back") as holding:
            again = look(holding, None)
        if again[0].to_do:
            raise StaleRead("ListAliases", "the release in force")
        return again
    plan, reported, _ = carried_out(
        opened,
        "rolling back",
        seen,
        look=look,
        agree=functools.partial(_agree, opened, first) if asks else None,
        work=functools.partial(_move, shows_exposures=not asks),
    )
    return plan, reported


def _confirmed(holding: Opened, _: object, *, first: Prepared, again: bool) -> Seen:
    """The second look, which nobody else's run can change. Raises StaleRead."""
    from productsapi.releases.confirming import chosen_anew, confirmed
    from productsapi.releases.rollback import StaleRead

    plan, (prepared, reading) = _planned(holding, first.entry.release.time)
    if again and chosen_anew(first, prepared):
        raise StaleRead("ListAliases", "the release in force")
    reading = confirmed(holding.stack, holding.printing_waits(), prepared, reading)
    return plan, (prepared, reading)


def _planned(opened: Opened, to: str | None) -> Seen:
    """Look, choose, and plan the moves. Raises Refused for what must not be gone back to."""
    from dataclasses import replace

    from productsapi.engine.graph import to_find
    from productsapi.engine.plan import plan
    from productsapi.engine.read import read
    from productsapi.options.registry import OPTIONS, resources
    from productsapi.releases.rollback import LOOKED_AT, prepare

    aws = opened.printing_waits().remembering()  # chosen by what is moved then
    looked_at = to_find(resources(opened.stack), LOOKED_AT)
    reading = read(looked_at, aws)
    prepared = prepare(opened.stack, OPTIONS, aws, reading, to)
    seen = replace(read(prepared.moves, aws), outputs=reading.outputs)
    return plan(prepared.moves, seen), (prepared, seen)


def _move(
    opened: Opened, plan: Plan, seen: tuple[Prepared, Reading], *, shows_exposures: bool
) -> Applied:
    """`shows_exposures`: where no question has shown them."""
    from productsapi.cli.plan_detail import print_exposures
    from productsapi.cli.progress import progress
    from productsapi.engine.apply import apply
    from productsapi.engine.graph import making_edges

    prepared, reading = seen
    if shows_exposures:
        print_exposures(plan, err=True)
    with progress(plan, making_edges(prepared.moves)) as report:
        applied = apply(plan, prepared.moves, reading, opened.printing_waits(), report)
    again = f"rollback --to {prepared.entry.release.time}"
    finish(applied, opened.target.command(again))
    return applied


def _agree(opened: Opened, prepared: Prepared, plan: Plan) -> None:
    """Show what is moved, and ask."""
    from productsapi.cli.plan_detail import print_plan
    from productsapi.cli.plan_screen import print_heading
    from productsapi.cli.prompts import agreed, must_be_asked
    from productsapi.cli.wrapping import say

    must_be_asked("this changes AWS")
    print_heading(opened.stack, err=True)
    release = prepared.entry.release
    say(f"Back to the release of {release} {release.note}".rstrip(), bold=True, err=True)
    print_plan(plan)
    if prepared.released:
        click.secho(_ends_hold(prepared), fg="yellow", err=True)
        agreed("Serve this again, and end its hold?", name=opened.name_to_type)
    else:
        agreed("Roll back to this?", name=opened.name_to_type)


def _ends_hold(prepared: Prepared) -> str:
    return f"This was rolled back from, and its hold ends: {', '.join(prepared.released)}"
