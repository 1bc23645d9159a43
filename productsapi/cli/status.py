"""`productsapi status`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from productsapi.cli.domain import print_domain
from productsapi.cli.opened_stack import Opened, open_stack
from productsapi.cli.options import json_option, target_options
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import Target
from productsapi.cli.tracing import trace_options
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.engine.plan import Plan
    from productsapi.engine.read import Reading
    from productsapi.engine.resource import Note

NAMES = {
    "invoke_url": "Invoke URL:",
    "user_pool_id": "User pool id:",
    "client_id": "App client id:",
}


@click.command("status")
@target_options
@trace_options
@json_option
@click.option(
    "--all", "everything", is_flag=True, help="Each part, and how each route is authorized."
)
def command(target: Target, as_json: bool, everything: bool) -> None:
    """Show whether all is as configured, what is off, and what differs.

    \b
    Examples:
      productsapi status --local
      productsapi status --all
      productsapi status -c config/prod.yaml --json
    """
    opened = open_stack(target)
    from dataclasses import replace

    from productsapi.cli import alarm_states
    from productsapi.cli.history import release_as_json
    from productsapi.cli.output import print_json
    from productsapi.cli.plan_detail import changes_as_json, notes_as_json
    from productsapi.cli.stack_summary import STATES
    from productsapi.cli.stack_summary import off as switched_off
    from productsapi.cli.wrapping import say
    from productsapi.engine.plan import plan
    from productsapi.engine.read import read
    from productsapi.options.registry import resources
    from productsapi.releases.history import in_force
    from productsapi.stack.json_contract import contract
    from productsapi.stack.plan_blockers import held_notes
    from productsapi.steps.deployment import served

    made_of = resources(opened.stack)
    reading = read(made_of, opened.printing_waits())
    found = plan(made_of, reading)
    reported = contract(opened.stack, reading.outputs)
    release = in_force(opened.stack, reading)
    watched = alarm_states.states(opened.stack, reading)
    held = held_notes(found, release_hold=False)
    found = replace(found, notes=(*held, *found.notes, *_users(opened, reported["user_pool_id"])))
    serves = served(opened.aws, reading.outputs)
    if as_json:
        shown = tuple(c for c in found.changes if c.action in STATES)
        entries = zip(shown, changes_as_json(shown), strict=True)
        states = [
            {**{n: v for n, v in entry.items() if n != "action"}, "state": STATES[change.action][0]}
            for change, entry in entries
        ]
        print_json(
            {
                **reported,
                "release": release_as_json(release),
                "alarms": {name: state.value for name, state in watched.items()},
                "serves": serves,
                "resources": states,
                "notes": notes_as_json(found.notes),
            }
        )
        return
    if everything:
        _print_all(found, reading, serves)
    else:
        _print_short(opened, found, serves)
    for name, text in NAMES.items():
        click.echo(f"{text:<14} {reported[name] or 'not there'}")
    print_domain(opened.stack, reported["domain"])
    if release:
        say(f"Release:       {release} {release.note}".rstrip(), err=False, hang=15)
    alarm_states.print_states(watched)
    if off := switched_off(opened.stack.config):
        say(f"Off:           {off}", err=False, hang=15)
    if found.to_do:
        print_unless_quiet(f"Next: {target.command('plan')}")


def _users(opened: Opened, pool_id: str | None) -> tuple[Note, ...]:
    """Who can't do by mail what the configuration lets users do."""
    from productsapi.engine.resource import Note
    from productsapi.operations.email_checks import RESET, unable_to_reset
    from productsapi.operations.finding import State, attempt

    if pool_id is None or not opened.stack.config.user_pool.password_reset:
        return ()
    look = partial(unable_to_reset, opened.printing_waits(), pool_id)
    found = attempt(RESET, State.WARNING, look)
    return tuple(Note(f"{f.check}: {f.text}") for f in found if f.state is not State.OK)


def _print_short(opened: Opened, found: Plan, serves: dict[str, Any] | None) -> None:
    """The whole in a line, and then only what differs."""
    from productsapi.cli.exposures import exposures
    from productsapi.cli.plan_detail import print_notes
    from productsapi.cli.stack_summary import STATES, differing, headline
    from productsapi.cli.wrapping import say

    location = opened.stack.location
    where = "the local cloud" if location.local else str(location)
    for text in exposures(found):
        say(f"! {text}", err=False, fg="red")
    print_notes(found.notes, err=False)
    say(headline(opened.stack.config.stack, where, found), err=False, bold=True)
    for line in differing(found):
        state, colour = STATES[line.action]
        say(f"  {state:<10} {line.text}", err=False, fg=colour, hang=11)
    if served_open := _open(serves):
        say(
            f"The stage serves without authorization: {', '.join(served_open)}", err=False, fg="red"
        )
    if serves is None:
        click.echo("The stage serves nothing.")


def _open(serves: dict[str, Any] | None) -> list[str]:
    methods = serves["methods"] if serves else {}
    return [
        route
        for route, lock in methods.items()
        if lock == "NONE" and not route.startswith("OPTIONS")
    ]


def _print_all(found: Plan, reading: Reading, serves: dict[str, Any] | None) -> None:
    from productsapi.cli.plan_detail import print_exposures

    print_exposures(found, err=False)
    _print_states(found, reading)
    _print_served(serves)


def _print_states(found: Plan, reading: Reading) -> None:
    """Each resource, step by step; steps without any are left out."""
    from productsapi.cli.plan_detail import fields_in_words
    from productsapi.cli.plan_summary import with_reason
    from productsapi.cli.stack_summary import OFF, STATES, is_empty
    from productsapi.steps import STEPS

    for number, step in enumerate(STEPS, 1):
        mine = [c for c in found.changes if c.step == step.name and c.action in STATES]
        if mine:
            click.secho(f"{number} {step.title}", bold=True)
        for change in mine:
            state, colour = STATES[change.action]
            seen = reading.observed.get(change.key)
            if state == "there" and seen is not None and is_empty(seen.fields):
                state, colour = OFF
            reported = fields_in_words(change) if state == "drifted" else change.reason
            click.secho(printable(f"  {state:<10} {with_reason(change.key, reported)}"), fg=colour)


def _print_served(serves: dict[str, Any] | None) -> None:
    """What the stage's snapshot really lets in, which the API's current methods may not show."""
    if serves is None:
        click.echo("The stage serves nothing.")
        return
    click.secho(f"The stage serves deployment {serves['deployment']}", bold=True)
    opened = _open(serves)
    for route, authorization in serves["methods"].items():
        shown = printable(f"  {authorization:<19} {route}")
        click.secho(shown, fg="red" if route in opened else None)
