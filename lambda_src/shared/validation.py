"""Tells every way in which a body breaks the rules, each with its field.

Interprets the keywords of JSON Schema that stand in KEYWORDS, and no others: `productsapi plan`
refuses a schema that has any other one. What is `readOnly` is left out before (rules.accepted).
"""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any, Iterator

from shared.jsontext import UnfitNumber, dumps, is_unicode, number_text
from shared.patterns import compiled
from shared.problems import Violation, counted
from shared.rules import Schema

KEYWORDS = {
    "any": {"type", "enum", "const", "readOnly"},
    "number": {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"},
    "string": {"minLength", "maxLength", "pattern", "format"},
    "array": {"items", "minItems", "maxItems", "uniqueItems"},
    "object": {
        "properties", "required", "additionalProperties", "propertyNames",
        "minProperties", "maxProperties",
    },
}  # fmt: skip

TYPES = {
    "string": (str, "a string"),
    "number": (Decimal, "a number"),
    "integer": (Decimal, "a whole number"),
    "boolean": (bool, "true or false"),
    "array": (list, "a list"),
    "object": (dict, "an object"),
    "null": (type(None), "null"),
}

BOUNDS = {
    "minimum": (lambda value, bound: value >= bound, "must be at least"),
    "exclusiveMinimum": (lambda value, bound: value > bound, "must be more than"),
    "maximum": (lambda value, bound: value <= bound, "must be at most"),
    "exclusiveMaximum": (lambda value, bound: value < bound, "must be less than"),
    "multipleOf": (
        lambda value, unit: not _EXACT_QUOTIENT.remainder(value, unit),
        "must be a multiple of",
    ),
}

_EXACT_QUOTIENT = Context(prec=400)
"""9.9E+125 has fewer than 300 digits more than 1E-130."""

ECHO = 80
"""Characters of a name or value that an answer repeats."""


def violations(body: Any, schema: Schema) -> list[Violation]:
    if not isinstance(body, dict):
        return [Violation("", "type", "must be a JSON object")]
    return list(_object("", body, schema))


def value_violations(field: str, value: Any, rules: Schema) -> Iterator[Violation]:
    if isinstance(value, UnfitNumber):
        yield Violation(field, "number", value.message)
        return
    if value is None and rules.get("x-removable"):
        return
    if "type" in rules and not _is_one_of(value, rules["type"]):
        yield Violation(field, "type", f"must be {_wanted(rules)}")
        return
    if isinstance(value, str):
        yield from _text(field, value, rules)
    elif isinstance(value, Decimal):
        yield from _number(field, value, rules)
    elif isinstance(value, list):
        yield from _list(field, value, rules)
    elif isinstance(value, dict):
        yield from _object(field, value, rules)
    if "enum" in rules and _key(value) not in map(_key, rules["enum"]):
        listed = ", ".join(map(dumps, rules["enum"]))
        yield Violation(field, "enum", f"must be one of {_echo(listed)}")
    if "const" in rules and _key(value) != _key(rules["const"]):
        yield Violation(field, "const", f"must be {_echo(dumps(rules['const']))}")


def _object(field: str, body: dict[str, Any], schema: Schema) -> Iterator[Violation]:
    """A field's rules and each of its own fields'; `field` is empty for the body as a whole."""
    properties, names = schema.get("properties", {}), schema.get("propertyNames", {})
    for name in schema.get("required", ()):
        if name not in body:
            yield Violation(_inside(field, name), "required", "is required")
    yield from _count(field, "Properties", len(body), schema, "field")
    for name, value in body.items():
        place, rules = _inside(field, name), properties.get(name)
        if not name:
            yield Violation(field, "minLength", "must not hold an empty name")
        else:
            yield from _text(place, name, names, "'s name must")
        if rules is not None:
            yield from value_violations(place, value, rules)
        else:
            yield from _further(place, value, schema.get("additionalProperties", True))


def _further(field: str, value: Any, rules: Any) -> Iterator[Violation]:
    if rules is False:
        yield Violation(field, "additionalProperties", "is not a field that is known here")
    else:
        yield from value_violations(field, value, {} if rules is True else rules)


def _list(field: str, value: list[Any], rules: Schema) -> Iterator[Violation]:
    """Elements without a rule are held to what DynamoDB can keep; the reader bounds depth."""
    yield from _count(field, "Items", len(value), rules, "element")
    if rules.get("uniqueItems") and len(set(map(_key, value))) < len(value):
        yield Violation(field, "uniqueItems", "must not hold the same element twice")
    for place, element in enumerate(value):
        yield from value_violations(f"{field}[{place}]", element, rules.get("items", {}))


def _count(field: str, what: str, count: int, rules: Schema, unit: str) -> Iterator[Violation]:
    least, most = rules.get(f"min{what}", 0), rules.get(f"max{what}", count)
    if count < least:
        yield Violation(field, f"min{what}", f"must have at least {counted(least, unit)}")
    if count > most:
        yield Violation(field, f"max{what}", f"must have at most {counted(most, unit)}")


def _text(field: str, text: str, rules: Schema, must: str = "must") -> Iterator[Violation]:
    """A pattern's work grows with the text: one that is too long is not even tried."""
    least, most = rules.get("minLength", 0), rules.get("maxLength", len(text))
    if len(text) < least:
        yield Violation(field, "minLength", f"{must} have at least {counted(least, 'character')}")
    if not is_unicode(text):
        yield Violation(field, "unicode", "holds half of a surrogate pair")
    if len(text) > most:
        yield Violation(field, "maxLength", f"{must} have at most {counted(most, 'character')}")
        return
    if "pattern" in rules and not compiled(rules["pattern"]).search(text):
        yield Violation(field, "pattern", f"{must} match {rules['pattern']}")
    if "format" in rules:
        from shared.formats import FORMATS  # most products have none: it is loaded when one has

        fits, meaning = FORMATS[rules["format"]]
        if not fits(text):
            yield Violation(field, "format", f"{must} be {meaning}")


def _number(field: str, value: Decimal, rules: Schema) -> Iterator[Violation]:
    for keyword, (holds, must) in BOUNDS.items():
        if keyword in rules and not holds(value, rules[keyword]):
            yield Violation(field, keyword, f"{must} {number_text(rules[keyword])}")


def _is_one_of(value: Any, types: Any) -> bool:
    return any(_is(value, name) for name in ([types] if isinstance(types, str) else types))


def _is(value: Any, name: str) -> bool:
    whole = (
        name != "integer" or not isinstance(value, Decimal) or value == value.to_integral_value()
    )
    return isinstance(value, TYPES[name][0]) and whole


def _wanted(rules: Schema) -> str:
    types = [rules["type"]] if isinstance(rules["type"], str) else [*rules["type"]]
    if rules.get("x-removable"):  # in a PUT
        types.append("null")
    return " or ".join(dict.fromkeys(TYPES[name][1] for name in types))


def _key(value: Any) -> Any:
    """Equal for values that JSON calls equal, and to be looked for in a set; true is no 1."""
    if isinstance(value, list):
        return (list, *map(_key, value))
    if isinstance(value, dict):
        return (dict, frozenset((name, _key(each)) for name, each in value.items()))
    return (type(value), value)


def _inside(field: str, name: str) -> str:
    return f"{field}.{_echo(name)}" if field else _echo(name)


def _echo(name: str) -> str:
    return name if len(name) <= ECHO else name[:ECHO] + "…"
