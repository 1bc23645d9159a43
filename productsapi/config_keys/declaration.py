"""How a key of the configuration is declared, and how all of them are walked.

A key is a dataclass field that carries its rule and its meaning; a section is one whose default is
another such dataclass. Validation, the refusal of unknown keys and the reference pages use nothing
but these. To a type checker a key is its value, as with dataclasses' own `field()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, NamedTuple, cast

from productsapi.config_keys.rules import Rule


@dataclass(frozen=True)
class About:
    """What is said of a key, here and nowhere else: the reference and the examples show it."""

    rule: Rule | None  # None for a section
    doc: str
    """What it means. Its first sentence is complete by itself."""
    price: str = ""
    """What it costs, where it costs something of its own."""
    example: str = ""
    """A value as YAML, for a key whose default (none) shows nothing of its form."""
    of_stack: str = ""
    """For a name: its default with `schema: 2`, made of {stack}, or of {env}, its last part."""
    own: bool = False
    """Whether it is this environment's alone: `init --env` doesn't take it over into another's."""


class Entry(NamedTuple):
    path: str  # "functions.memory_mb"
    about: About
    required: bool
    default: Any  # None for a section, and where required


def key(  # noqa: PLR0913 - all that there is to say of a key
    rule: Rule,
    doc: str,
    default: Any = MISSING,
    *,
    price: str = "",
    example: str = "",
    own: bool = False,
) -> Any:
    """Declare one key. Without a default it is required."""
    about = About(rule, doc, price, example, own=own)
    return field(default=default, metadata={"about": about})


def mapping(rule: Rule, doc: str) -> Any:
    """Declare a key whose value is a mapping, empty where it isn't given."""
    return field(default_factory=dict, metadata={"about": About(rule, doc)})


def section(kind: type, doc: str, *, own: bool = False) -> Any:
    """Declare a section: the keys of `kind`, a dataclass."""
    return field(default_factory=kind, metadata={"about": About(None, doc, own=own)})


def named(rule: Rule, doc: str, default: str, of_stack: str) -> Any:
    """Declare a name, which with `schema: 2` follows from the stack's where it isn't given."""
    return field(default=default, metadata={"about": About(rule, doc, of_stack=of_stack)})


def explanation(item: Field[Any]) -> About:
    """What is said of a field that is a key."""
    return cast("About", item.metadata["about"])


def in_short(about: About) -> str:
    """The first sentence of what a key means."""
    return about.doc.partition(". ")[0].rstrip(".") + "."


def rule(item: Field[Any]) -> Rule:
    """Give the rule of a key that is no section."""
    return cast("Rule", explanation(item).rule)


def keys(kind: type) -> dict[str, Field[Any]]:
    """Give the fields of a section that are keys, by name."""
    return {item.name: item for item in fields(kind) if item.metadata}


def inner(item: Field[Any]) -> type | None:
    """Give the section's class, if the key is a section."""
    return cast("type", item.default_factory) if explanation(item).rule is None else None


def default(item: Field[Any]) -> Any:
    """Give what a key is where it isn't given; MISSING if it must be."""
    return item.default_factory() if item.default_factory is not MISSING else item.default


def entries(kind: type, prefix: str = "") -> Iterator[Entry]:
    """Walk every section and key of `kind`, in the order in which a person should read them."""
    for name, item in keys(kind).items():
        path = prefix + name
        if section := inner(item):
            yield Entry(path, explanation(item), required=False, default=None)
            yield from entries(section, f"{path}.")
        else:
            value = default(item)
            missing = value is MISSING
            yield Entry(path, explanation(item), missing, None if missing else value)
