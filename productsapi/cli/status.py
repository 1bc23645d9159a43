"""`productsapi status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from productsapi.cli.options import Target, json_option, open_stack, target_options
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.engine.plan import Change

STATES = {
    "create": ("missing", "yellow"),
    "update": ("drifted", "red"),
    "unchanged": ("there", "green"),
    "delete": ("left over", "red"),
    "refuse": ("in the way", "red"),
    "skip": ("skipped", "yellow"),
}
"""What a resource's planned change says of its state."""


@click.command("status")
@target_options
@json_option
def command(target: Target, as_json: bool) -> None:
    """Show what is there, what is missing and what has drifted.

    \b
    Examples:
      productsapi status --local
      productsapi status -c config/prod.yaml --json
    """
    opened = open_stack(target)
    from dataclasses import replace

    from productsapi.cli.output import print_json
    from productsapi.cli.render import changes_as_json, notes_as_json, print_doors
    from productsapi.engine.plan import plan
    from productsapi.engine.read import read
    from productsapi.steps import resources
    from productsapi.steps.contract import contract
    from productsapi.steps.deployment import served
    from productsapi.steps.refusals import held_notes

    made_of = resources(opened.stack)
    reading = read(made_of, opened.telling())
    found = plan(made_of, reading)
    found = replace(found, notes=(*held_notes(found, release_hold=False), *found.notes))
    told = contract(opened.stack, reading.outputs)
    serves = served(opened.aws, reading.outputs)
    shown = tuple(c for c in found.changes if c.action.value in STATES)
    if as_json:
        states = [
            {**entry, "state": STATES[entry.pop("action")][0]} for entry in changes_as_json(shown)
        ]
        print_json(
            {**told, "serves": serves, "resources": states, "notes": notes_as_json(found.notes)}
        )
        return
    print_doors(found, err=False)
    _print_states(shown)
    _print_served(serves)
    for name in ("invoke_url", "user_pool_id", "client_id"):
        click.echo(f"{name.replace('_', ' '):<13} {told[name] or 'not there'}")
    if found.to_do:
        click.echo(f"Next: {target.command('plan')}", err=True)


def _print_states(changes: tuple[Change, ...]) -> None:
    from productsapi.cli.render import fields_in_words
    from productsapi.steps import STEPS

    for number, step in enumerate(STEPS, 1):
        click.secho(f"{number} {step.title}", bold=True)
        for change in changes:
            if change.step == step.name:
                state, colour = STATES[change.action.value]
                told = fields_in_words(change) if state == "drifted" else change.reason
                detail = f": {told}" if told else ""
                click.secho(printable(f"  {state:<10} {change.key}{detail}"), fg=colour)


def _print_served(serves: dict[str, Any] | None) -> None:
    """What the stage's snapshot really lets in, which the API as it stands may not tell."""
    if serves is None:
        click.echo("The stage serves nothing.")
        return
    click.secho(f"The stage serves deployment {serves['deployment']}", bold=True)
    for route, authorization in serves["methods"].items():
        is_open = authorization == "NONE" and not route.startswith("OPTIONS")
        shown = printable(f"  {authorization:<19} {route}")
        click.secho(shown, fg="red" if is_open else None)
