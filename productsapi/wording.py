"""Words for several things, wherever a sentence lists or counts them."""

from __future__ import annotations

from collections.abc import Sequence


def in_a_row(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def plural(number: int, one: str, many: str = "") -> str:
    """`1 request`, `1,006 requests`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
