"""`productsapi list`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from productsapi.cli.opened_stack import open_stack
from productsapi.cli.options import json_option, target_options
from productsapi.cli.switches import is_quiet
from productsapi.cli.tables import stacked
from productsapi.cli.target import Target
from productsapi.cli.wrapping import columns, say
from productsapi.errors import ConfigError
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.aws.caller import Aws
    from productsapi.operations.stacks import StackOverview

COLOURS = {"deployed": "green", "incomplete": "red", "data only": "yellow"}
HEADING = ("stack", "state", "invoke URL", "configuration")


@click.command("list")
@target_options
@json_option
def command(target: Target, as_json: bool) -> None:
    """Show all stacks of the account and Region, and the state of each.

    They are found by their tags, with a call for each hundred resources, whoever deployed them.
    With --region no configuration is needed. `deployed` says that all parts were seen, not that
    they are as configured: that is `status`.

    \b
    Examples:
      productsapi list --local
      productsapi list --region eu-west-1 --profile work
      productsapi list --json
    """
    aws = _way(target)
    from productsapi.cli.output import print_json
    from productsapi.operations.stacks import as_json as described
    from productsapi.operations.stacks import stacks

    found = stacks(aws)
    files = _configurations(target.config.parent, aws.location.region)
    if as_json:
        print_json(
            [
                {**described(each, aws.location), "configuration": files.get(each.stack)}
                for each in found
            ]
        )
        return
    _print(found, aws, files)
    if not is_quiet():
        where = str(aws.location)
        say(f"By their tags in {where}; AWS may be late with what is new or gone.", err=True)


def _way(target: Target) -> Aws:
    if target.local or target.region is None or target.config.exists():
        return open_stack(target).printing_waits()
    from productsapi.aws.caller import Aws
    from productsapi.aws.connect import connect

    return Aws(*connect(target.region, target.profile))


def _configurations(folder: Path, region: str) -> dict[str, str]:
    """The project's files by the stacks that they mean in this Region."""
    from productsapi.config import load

    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            config = load(path)
        except ConfigError:  # its own command reports what is wrong with it
            continue
        if config.region == region:
            found.setdefault(config.stack, str(path))
    return found


def _print(found: list[StackOverview], aws: Aws, files: dict[str, str]) -> None:
    if not found:
        click.echo("No stack was seen.")
        return
    rows = [
        (
            each.stack,
            each.in_words,
            ", ".join(each.invoke_urls(aws.location)) or "-",
            files.get(each.stack, "-"),
        )
        for each in found
    ]
    widths = [max(len(row[column]) for row in (HEADING, *rows)) for column in range(len(HEADING))]
    room = columns(err=False)
    if room is None or sum(widths) + 2 * len(widths) <= room:
        click.secho(_line(HEADING, widths), bold=True)
        shown = [_line(row, widths) for row in rows]
    else:
        shown = [_below(row, room) for row in rows]
    for each, text in zip(found, shown, strict=True):
        click.secho(printable(text), fg=COLOURS.get(each.state))


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _below(row: tuple[str, ...], room: int) -> str:
    stack, state, *facts = row
    return "\n".join(stacked(f"{stack}: {state}", [f for f in facts if f != "-"], room))
