"""What requests and answers look like, from the examples in the product's schema."""

from __future__ import annotations

from typing import Any

from productsapi.openapi.sources import Sources

Json = dict[str, Any]

SUB = "0f8fad5b-d9cb-469f-a165-70867728950e"
REQUEST_ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
TOKEN = "W251bGwsIlBST0QwMDEiXQ"  # noqa: S105 - a page's
IF_NOT_IN_THE_SCHEMA = {"createdBy": SUB, "updatedBy": SUB, "version": 1}


def stored(sources: Sources) -> Json:
    return {name: _example(sources, name) for name in sources.fields}


def new(sources: Sources) -> Json:
    return {
        name: _example(sources, name)
        for name, rules in sources.fields.items()
        if not rules.get("readOnly")
    }


def smallest(sources: Sources) -> Json:
    return {name: _example(sources, name) for name in sources.product["required"]}


def problem(sources: Sources, code: str, parameter: str) -> Json:
    """A refusal; `parameter` is one that the route has, for when it is at fault."""
    known = sources.problems[code]
    example = {
        "type": f"urn:productsapi:problem:{code}",
        "title": known["title"],
        "status": known["status"],
        "code": code,
        "requestId": REQUEST_ID,
    }
    if code == "invalid_parameter":
        rule, message = AT_FAULT[parameter]
        broken = {"field": parameter, "code": rule, "message": message}
        return {**example, "detail": f"{parameter} {message}.", "errors": [broken]}
    return {**example, **MORE.get(code, {})}


AT_FAULT = {
    "limit": ("invalid", "must be a whole number from 1 to 100"),
    "productId": ("maxLength", "must have at most 128 characters"),
}

MORE: dict[str, Json] = {
    "invalid_json": {"detail": "The body is not JSON from line 1 column 2 on."},
    "invalid_product": {
        "detail": "2 violations, each with its field.",
        "errors": [
            {"field": "productName", "code": "required", "message": "is required"},
            {"field": "stock", "code": "minimum", "message": "must be at least 0"},
        ],
    },
    "nothing_to_change": {"detail": "Give at least one field besides productId."},
    "category_required": {
        "detail": "Pick one with ?category=.",
        "categories": ["Books", "Electronics"],
    },
    "version_mismatch": {"detail": "Read it again, then repeat your change."},
}


def _example(sources: Sources, name: str) -> Any:
    found = sources.fields[name].get("examples")
    return found[0] if found else IF_NOT_IN_THE_SCHEMA[name]
