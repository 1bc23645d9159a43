"""`productsapi history`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from productsapi.cli.opened_stack import open_stack
from productsapi.cli.options import json_option, target_options
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.tables import stacked
from productsapi.cli.target import Target
from productsapi.cli.tracing import trace_options
from productsapi.cli.wrapping import columns, wrapped
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.releases.history import Entry, History, State
    from productsapi.releases.metadata import Release

IN_FORCE = "*"


@click.command("history")
@target_options
@trace_options
@json_option
def command(target: Target, as_json: bool) -> None:
    """Show the releases that can be gone back to, newest first. Changes nothing.

    The one that callers reach is marked with a star. `productsapi rollback --to` takes the number
    or the time of any other. With each the commit that it is of is listed, and its message.

    \b
    Examples:
      productsapi history --local
      productsapi history -c config/prod.yaml --json
    """
    opened = open_stack(target)
    from productsapi.cli.output import print_json
    from productsapi.engine.graph import to_find
    from productsapi.engine.read import read
    from productsapi.options.registry import resources
    from productsapi.releases.history import history
    from productsapi.releases.rollback import LOOKED_AT, past_of

    looked_at = to_find(resources(opened.stack), LOOKED_AT)
    past = past_of(opened.stack, read(looked_at, opened.printing_waits()))
    found = history(past, opened.stack.config.releases.keep)
    if as_json:
        print_json(_as_json(found, opened.stack.config.functions.names.of))
    else:
        _print(found, target)


def _print(found: History, target: Target) -> None:
    if not found.entries:
        click.echo("No release yet: the next deploy that changes code or API creates the first.")
        return
    rows: list[tuple[str, ...]] = [
        ("", "No.", "when", "by", "commit and message", "what it published")
    ]
    rows += [
        (
            IN_FORCE if entry.release == found.in_force else "",
            str(entry.number),
            entry.release.time,
            entry.release.by,
            str(entry.release.note),
            _in_words(entry),
        )
        for entry in found.entries
    ]
    lines = _lines(rows, columns(err=False))
    for location, (line, row) in enumerate(zip(lines, rows, strict=True)):
        if line:
            click.secho(printable(line), bold=location == 0, fg="green" if row[0] else None)
    if found.rollback:
        unfinished = ", but not all is moved" if found.unfinished else ""
        click.secho(
            f"A rollback to {found.rollback.to} is in force, made {found.rollback.made}"
            f"{unfinished}. {target.command('deploy')} deploys again, but not what is held.",
            fg="yellow",
        )
    if any(entry.release != found.in_force for entry in found.entries):
        print_unless_quiet(f"Next: {target.command('rollback --to N')}")


def _lines(rows: list[tuple[str, ...]], room: int | None) -> list[str]:
    """A table's; where it has no room, each release in lines of its own, and no heading."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    if room is None or max(map(len, lines)) <= room:
        return lines
    entries = []
    for mark, number, when, by, note, what in rows[1:]:
        head, *below = stacked(f"{mark or ' '} {number}  {when} by {by}", what.split(", "), room)
        noted = [wrapped(f"  {note}", room, hang=2)] if note else []
        entries.append("\n".join([head, *noted, *below]))
    return ["", *entries]


def _in_words(entry: Entry) -> str:
    code = [f"{function} {version.number}" for function, version in entry.versions.items()]
    api = [f"API deployment {entry.deployment.id}"] if entry.deployment else []
    return ", ".join([*code, *api]) + (" (held)" if entry.on_hold else "")


def _as_json(found: History, name_of: Any) -> dict[str, Any]:
    rollback = found.rollback
    return {
        "in_force": str(found.in_force) if found.in_force else None,
        "rollback": {"to": str(rollback.to), "made": str(rollback.made)} if rollback else None,
        "releases": [
            {
                "number": entry.number,
                "release": str(entry.release),
                "time": entry.release.time,
                "by": entry.release.by,
                **entry.release.note.as_json(),
                "in_force": entry.release == found.in_force,
                "functions": _numbers(entry.versions, name_of),
                "deployment": entry.deployment.id if entry.deployment else None,
                "state": _state(entry.state, name_of),
                "held": list(entry.on_hold),
            }
            for entry in found.entries
        ],
    }


def release_as_json(release: Release | None) -> dict[str, Any] | None:
    if release is None:
        return None
    return {"time": release.time, "by": release.by, **release.note.as_json()}


def _state(state: State, name_of: Any) -> dict[str, Any]:
    """All that callers reach while the release is in force."""
    functions = _numbers(state.versions, name_of)
    return {"functions": functions, "deployment": state.deployment.id}


def _numbers(versions: Mapping[str, Any], name_of: Any) -> dict[str, str]:
    return {name_of(function): str(version.number) for function, version in versions.items()}
