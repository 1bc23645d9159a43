"""The product's rules: the schema file, and the two bodies' schemas that follow from it."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any, Callable

from shared.jsontext import decimal_of, number_text, parse

Schema = dict[str, Any]

DEEPEST_SCHEMA = 64


def _load() -> Schema:
    path = os.path.join(os.path.dirname(__file__), "product.schema.json")  # noqa: PTH118, PTH120
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - os.path spares an import
        schema: Schema = parse(file.read(), DEEPEST_SCHEMA)
    return schema


def accepted(value: Any, rules: Schema) -> Any:
    """What a client gives: a decimal text such as "799.99" as the number that it tells.

    Without read-only fields, so that a body that was read may be sent back (AIP-203).
    """
    if isinstance(value, str):
        return decimal_of(value) if _is_decimal(rules) else value
    return _inside(value, rules, accepted, read_only=False)


def spelled(value: Any, rules: Schema) -> Any:
    """What is stored, with decimals as texts: for clients whose numbers are floats."""
    if isinstance(value, Decimal):
        return number_text(value) if _is_decimal(rules) else value
    return _inside(value, rules, spelled, read_only=True)


def _inside(
    value: Any, rules: Schema, each: Callable[[Any, Schema], Any], *, read_only: bool
) -> Any:
    if isinstance(value, dict):
        properties, others = rules.get("properties", {}), rules.get("additionalProperties")
        others = others if isinstance(others, dict) else {}
        return {
            name: each(inner, properties.get(name, others))
            for name, inner in value.items()
            if read_only or not properties.get(name, others).get("readOnly")
        }
    if isinstance(value, list) and rules.get("items"):
        return [each(element, rules["items"]) for element in value]
    return value


def _is_decimal(rules: Schema) -> bool:
    """A field of whole numbers, or of any JSON, has none."""
    types = rules.get("type", ())
    return types == "number" or ("number" in types and "string" not in types)


def changes_to(schema: Schema) -> Schema:
    """PUT's body: the same rules, nothing required, and null removes what POST doesn't require."""
    properties = {
        name: rules if name in schema["required"] else {**rules, "x-removable": True}
        for name, rules in schema["properties"].items()
    }
    return {**schema, "required": [], "properties": properties}


PRODUCT = _load()
CHANGES = changes_to(PRODUCT)
ANSWERED = {**PRODUCT, "properties": {**PRODUCT["properties"], "version": {}}}
"""For spelled: the version, which the ETag holds too, stays a number."""
MAX_DEPTH = int(PRODUCT["x-maxDepth"])
MAX_BYTES = int(PRODUCT["x-maxBytes"])

FIELDS = {name: place for place, name in enumerate(PRODUCT["properties"])}
"""Known fields come first in an answer, in the schema's order."""
