"""How a key of the configuration is declared, and how all of them are walked.

A key is a dataclass field that carries its rule and its meaning; a section is one whose default is
another such dataclass. Validation, the refusal of unknown keys and the reference pages use nothing
but these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, field, fields
from typing import Any, NamedTuple, cast

from productsapi.config.rules import Rule


class Entry(NamedTuple):
    path: str  # "functions.memory_mb"
    doc: str
    rule: Rule | None  # None for a section
    required: bool
    default: Any  # None for a section, and where required


def about(rule: Rule | None, doc: str) -> dict[str, Any]:
    """Make a field a key: with a rule for its value, or without one for a section of keys."""
    return {"rule": rule, "doc": doc}


def key(rule: Rule, doc: str, default: Any = MISSING) -> Any:
    """Declare one key. Without a default it is required."""
    return field(default=default, metadata=about(rule, doc))


def keys(kind: type) -> dict[str, Field[Any]]:
    """Give the fields of a section that are keys, by name."""
    return {item.name: item for item in fields(kind) if item.metadata}


def inner(item: Field[Any]) -> type | None:
    """Give the section's class, if the key is a section."""
    return cast("type", item.default_factory) if item.metadata["rule"] is None else None


def default(item: Field[Any]) -> Any:
    """Give what a key is where it isn't given; MISSING if it must be."""
    return item.default_factory() if item.default_factory is not MISSING else item.default


def entries(kind: type, prefix: str = "") -> Iterator[Entry]:
    """Walk every section and key of `kind`, in the order in which a person should read them."""
    for name, item in keys(kind).items():
        path, rule, doc = prefix + name, item.metadata["rule"], item.metadata["doc"]
        if section := inner(item):
            yield Entry(path, doc, None, required=False, default=None)
            yield from entries(section, f"{path}.")
        else:
            value = default(item)
            missing = value is MISSING
            yield Entry(path, doc, rule, missing, None if missing else value)
