"""What the functions need of the product's schema beside rules that can be enforced."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from productsapi.product_schema.keywords import Problem, is_count, problems_of

SET_BY_THE_SERVICE = ("createdAt", "createdBy", "updatedAt", "updatedBy", "version")
LIMITS = {"x-maxDepth": 32, "x-maxBytes": 1_048_576}
"""DynamoDB nests 32 levels; the functions must have time to read what they are sent."""

NOT_OF_ALL = ("const", "enum", "minProperties", "readOnly")
"""What can't be asked of a product as a whole: a PUT gives some of its fields."""

LONGEST_KEY = {"productId": 2048, "category": 1024}
"""Bytes of a key's value that DynamoDB takes, as partition and as sort key."""
WIDEST = 4
"""Bytes of a character in UTF-8."""


def problems(schema: dict[str, Any], keys: tuple[str, ...]) -> Iterator[Problem]:
    """Everything that prevents it, each with its JSON pointer."""
    if schema.get("type") != "object":
        yield "/type", "must be object: a product is one"
    for name in NOT_OF_ALL:
        if name in schema:
            yield f"/{name}", f"{name} isn't enforced for a product as a whole"
    for name, most in LIMITS.items():
        if not is_count(schema.get(name)) or not 1 <= schema[name] <= most:
            yield f"/{name}", f"must be a whole number from 1 to {most}"
    bounds = schema if is_count(schema.get("x-maxBytes")) else {"x-maxBytes": Decimal(262_144)}
    rest = {name: rules for name, rules in schema.items() if name not in LIMITS}
    yield from problems_of("", rest, int(bounds["x-maxBytes"]))
    properties, required = schema.get("properties"), schema.get("required")
    if not isinstance(properties, dict) or not isinstance(required, list):
        for name in ("properties", "required"):
            if name not in schema:
                yield f"/{name}", "is missing"
        return
    yield from _own_fields(properties, required, keys)


def _own_fields(
    properties: dict[str, Any], required: list[Any], keys: tuple[str, ...]
) -> Iterator[Problem]:
    """The fields that the API itself works with."""
    for name in SET_BY_THE_SERVICE:
        if not _rules(properties, name).get("readOnly"):
            yield f"/properties/{name}", "must be there with readOnly: true, the service sets it"
    for name in required:
        if isinstance(name, str) and _rules(properties, name).get("readOnly"):
            yield f"/properties/{name}/readOnly", "is required, so that no client could give it"
    for name in ("productId", "category"):
        if _rules(properties, name).get("type") != "string":
            yield f"/properties/{name}/type", "must be string: requests name products by it"
        elif name in keys:
            yield from _key(name, properties[name], required)


def _key(name: str, rules: dict[str, Any], required: list[Any]) -> Iterator[Problem]:
    if name not in required:
        yield "/required", f"must hold {name}: it is a key of the table"
    most = LONGEST_KEY[name] // WIDEST
    if not is_count(rules.get("minLength")) or rules["minLength"] < 1:
        yield f"/properties/{name}/minLength", "must be 1 or more: it is a key of the table"
    if not is_count(rules.get("maxLength")) or rules["maxLength"] > most:
        yield f"/properties/{name}/maxLength", f"must be {most} or less: it is a key of the table"


def _rules(properties: dict[str, Any], name: str) -> dict[str, Any]:
    rules = properties.get(name)
    return rules if isinstance(rules, dict) else {}
