"""An example of a value, from its rules: the schema's own, or one that is made up."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal, localcontext
from typing import Any

TEXTS = {
    "date": "2026-11-22",
    "date-time": "2026-11-22T18:00:00Z",
    "email": "someone@example.com",
    "hostname": "www.example.com",
    "ipv4": "192.0.2.1",
    "time": "18:00:00Z",
    "uri": "https://example.com/",
    "uuid": "0f8fad5b-d9cb-469f-a165-70867728950e",
}
"""By format."""
SHORT = "text"
MOST_LETTERS = 256

KEYWORDS_OF_NUMBERS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")


def of_rules(rules: Mapping[str, Any]) -> list[Any]:
    """One value that keeps the rules, or none where that would take more than a guess."""
    if rules.get("examples"):
        return [rules["examples"][0]]
    if "const" in rules:
        return [rules["const"]]
    if rules.get("enum"):
        return [rules["enum"][0]]
    types = rules.get("type", "string")
    kind = types if isinstance(types, str) else types[0]
    if kind in {"number", "integer"}:
        with localcontext(Context(prec=400)):
            return _number(rules, whole=kind == "integer")
    if kind == "string":
        return _text(rules)
    if kind == "array":
        return _list(rules)
    if kind == "object":
        return _object(rules)
    return [None if kind == "null" else True]


def _number(rules: Mapping[str, Any], *, whole: bool) -> list[Any]:
    """The simplest number between the bounds that is a multiple."""
    unit = Decimal(str(rules.get("multipleOf", 1)))
    bounds = [Decimal(str(rules[name])) for name in KEYWORDS_OF_NUMBERS if name in rules]
    near = [unit * (bound // unit + more) for bound in bounds for more in (-1, 0, 1)]
    for value in (unit, Decimal(0), *near, *bounds):
        if _keeps(value, rules, unit) and (not whole or value == value.to_integral_value()):
            return [int(value) if value == value.to_integral_value() else float(value)]
    return []


def _keeps(value: Decimal, rules: Mapping[str, Any], unit: Decimal) -> bool:
    least, most = rules.get("minimum"), rules.get("maximum")
    above, below = rules.get("exclusiveMinimum"), rules.get("exclusiveMaximum")
    return (
        (least is None or value >= Decimal(str(least)))
        and (most is None or value <= Decimal(str(most)))
        and (above is None or value > Decimal(str(above)))
        and (below is None or value < Decimal(str(below)))
        and ("multipleOf" not in rules or value % unit == 0)
    )


def _text(rules: Mapping[str, Any]) -> list[Any]:
    least, most = int(rules.get("minLength", 0)), int(rules.get("maxLength", MOST_LETTERS))
    if "pattern" in rules or least > MOST_LETTERS:
        return []
    if "format" in rules:
        text = TEXTS[rules["format"]]
        return [text] if least <= len(text) <= most else []
    return [SHORT.ljust(least, "x")[:most]]


def _list(rules: Mapping[str, Any]) -> list[Any]:
    least, element = int(rules.get("minItems", 0)), of_rules(rules.get("items", {}))
    if least > 1 or (least and not element):
        return []
    return [element if rules.get("maxItems", 1) >= 1 else []]


def _object(rules: Mapping[str, Any]) -> list[Any]:
    properties, required = rules.get("properties", {}), rules.get("required", [])
    made = {
        name: value
        for name in [*required, *(name for name in properties if name not in required)]
        if not properties.get(name, {}).get("readOnly")
        for value in of_rules(properties.get(name, {}))
    }
    fits = rules.get("minProperties", 0) <= len(made) <= rules.get("maxProperties", len(made))
    return [made] if fits and made.keys() >= set(required) else []
