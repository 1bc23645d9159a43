"""Tells every way in which a body breaks the rules, each with its field.

Interprets the keywords of JSON Schema that the product's schema uses, and no others: a test holds
the schema to them.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Iterator

from shared.jsontext import UnfitNumber, is_unicode
from shared.problems import Violation, counted
from shared.rules import Schema

KEYWORDS = {
    "object": {"type", "required", "properties", "propertyNames", "maxProperties"},
    "property": {"type", "readOnly", "minLength", "maxLength", "pattern", "minimum"},
    "propertyNames": {"minLength", "maxLength"},
    "annotations": {
        "$schema", "$id", "title", "description", "examples", "format",
        "additionalProperties", "x-maxDepth", "x-maxBytes",
    },
}  # fmt: skip

TYPES = {
    "string": (str, "a string"),
    "number": (Decimal, "a number"),
    "integer": (Decimal, "a whole number"),
    "null": (type(None), "null"),
}

ECHO = 80
"""Characters of a name from the body that an answer repeats."""


def violations(body: Any, schema: Schema) -> list[Violation]:
    if not isinstance(body, dict):
        return [Violation("", "type", "must be a JSON object")]
    return list(_object(body, schema))


def _object(body: dict[str, Any], schema: Schema) -> Iterator[Violation]:
    for name in schema["required"]:
        if name not in body:
            yield Violation(name, "required", "is required")
    if len(body) > schema["maxProperties"]:
        most = schema["maxProperties"]
        yield Violation("", "maxProperties", f"must have at most {most} fields")
    for name, value in body.items():
        rules = schema["properties"].get(name)
        if rules is None:
            yield from _lengths(_echo(name), name, schema["propertyNames"], "'s name must have")
            yield from _storable(_echo(name), value)
        elif rules.get("readOnly"):
            yield Violation(name, "readOnly", "is set by the service and can't be given")
        else:
            yield from value_violations(name, value, rules)


def value_violations(field: str, value: Any, rules: Schema) -> Iterator[Violation]:
    types = rules["type"] if isinstance(rules["type"], list) else [rules["type"]]
    if isinstance(value, UnfitNumber):
        yield Violation(field, "number", value.message)
    elif not any(_is(value, name) for name in types):
        wanted = " or ".join(TYPES[name][1] for name in types)
        yield Violation(field, "type", f"must be {wanted}")
    elif isinstance(value, str):
        yield from _lengths(field, value, rules, "must have")
        if not is_unicode(value):
            yield Violation(field, "unicode", "holds half of a surrogate pair")
        elif "pattern" in rules and not _matches(rules["pattern"], value):
            yield Violation(field, "pattern", f"must match {rules['pattern']}")
    elif isinstance(value, Decimal) and value < rules.get("minimum", value):
        yield Violation(field, "minimum", f"must be at least {rules['minimum']}")


def _lengths(field: str, text: str, rules: Schema, must: str) -> Iterator[Violation]:
    least, most = rules.get("minLength", 0), rules.get("maxLength", len(text))
    if len(text) < least:
        yield Violation(field, "minLength", f"{must} at least {counted(least, 'character')}")
    if len(text) > most:
        yield Violation(field, "maxLength", f"{must} at most {counted(most, 'character')}")


def _storable(field: str, value: Any) -> Iterator[Violation]:
    """A further field is kept as given, if DynamoDB can keep it; the reader bounds depth."""
    if isinstance(value, UnfitNumber):
        yield Violation(field, "number", value.message)
    elif isinstance(value, str):
        if not is_unicode(value):
            yield Violation(field, "unicode", "holds half of a surrogate pair")
    elif isinstance(value, list):
        for place, element in enumerate(value):
            yield from _storable(f"{field}[{place}]", element)
    elif isinstance(value, dict):
        for name, element in value.items():
            if not name:
                yield Violation(field, "minLength", "must not hold an empty name")
            yield from _storable(f"{field}.{_echo(name)}", element)


def _is(value: Any, name: str) -> bool:
    whole = (
        name != "integer" or not isinstance(value, Decimal) or value == value.to_integral_value()
    )
    return isinstance(value, TYPES[name][0]) and whole


def _matches(pattern: str, text: str) -> bool:
    """JSON Schema's $ is the very end; Python's would let a line end stand behind it."""
    return re.search(pattern.replace("$", r"\Z"), text) is not None


def _echo(name: str) -> str:
    return name if len(name) <= ECHO else name[:ECHO] + "…"
