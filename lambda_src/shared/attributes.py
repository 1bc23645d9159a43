"""Plain values ↔ DynamoDB's attribute values. Numbers travel as text, so they stay exact."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from shared.jsontext import number_text

Attribute = dict[str, Any]
Item = dict[str, Attribute]


def item_of(values: dict[str, Any]) -> Item:
    return {name: attribute_of(value) for name, value in values.items()}


def values_of(item: Item) -> dict[str, Any]:
    return {name: value_of(attribute) for name, attribute in item.items()}


def attribute_of(value: Any) -> Attribute:
    if isinstance(value, str):
        return {"S": value}
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, (Decimal, int)):
        return {"N": number_text(Decimal(value))}
    if isinstance(value, list):
        return {"L": [attribute_of(element) for element in value]}
    if isinstance(value, dict):
        return {"M": item_of(value)}
    raise TypeError(type(value).__name__)


def value_of(attribute: Attribute) -> Any:
    """Sets and binaries are never written here, but may stand in products made elsewhere."""
    ((kind, value),) = attribute.items()
    if kind in ("S", "BOOL", "B"):  # a binary as DynamoDB sends it: base64
        return value
    if kind == "N":
        return Decimal(value)
    if kind == "M":
        return values_of(value)
    if kind == "L":
        return [value_of(element) for element in value]
    if kind in ("SS", "NS", "BS"):
        return [value_of({kind[0]: element}) for element in value]
    return None
