"""`productsapi deploy`."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from productsapi.cli import release_message
from productsapi.cli.deploy_plan import planned
from productsapi.cli.domain import print_domain
from productsapi.cli.opened_stack import Opened, open_stack
from productsapi.cli.options import allowing_options, detail_option, json_option, target_options
from productsapi.cli.run import carried_out, finish, with_lease_prefetch
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import Target
from productsapi.cli.tracing import trace_options
from productsapi.errors import ProductsApiError
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.engine.apply import Applied
    from productsapi.engine.outputs import Outputs
    from productsapi.engine.plan import Change, Plan
    from productsapi.engine.read import Reading
    from productsapi.engine.resource import Note

    Look = Callable[..., tuple[Plan, Reading]]


@click.command("deploy")
@target_options
@trace_options
@allowing_options
@json_option
@detail_option
@click.option("-y", "--yes", is_flag=True, help="Don't ask.")
@click.option("-m", "--message", help="What the release is for, instead of git's subject line.")
@click.option(
    "--allow-blocked-runtime",
    is_flag=True,
    help="Try even where AWS is said to refuse the runtime.",
)
def command(
    target: Target,
    allowed: dict[str, Any],
    as_json: bool,
    detail: bool,
    yes: bool,
    message: str | None,
    allow_blocked_runtime: bool,
) -> None:
    """Deploy the API, or update it to what the configuration says.

    Reads what exists, shows the difference, and closes it. Running it again finds nothing to do;
    after a failure or an interruption it goes on from where it stopped. What was made by hand under
    the configuration's names is taken over with --adopt, with its data, ids and users. A release
    that it makes carries git's commit and subject line, or --message; `history` shows them.

    \b
    Examples:
      productsapi deploy --local
      productsapi deploy -c config/prod.yaml --profile work
      productsapi deploy --adopt
      productsapi deploy --yes --json > deployed.json
    """
    started = time.monotonic()
    opened = with_lease_prefetch(release_message.noted(open_stack(target, **allowed), message))
    from productsapi.cli.output import print_json
    from productsapi.cli.plan_detail import changes_as_json, notes_as_json
    from productsapi.cli.plan_screen import announce
    from productsapi.stack.json_contract import contract

    asks = opened.asks(yes=yes)
    if not asks:  # otherwise it is printed above the question
        announce(opened.stack)
    look = functools.partial(planned, allow_blocked_runtime=allow_blocked_runtime)
    done = deployed(opened, look, asks=asks, detail=detail)
    plan = done.plan
    seconds = time.monotonic() - started
    reported = contract(opened.stack, done.outputs)
    if as_json:
        changes = {"changes": changes_as_json(plan.to_do)}
        notes = {"notes": notes_as_json(plan.notes)}
        release = {"release": release_message.as_json(opened.stack, plan)}
        print_json({**reported, **release, **changes, **notes, "seconds": round(seconds, 1)})
    else:
        _print_end(opened, plan, reported, seconds)
    release_message.print_unused(message, plan)


@dataclass(frozen=True)
class Deployed:
    """What was carried out, if anything, and the present ids."""

    plan: Plan
    outputs: Outputs


def deployed(opened: Opened, look: Look, *, asks: bool, detail: bool = False) -> Deployed:
    """Look, agree with a person where it `asks`, and carry it out.

    Raises Refused for what must not be done, and what ended the run early.
    """
    from productsapi.cli.plan_detail import print_exposures

    plan, reading = look(opened)
    if not plan.to_do or not asks:  # else they are shown with the plan
        print_exposures(plan, err=True)
    if not plan.to_do:
        return Deployed(plan, reading.outputs)
    plan, reading, applied = carried_out(
        opened,
        "deploying",
        (plan, reading),
        look=functools.partial(look, warn=False),
        agree=functools.partial(_agree, opened, detail=detail) if asks else None,
        work=functools.partial(_apply, reported=None if asks else plan),
    )
    return Deployed(plan, applied.outputs if applied else reading.outputs)


def _agree(opened: Opened, plan: Plan, *, detail: bool = False) -> None:
    """Show the plan and ask."""
    from productsapi.cli.plan_detail import print_plan
    from productsapi.cli.plan_screen import print_heading, print_screen
    from productsapi.cli.prompts import agreed, must_be_asked
    from productsapi.releases.code_files import with_files

    must_be_asked("this changes AWS")
    plan = with_files(plan, opened.stack, opened.printing_waits(), opened.aws.clients.network)
    print_heading(opened.stack, err=True)
    release_message.print_release(opened.stack, plan)
    if detail:
        print_plan(plan)
        agreed("Deploy this?", name=opened.name_to_type)
    else:
        print_screen(plan, err=True, way="deploy --adopt" if opened.stack.adopt else "deploy")
        show = functools.partial(print_plan, plan)
        agreed("Deploy this?", details=show, name=opened.name_to_type)


def _apply(opened: Opened, plan: Plan, reading: Reading, *, reported: Plan | None) -> Applied:
    """Print what is open first, where it differs from the plan that was `reported`."""
    from productsapi.cli.plan_detail import print_exposures
    from productsapi.cli.progress import progress
    from productsapi.engine.apply import apply
    from productsapi.engine.graph import making_edges
    from productsapi.options.registry import resources

    if reported and _exposures(reported) != _exposures(plan):
        print_exposures(plan, err=True)
    made_of = resources(opened.stack)
    with progress(plan, making_edges([*made_of, *reading.orphans])) as report:
        applied = apply(plan, made_of, reading, opened.printing_waits(), report)
    finish(applied, opened.target.command("deploy"))
    _bring_rights_in_force(opened, reading, applied)
    return applied


def _bring_rights_in_force(opened: Opened, reading: Reading, applied: Applied) -> None:
    """Where roles got rights in this run. Raises NotInForce, or AwsError."""
    from productsapi.releases import rights_in_force

    functions = rights_in_force.to_ask(opened.stack, reading, applied.outputs)
    for warning in rights_in_force.bring_in_force(
        opened.printing_waits(), opened.stack, applied.outputs, functions
    ):
        click.secho(printable(f"Warning: {warning}"), fg="yellow", err=True)


def _exposures(plan: Plan) -> tuple[list[Change], set[Note]]:
    return [c for c in plan.changes if c.exposes_access], {
        note for note in plan.notes if note.exposes_access
    }


def _print_end(opened: Opened, plan: Plan, described: dict[str, Any], seconds: float) -> None:
    from productsapi.cli.plan_detail import print_steps

    print_steps(plan)
    if plan.to_do:
        print_unless_quiet(f"Deployed in {seconds:.1f} s.", fg="green")
        release_message.print_release(opened.stack, plan)
    else:
        print_unless_quiet(f"Nothing to do ({seconds:.1f} s).", fg="green")
    click.echo(f"Invoke URL:    {described['invoke_url']}")
    print_domain(opened.stack, described["domain"])
    click.echo(f"User pool id:  {described['user_pool_id']}")
    click.echo(f"App client id: {described['client_id']}")
    if _has_no_users(opened, plan, described["user_pool_id"]):
        print_unless_quiet(f"Next: {opened.target.command('user create testuser')}")


def _has_no_users(opened: Opened, plan: Plan, user_pool_id: str | None) -> bool:
    """Whether the pool is known to have no users: it is new, or a look finds none."""
    from productsapi.engine.plan import Action
    from productsapi.stack import kinds
    from productsapi.steps.user_pool.pools import has_users

    made = {change.key.kind for change in plan.to_do if change.action is Action.CREATE}
    if kinds.USER_POOL in made:
        return True
    try:
        return user_pool_id is not None and not has_users(opened.printing_waits(), user_pool_id)
    except ProductsApiError:
        return False
