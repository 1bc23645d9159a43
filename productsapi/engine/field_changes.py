"""The fields of a resource that differ from what is wanted, and their values as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.engine.outputs import Unknown
from productsapi.engine.resource import Fields


@dataclass(frozen=True)
class FieldChange:
    """One field's way from `old` to `new`; the path of a nested field is dotted."""

    field: str
    old: Any
    new: Any


def compare(have: Mapping[str, Any], want: Fields) -> tuple[FieldChange, ...]:
    """The wanted fields that differ; nested mappings key by key."""
    old, new = flat(have), flat(want)
    differing = [
        FieldChange(name, old.get(name), new.get(name))
        for name in dict.fromkeys((*new, *old))
        if name.split(".", 1)[0] in want and old.get(name) != new.get(name)
    ]
    return tuple(differing)


def flat(fields: Mapping[str, Any]) -> Fields:
    """Nested mappings one level deep as dotted names: a plan names the one tag that differs."""
    flat: Fields = {}
    for name, value in fields.items():
        if isinstance(value, Mapping) and value and not isinstance(value, Unknown):
            flat.update({f"{name}.{inner}": v for inner, v in value.items()})
        elif value != {}:
            flat[name] = value
    return flat


def value_in_words(value: Any, longest: int) -> str:
    """A field's value as text, cut at `longest` characters."""
    if value is None:
        return "(none)"
    if isinstance(value, Unknown):
        return f"({value})"
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def differing(fields: Iterable[FieldChange]) -> str:
    """The actual and the wanted values, for checks that change nothing."""
    return ", ".join(f"{f.field} is {_word(f.old)}, not {_word(f.new)}" for f in fields)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
