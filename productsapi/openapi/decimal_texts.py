"""The product's schema where answers give decimals as strings (`api.decimals: string`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from productsapi.openapi.generated_examples import of_rules
from productsapi.openapi.sources import Sources

Json = dict[str, Any]

PATTERN = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
BOUNDS = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
    "multipleOf": "a multiple of",
}
"""What JSON Schema can't demand of a string is in its description; the functions enforce it."""


def with_decimal_texts(sources: Sources) -> Sources:
    return replace(sources, product=_within(sources.product))


def _within(rules: Mapping[str, Any]) -> Json:
    """A schema, and those in it."""
    types = rules.get("type", ())
    if types == "number" or ("number" in types and "string" not in types):
        return _text(rules)
    made = dict(rules)
    if "properties" in rules:
        made["properties"] = {name: _within(each) for name, each in rules["properties"].items()}
    for name in ("items", "additionalProperties"):
        if isinstance(rules.get(name), dict):
            made[name] = _within(rules[name])
    return made


def _text(rules: Mapping[str, Any]) -> Json:
    bounds = [f"{says} {rules[name]}" for name, says in BOUNDS.items() if name in rules]
    described = [rules.get("description", ""), f"It is {', '.join(bounds)}." if bounds else ""]
    types = rules["type"]
    made: Json = {
        "type": "string"
        if types == "number"
        else [t if t != "number" else "string" for t in types],
        "format": "decimal",
        "pattern": PATTERN,
    }
    if any(described):
        made["description"] = " ".join(each for each in described if each)
    if example := of_rules(rules):
        made["examples"] = [each if each is None else str(each) for each in example]
    for name in ("enum", "const"):
        if name in rules:
            listed = rules[name] if name == "enum" else [rules[name]]
            made["enum"] = [each if each is None else str(each) for each in listed]
    return {**made, **{name: rules[name] for name in ("readOnly", "title") if name in rules}}
