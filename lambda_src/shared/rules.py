"""The product's rules: the schema file, and the two bodies' schemas that follow from it."""

from __future__ import annotations

import os
from typing import Any

from shared.jsontext import parse

Schema = dict[str, Any]

DEEPEST_SCHEMA = 64


def _load() -> Schema:
    path = os.path.join(os.path.dirname(__file__), "product.schema.json")  # noqa: PTH118, PTH120
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - os.path spares an import
        schema: Schema = parse(file.read(), DEEPEST_SCHEMA)
    return schema


def writable(value: Any, rules: Schema) -> Any:
    """`value` without its read-only fields: a body that was read may be sent back (AIP-203)."""
    if isinstance(value, dict):
        properties, others = rules.get("properties", {}), rules.get("additionalProperties")
        others = others if isinstance(others, dict) else {}
        return {
            name: writable(each, properties.get(name, others))
            for name, each in value.items()
            if not properties.get(name, others).get("readOnly")
        }
    if isinstance(value, list) and rules.get("items"):
        return [writable(each, rules["items"]) for each in value]
    return value


def changes_to(schema: Schema) -> Schema:
    """PUT's body: the same rules, nothing required, and null removes what POST doesn't require."""
    properties = {
        name: rules if name in schema["required"] else {**rules, "x-removable": True}
        for name, rules in schema["properties"].items()
    }
    return {**schema, "required": [], "properties": properties}


PRODUCT = _load()
CHANGES = changes_to(PRODUCT)
MAX_DEPTH = int(PRODUCT["x-maxDepth"])
MAX_BYTES = int(PRODUCT["x-maxBytes"])

FIELDS = {name: place for place, name in enumerate(PRODUCT["properties"])}
"""Known fields come first in an answer, in the schema's order."""
