"""JSON Schema's keywords that the functions enforce, and what each may be set to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, TypeGuard

from productsapi.product_schema.patterns import Unsuitable, steps, too_slow

Problem = tuple[str, str]
"""JSON pointer, and what is wrong there."""

ANNOTATIONS = frozenset(
    {
        *("$schema", "$id", "$comment", "title", "description", "default"),
        *("examples", "deprecated"),
    }
)
"""What people and tools read; it asks nothing of a value."""

TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})
FORMATS = frozenset({"date", "date-time", "email", "hostname", "ipv4", "time", "uri", "uuid"})

DIALECT = "https://json-schema.org/draft/2020-12/schema"

INSTEAD = {
    "allOf": "write its rules into the schema itself",
    "anyOf": "a list of types, or enum, may do",
    "oneOf": "a list of types, or enum, may do",
    "$ref": "write the rules out where they are used",
    "$defs": "write the rules out where they are used",
    "definitions": "write the rules out where they are used",
    "writeOnly": "every field of a product is returned",
}


def is_count(value: Any) -> TypeGuard[Decimal]:
    """A whole number of 0 or more."""
    return isinstance(value, Decimal) and value >= 0 and value == value.to_integral_value()


def problems_of(pointer: str, rules: Any, longest: int) -> Iterator[Problem]:
    """What of one schema, and of those inside it, can't be enforced.

    `longest` is how many characters a text may have where the schema doesn't say.
    """
    if not isinstance(rules, dict):
        yield pointer, "must be an object of rules"
        return
    longest = min(longest, int(rules["maxLength"])) if _has_length(rules) else longest
    for keyword, value in rules.items():
        place = f"{pointer}/{escaped(keyword)}"
        if keyword == "pattern":
            yield from _pattern(place, value, longest)
        elif keyword in INSIDE:
            yield from INSIDE[keyword](place, value, longest)
        elif keyword in VALUES:
            fits, meaning = VALUES[keyword]
            if not fits(value):
                yield place, f"{keyword} must be {meaning}"
        elif keyword not in ANNOTATIONS:
            instead = f": {INSTEAD[keyword]}" if keyword in INSTEAD else ""
            yield place, f"{keyword} is no keyword that the functions enforce{instead}"
    yield from _contradictions(pointer, rules)


def escaped(name: str) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _pattern(place: str, value: Any, longest: int) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield place, "pattern must be a text"
        return
    try:
        degree = steps(value)
    except Unsuitable as error:
        yield place, f"pattern {value!r} {error}"
        return
    if most := too_slow(degree, longest):
        slow = f"may take too long on a text of {longest} characters"
        yield place, f"pattern {value!r} {slow}: give a maxLength of at most {most} beside it"


def _properties(place: str, value: Any, longest: int) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield place, "properties must be an object"
        return
    for name, rules in value.items():
        if not name:
            yield place, "a property must have a name"
        yield from problems_of(f"{place}/{escaped(name)}", rules, longest)


def _additional(place: str, value: Any, longest: int) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield from _nameless(place, value, longest)


def _nameless(place: str, value: Any, longest: int) -> Iterator[Problem]:
    """The service sets fields by their names."""
    yield from problems_of(place, value, longest)
    if isinstance(value, dict) and "readOnly" in value:
        yield f"{place}/readOnly", "readOnly isn't enforced but for a field with a name"


def _names(place: str, value: Any, longest: int) -> Iterator[Problem]:
    """Names are texts: nothing else can be asked of them."""
    yield from problems_of(place, value, longest)
    allowed = {"minLength", "maxLength", "pattern", "format"} | ANNOTATIONS
    for keyword in value.keys() - allowed if isinstance(value, dict) else ():
        if keyword in VALUES or keyword in INSIDE:
            yield f"{place}/{escaped(keyword)}", f"{keyword} isn't enforced for names"


def _contradictions(pointer: str, rules: dict[str, Any]) -> Iterator[Problem]:
    """Rules that no value can keep: nobody means them."""
    for end in ("Length", "Items", "Properties"):
        least, most = rules.get(f"min{end}"), rules.get(f"max{end}")
        if is_count(least) and is_count(most) and least > most:
            yield f"{pointer}/min{end}", f"min{end} is more than max{end}"
    types = _types(rules)
    for keyword in rules if types else ():
        if keyword in ABOUT and not ABOUT[keyword] & types:
            yield f"{pointer}/{keyword}", f"{keyword} asks nothing of {' or '.join(sorted(types))}"
    least, most = rules.get("minimum"), rules.get("maximum")
    if isinstance(least, Decimal) and isinstance(most, Decimal) and least > most:
        yield f"{pointer}/minimum", "minimum is more than maximum"


def _types(rules: dict[str, Any]) -> frozenset[str]:
    """None where the schema gives none, or what is no type."""
    types = rules.get("type")
    if types is None or not _is_type(types):
        return frozenset()
    return frozenset(types if isinstance(types, list) else [types])


def _has_length(rules: dict[str, Any]) -> bool:
    return is_count(rules.get("maxLength"))


def _is_type(value: Any) -> bool:
    names = value if isinstance(value, list) else [value]
    texts = [name for name in names if isinstance(name, str)]
    return bool(names) and len(texts) == len(names) == len(set(texts)) and TYPES.issuperset(texts)


def _is_number(value: Any) -> bool:
    return isinstance(value, Decimal)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


NUMBER, FLAG = (_is_number, "a number"), (_is_flag, "true or false")
COUNT = (is_count, "a whole number of 0 or more")

VALUES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "type": (_is_type, f"one of {', '.join(sorted(TYPES))}, or a list of such"),
    "enum": (lambda value: isinstance(value, list) and bool(value), "a list with a value in it"),
    "const": (lambda _: True, "any value"),
    "readOnly": FLAG,
    "minimum": NUMBER,
    "maximum": NUMBER,
    "exclusiveMinimum": NUMBER,
    "exclusiveMaximum": NUMBER,
    "multipleOf": (lambda value: _is_number(value) and value > 0, "a number above 0"),
    "minLength": COUNT,
    "maxLength": COUNT,
    "format": (
        lambda value: isinstance(value, str) and value in FORMATS,
        f"one of those that are enforced: {', '.join(sorted(FORMATS))}",
    ),
    "minItems": COUNT,
    "maxItems": COUNT,
    "uniqueItems": FLAG,
    "minProperties": COUNT,
    "maxProperties": COUNT,
    "required": (_are_names, "a list of names"),
    "examples": (lambda value: isinstance(value, list), "a list"),
    "$schema": (lambda value: value == DIALECT, DIALECT),
}

INSIDE: dict[str, Callable[[str, Any, int], Iterator[Problem]]] = {
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "items": _nameless,
}
"""Keywords that hold further schemas."""

_ABOUT = {
    ("number", "integer"): (
        *("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"),
    ),
    ("string",): ("minLength", "maxLength", "pattern", "format"),
    ("array",): ("items", "minItems", "maxItems", "uniqueItems"),
    ("object",): (
        *("properties", "required", "additionalProperties", "propertyNames"),
        *("minProperties", "maxProperties"),
    ),
}
ABOUT = {keyword: frozenset(types) for types, names in _ABOUT.items() for keyword in names}
"""Which types a keyword asks something of; the others keep it whatever they are."""

ENFORCED = frozenset({*VALUES, *INSIDE, "pattern"}) - ANNOTATIONS
