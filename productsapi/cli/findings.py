"""What checks find, for people as it comes in and for programs at the end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from productsapi.cli.wrapping import columns, wrapped
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.cli.target import Target
    from productsapi.operations.finding import Finding

HANG = 9
"""Columns of the state, below which a text goes on."""
STATES: dict[str, tuple[str, dict[str, Any]]] = {
    "ok": ("ok", {"fg": "green"}),
    "warning": ("warning", {"fg": "yellow"}),
    "broken": ("broken", {"fg": "red"}),
    "failed": ("FAILED", {"fg": "red"}),
    "open": ("OPEN", {"fg": "red", "bold": True, "reverse": True}),
}


def print_finding(finding: Finding, target: Target, *, err: bool = False) -> None:
    """One line, and what to do in another one."""
    word, style = STATES[finding.state.value]
    width = columns(err=err)
    for number, line in enumerate(printable(finding.text).splitlines() or [""]):
        begin = f"{word:<8} {finding.check}: " if number == 0 else " " * HANG
        shown = wrapped(begin + line, width, 0 if number else HANG)
        styled = click.style(shown[:8], **style) + shown[8:] if number == 0 else shown
        click.echo(styled, err=err)
    if finding.fix:
        click.echo(f"{'':<9}→ {printable(target.completed(finding.fix))}", err=err)


def findings_as_json(findings: Iterable[Finding], target: Target) -> list[dict[str, Any]]:
    return [
        {
            "check": finding.check,
            "state": finding.state.value,
            "text": finding.text,
            "fix": target.completed(finding.fix) or None,
        }
        for finding in findings
    ]
