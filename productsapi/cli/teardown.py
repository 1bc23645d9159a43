"""`productsapi teardown`."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import click

from productsapi.cli.opened_stack import Opened, open_stack
from productsapi.cli.options import json_option, target_options
from productsapi.cli.run import carried_out, finish, sweep, with_lease_prefetch
from productsapi.cli.switches import is_quiet
from productsapi.cli.target import Target
from productsapi.cli.tracing import trace_options
from productsapi.errors import ProductsApiError, Refused
from productsapi.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from productsapi.engine.apply import Applied
    from productsapi.engine.plan import Change, Plan
    from productsapi.engine.read import Reading
    from productsapi.engine.resource import Resource


@click.command("teardown")
@target_options
@trace_options
@json_option
@click.option("-y", "--yes", is_flag=True, help="Don't ask for confirmation.")
@click.option("--delete-data", is_flag=True, help="Also remove the items and the users, for good.")
@click.option(
    "--delete-foreign", is_flag=True, help="Also remove an API that others have built upon."
)
def command(
    target: Target, as_json: bool, yes: bool, delete_data: bool, delete_foreign: bool
) -> None:
    """Remove the API, its functions, roles and logs.

    A table that holds items and a pool that has users are kept, and the next deploy takes them up
    again. --delete-data removes them too; nothing brings them back.

    \b
    Examples:
      productsapi teardown --local
      productsapi teardown -c config/prod.yaml
      productsapi teardown --yes --delete-data
    """
    allowed = {"delete_data": delete_data, "delete_foreign": delete_foreign}
    opened = with_lease_prefetch(open_stack(target, **allowed, find_doubles=True))
    from productsapi.cli.output import print_json
    from productsapi.cli.plan_detail import changes_as_json, notes_as_json, print_exposures
    from productsapi.cli.plan_screen import print_screen
    from productsapi.options.registry import resources

    made_of = resources(opened.stack)
    look = functools.partial(_planned, made_of=made_of)
    plan, reading = look(opened)
    asks = bool(plan.to_do) and (not yes or opened.asks(yes=yes))
    if not asks and not (as_json and yes) and not is_quiet():
        print_screen(plan, err=True)
    elif not asks:
        print_exposures(plan, err=True)
    applied = None
    if plan.to_do:
        plan, reading, applied = carried_out(
            opened,
            "tearing down",
            (plan, reading),
            look=look,
            agree=functools.partial(_agree, opened) if asks else None,
            work=functools.partial(_remove, made_of=made_of),
            for_good=True,
        )
    else:
        sweep(opened)
    done = applied.done if applied else ()
    removed = tuple(c for c in done if c.action.value == "delete")
    kept = plan.kept + tuple(c for c in done if c.action.value == "keep")
    if as_json:
        described = {"removed": changes_as_json(removed), "kept": changes_as_json(kept)}
        notes = notes_as_json(plan.notes)
        print_json({"stack": opened.stack.config.stack, **described, "notes": notes})
    else:
        _print_end(removed, _left(opened, look) if applied else plan)


def _planned(
    opened: Opened, before: Reading | None = None, *, made_of: list[Resource]
) -> tuple[Plan, Reading]:
    from productsapi.cli.progress import looking
    from productsapi.engine.read import read
    from productsapi.engine.teardown import plan_removal

    aws = opened.printing_waits().remembering(before.asked if before else ())
    with looking():
        reading = read(made_of, aws)
    return plan_removal(made_of, reading, aws), reading


def _remove(opened: Opened, plan: Plan, reading: Reading, made_of: list[Resource]) -> Applied:
    from productsapi.cli.progress import progress
    from productsapi.engine.graph import removing_edges
    from productsapi.engine.teardown import remove

    edges = removing_edges([*made_of, *reading.orphans])
    with progress(plan, edges) as report:
        applied = remove(plan, made_of, reading, opened.printing_waits(), report)
    finish(applied, opened.target.command("teardown"))
    return applied


def _agree(opened: Opened, plan: Plan) -> None:
    """Show what would go, and ask; where data goes with it, have the stack's name typed."""
    from productsapi.cli.plan_detail import print_plan
    from productsapi.cli.plan_screen import print_heading, print_screen
    from productsapi.cli.prompts import agreed, must_be_asked
    from productsapi.cli.wrapping import say
    from productsapi.stack import kinds

    must_be_asked("this removes things")
    print_heading(opened.stack, err=True)
    print_screen(plan, err=True)
    if opened.stack.delete_data:
        _confirm_by_name(opened, plan)
        return
    if kinds.REST_API in {change.key.kind for change in plan.to_do}:
        say("The invoke URL goes for good: the next deploy gives another one.", err=True, fg="red")
    show = functools.partial(print_plan, plan)
    agreed("Remove this?", details=show, name=opened.name_to_type)


def _confirm_by_name(opened: Opened, plan: Plan) -> None:
    """Print what will be lost last, right above the question."""
    from productsapi.cli.deleted_summary import in_words
    from productsapi.cli.prompts import Declined, answer
    from productsapi.cli.wrapping import say
    from productsapi.stack.data_loss import losses

    stack = opened.stack.config.stack
    lost = losses(plan, opened.stack, opened.printing_waits(), opened.outputs())
    say(in_words(lost), err=True, fg="red")
    typed = answer(f"Type {stack}")
    if not typed:
        raise Declined
    if typed != stack:
        raise Refused(f"{typed!r} isn't the stack's name: nothing was removed")


def _left(opened: Opened, look: Callable[[Opened], tuple[Plan, Reading]]) -> Plan | None:
    """What is there after it; None where that can't be seen."""
    try:
        return look(opened)[0]
    except ProductsApiError as error:
        text = f"What is left couldn't be looked up: {error.message}"
        click.secho(printable(text), fg="yellow", err=True)
        return None


def _print_end(removed: tuple[Change, ...], there: Plan | None) -> None:
    """How many were removed, and what is there then, by a look at it."""
    from productsapi.cli.plan_summary import with_reason

    if there is None:
        click.echo(f"Removed: {len(removed)}.")
        return
    click.echo(f"Removed: {len(removed)}. Kept: {len(there.kept)}.")
    for change in there.kept:
        click.echo(printable(f"  kept {with_reason(change.key, change.reason)}"))
    for change in there.to_do:
        click.echo(printable(f"  still seen: {change.key}"))
    if there.to_do:
        click.echo("AWS may show for a while what is gone; teardown again finds out.")
    else:
        click.echo("Nothing else is left." if there.kept else "Nothing is left.")
