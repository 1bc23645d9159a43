"""Rows that keep their names where there is no room for a table: one below the other."""

from __future__ import annotations

from collections.abc import Iterable

INDENT = "  "


def stacked(name: str, facts: Iterable[str], width: int) -> list[str]:
    """The name on a line of its own, and below it the facts, none of them broken in itself."""
    lines = [name]
    below = ""
    for fact in facts:
        longer = f"{below}, {fact}" if below else INDENT + fact
        if below and len(longer) + len(",") > width:
            lines.append(f"{below},")
            longer = INDENT + fact
        below = longer
    return [*lines, below] if below else lines
