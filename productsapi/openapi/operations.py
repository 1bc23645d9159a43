"""What can be done on each route: what it takes, what it answers, how it may be refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from productsapi.openapi import answers, examples, parameters
from productsapi.openapi.facts import Facts
from productsapi.openapi.schemas import ref
from productsapi.routes import ITEM, MERGE_PATCH, ROUTES, Route, variables

Json = dict[str, Any]

OF_BODIES = (
    "invalid_json",
    "invalid_product",
    "body_too_large",
    "product_too_large",
    "unsupported_media_type",
    "unsupported_content_encoding",
)
TAG = "products"
"""Generators make one client, class or module of it, instead of one called `default`."""

OF_CHANGES = ("write_group_required", "not_owner", "unusable_version", "version_mismatch")


def path_item(path: str, routes: list[Route], facts: Facts) -> Json:
    """One path with all its operations.

    OPTIONS is none: browsers send it by themselves, and clients would get a method for it.
    """
    made: Json = {}
    if names := variables(path):
        made["parameters"] = [parameters.in_path(name, facts.sources) for name in names]
    for route in routes:
        described = OPERATIONS.get(route.operation, partial(_any, route))
        details = {"tags": [TAG], "operationId": route.operation, **described(facts)}
        made[route.method.lower()] = details
    return made


def _create(facts: Facts) -> Json:
    sources = facts.sources
    stored = examples.stored(sources)
    made = answers.success(
        "Stored.", facts.origins, "ETag", "Location", schema="Product", example=stored
    )
    made["links"] = _links(facts)
    smallest = examples.smallest(sources)
    further = {"tags": ["new"], "size": {"heightMm": 147}}
    per = "id and category" if facts.sort_key else "id"
    return {
        "summary": "Store a new product",
        "description": f"A product that has this {per} already is not overwritten: 409.",
        "requestBody": _body(
            "NewProduct",
            {
                "full": ("Every field", examples.new(sources)),
                "smallest": ("What is required", smallest),
                "further": ("With further fields", smallest and {**smallest, **further}),
            },
        ),
        "responses": {
            "201": made,
            **answers.refusals(
                facts,
                *OF_BODIES,
                "invalid_parameter",
                "write_group_required",
                "product_exists",
                parameter="limit",
            ),
        },
    }


def _list(facts: Facts) -> Json:
    if facts.category_index:
        cost = "An index serves it: a page costs a page."
    else:
        cost = "The table is scanned: products of other categories are read, and paid for, too."
    page = {"items": [examples.stored(facts.sources)], "nextToken": examples.TOKEN}
    return {
        "summary": "List products, a page at a time",
        "description": "In no particular order. A page may hold fewer products than `limit`, or "
        "none, and still not be the last: go on until an answer has no `nextToken`.",
        "parameters": [
            parameters.limit(),
            parameters.next_token(),
            parameters.category(facts.sources, f"Only products of this category. {cost}"),
        ],
        "responses": {
            "200": answers.success("A page.", facts.origins, schema="ProductPage", example=page),
            **answers.refusals(facts, "invalid_parameter", parameter="limit"),
        },
    }


def _get(facts: Facts) -> Json:
    return {
        "summary": "Read one product",
        "description": "As it is now: who has just written reads what they wrote.",
        "parameters": [*_which(facts), parameters.if_match(), parameters.if_none_match()],
        "responses": {
            "200": _product("The product.", facts),
            "304": answers.success("What you have is still current.", facts.origins, "ETag"),
            **answers.refusals(facts, *_of_one(facts), "version_mismatch"),
        },
    }


def _update(facts: Facts) -> Json:
    return {
        "summary": "Change some fields of a product",
        "description": "Fields that are not given stay as they are. Nothing is created: 404.",
        "parameters": [*_which(facts), *_preconditions()],
        "requestBody": _body(
            "ProductChanges",
            {
                "change": ("Another value", examples.change(facts.sources)),
                "remove": ("Without a field", examples.removal(facts.sources)),
            },
        ),
        "responses": {
            "200": _product("The product as it is now.", facts),
            **answers.refusals(
                facts, *_of_one(facts), *OF_CHANGES, *OF_BODIES, "nothing_to_change"
            ),
        },
    }


def _patch(facts: Facts) -> Json:
    further = {"size": {"heightMm": 150, "widthMm": None}}
    refused = answers.refusals(facts, *_of_one(facts), *OF_CHANGES, "write_conflict", *OF_BODIES)
    refused["415"] = {
        **refused["415"],
        "headers": {**refused["415"]["headers"], "Accept-Patch": ref("headers", "Accept-Patch")},
    }
    return {
        "summary": "Merge a patch into a product",
        "description": "A JSON merge patch (RFC 7396): objects are merged, null removes within "
        "them too, lists and all else are replaced. What changes nothing, such as `{}`, is "
        "answered with the product as it is. Nothing is created: 404.",
        "parameters": [*_which(facts), *_preconditions()],
        "requestBody": _body(
            "ProductPatch",
            {
                "change": ("Another value", examples.change(facts.sources)),
                "remove": ("Without a field", examples.removal(facts.sources)),
                "inside": ("Within a further field", further if facts.takes_further else None),
            },
            MERGE_PATCH,
        ),
        "responses": {"200": _product("The product as it is now.", facts), **refused},
    }


def _delete(facts: Facts) -> Json:
    return {
        "summary": "Remove a product",
        "description": "For good. What is not there any more is a 404.",
        "parameters": [*_which(facts), *_preconditions()],
        "responses": {
            "204": answers.success("Removed.", facts.origins),
            **answers.refusals(facts, *_of_one(facts), *OF_CHANGES),
        },
    }


def _any(route: Route, facts: Facts) -> Json:
    """What the table alone says about a route."""
    of_one = _of_one(facts) if variables(route.path) else ["invalid_parameter"]
    return {
        "summary": str(route),
        "parameters": [parameters.in_query(name) for name in route.query],
        "responses": {
            "200": answers.success("Done.", facts.origins),
            **answers.refusals(facts, *of_one),
        },
    }


OPERATIONS: Mapping[str, Callable[[Facts], Json]] = {
    "createProduct": _create,
    "listProducts": _list,
    "getProduct": _get,
    "updateProduct": _update,
    "patchProduct": _patch,
    "deleteProduct": _delete,
}
"""What is said of an operation, by its name in the table of routes."""


def _links(facts: Facts) -> Json:
    """What can be done with a product that was just made."""
    taken = {"path.productId": "$response.body#/productId"}
    if facts.sort_key:
        taken["query.category"] = "$response.body#/category"
    unchanged = {"header.If-None-Match": "$response.header.ETag"}
    made = {
        name: {"operationId": name, "parameters": taken}
        for name in (route.operation for route in ROUTES if route.path == ITEM)
    }
    made["getProductIfChanged"] = {
        "operationId": "getProduct",
        "description": "304 as long as nobody changes it.",
        "parameters": {**taken, **unchanged},
    }
    return made


def _body(
    schema: str, named: Mapping[str, tuple[str, Json | None]], type_: str = "application/json"
) -> Json:
    known = {
        name: {"summary": summary, "value": value}
        for name, (summary, value) in named.items()
        if value is not None
    }
    content: Json = {"schema": ref("schemas", schema), **({"examples": known} if known else {})}
    return {"required": True, "content": {type_: content}}


def _product(description: str, facts: Facts) -> Json:
    example = examples.stored(facts.sources)
    return answers.success(description, facts.origins, "ETag", schema="Product", example=example)


def _of_one(facts: Facts) -> list[str]:
    """What may be wrong wherever one product is asked for."""
    return [
        "invalid_parameter",
        "product_not_found",
        *(["category_required"] if facts.sort_key else []),
    ]


def _preconditions() -> list[Json]:
    return [parameters.if_match(), parameters.if_none_match_of_change()]


def _which(facts: Facts) -> list[Json]:
    if not facts.sort_key:
        return []
    says = "Which one, where several products have this id; if it is not given then: 409."
    return [parameters.category(facts.sources, says)]
