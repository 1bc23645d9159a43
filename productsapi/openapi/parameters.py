"""The parameters that routes take, in path, query and headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from productsapi.openapi.sources import Sources

Json = dict[str, Any]

ETAGS = r'^(\*|(W/)?"[!#-~]*"(, *(W/)?"[!#-~]*")*)$'


def product_id(sources: Sources) -> Json:
    rules = sources.fields["productId"]
    return {
        "name": "productId",
        "in": "path",
        "required": True,
        "schema": _rules(rules),
        "example": rules["examples"][0],
    }


def category(sources: Sources, description: str) -> Json:
    rules = sources.fields["category"]
    return {
        "name": "category",
        "in": "query",
        "description": description,
        "schema": _rules(rules),
        "example": rules["examples"][0],
    }


def limit() -> Json:
    return {
        "name": "limit",
        "in": "query",
        "description": "The most products on a page.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
        "example": 20,
    }


def next_token() -> Json:
    return {
        "name": "nextToken",
        "in": "query",
        "description": "From the page before, as it is; with the same `category`.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "maxLength": 8192},
    }


def if_match() -> Json:
    """Without an example, as If-None-Match: pages send it along, and get a 412 or a 304 for it."""
    return {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag of the product that is to be changed: 412 if it is of another "
        "version by now. `*`, or nothing, means any version. A list has at most 50.",
        "schema": {"type": "string", "pattern": ETAGS},
    }


def if_none_match() -> Json:
    return {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of what you have: 304 if it still stands.",
        "schema": {"type": "string"},
    }


def _rules(rules: Mapping[str, Any]) -> Json:
    return {name: rules[name] for name in rules if name not in {"description", "examples"}}
