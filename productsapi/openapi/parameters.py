"""The parameters that routes take, in path, query and headers."""

from __future__ import annotations

from typing import Any

from productsapi.openapi.examples import of_field
from productsapi.openapi.sources import Sources

Json = dict[str, Any]

TEXT: Json = {"schema": {"type": "string"}}
ETAGS = r'^(\*|(W/)?"[!#-~]*"(, *(W/)?"[!#-~]*")*)$'


def in_path(name: str, sources: Sources) -> Json:
    """Held to the rules of the product's field of that name, if it has one."""
    known = _of_field(sources, name) if name in sources.fields else TEXT
    return {"name": name, "in": "path", "required": True, **known}


def in_query(name: str) -> Json:
    return {"name": name, "in": "query", **TEXT}


def category(sources: Sources, description: str) -> Json:
    return {
        "name": "category",
        "in": "query",
        "description": description,
        **_of_field(sources, "category"),
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
        "description": "The ETag of the product that you mean: 412 if it is of another version by "
        "now. `*`, or nothing, means any version. A list has at most 50.",
        "schema": {"type": "string", "pattern": ETAGS},
    }


def if_none_match() -> Json:
    return {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of what you have: 304 if it is still current.",
        "schema": {"type": "string"},
    }


def if_none_match_of_change() -> Json:
    return {
        "name": "If-None-Match",
        "in": "header",
        "description": "ETags that the product must not have: 412 if it has one. `*` is any of it.",
        "schema": {"type": "string", "pattern": ETAGS},
    }


def _of_field(sources: Sources, name: str) -> Json:
    rules, described_elsewhere = sources.fields[name], {"description", "examples"}
    made: Json = {
        "schema": {word: rules[word] for word in rules if word not in described_elsewhere}
    }
    for example in of_field(sources, name):
        made["example"] = example
    return made
