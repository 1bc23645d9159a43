"""JSON whose numbers keep every digit, and texts that a person typed as numbers.

JavaScript's only number is a float, so a number goes to the page, and comes from it, as text.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

TYPED = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)


class Number(str):
    """A number as its digits."""

    __slots__ = ()


def read(text: str | bytes) -> Any:
    """Any JSON, with each number as a Number. Raises ValueError, also for a name given twice."""
    try:
        return json.loads(
            text,
            parse_float=Number,
            parse_int=Number,
            parse_constant=_no_constant,
            object_pairs_hook=_once_each,
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def write(value: Any, indent: str = "") -> str:
    """As JSON, each Number as it is."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        inside = [f"{json.dumps(k, ensure_ascii=False)}: {write(v)}" for k, v in value.items()]
        if indent and inside:
            return "{\n" + ",\n".join(indent + each for each in inside) + "\n}"
        return "{" + ", ".join(inside) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(write, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def typed(text: str) -> Number | str:
    """The number that a person typed; what is none stays text, for the API to refuse by name."""
    stripped = text.strip()
    if not TYPED.fullmatch(stripped):
        return text
    try:
        return Number(str(Decimal(stripped)))
    except InvalidOperation:
        return text


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
