"""What requests and answers look like, from the examples in the product's schema."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from productsapi.gateway_problems import GATEWAY_PROBLEMS, TYPE
from productsapi.openapi.generated_examples import of_rules
from productsapi.openapi.sources import Sources

Json = dict[str, Any]

SUB = "0f8fad5b-d9cb-469f-a165-70867728950e"
REQUEST_ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
TOKEN = "W251bGwsIlBST0QwMDEiXQ"  # noqa: S105 - a page's
AT = "2026-11-22T18:00:00.000Z"
IF_NOT_IN_THE_SCHEMA = {
    "createdAt": AT,
    "createdBy": SUB,
    "updatedAt": AT,
    "updatedBy": SUB,
    "version": 1,
}


def stored(sources: Sources) -> Json:
    return _known(sources, sources.fields)


def new(sources: Sources) -> Json | None:
    """None where a field that is required has no example."""
    names = [name for name, rules in sources.fields.items() if not rules.get("readOnly")]
    return _known(sources, names) if smallest(sources) is not None else None


def smallest(sources: Sources) -> Json | None:
    known = required(sources)
    return known if len(known) == len(sources.product["required"]) else None


def required(sources: Sources) -> Json:
    """Of the fields that a product must have those of which an example is known."""
    return _known(sources, sources.product["required"])


def change(sources: Sources) -> Json | None:
    """One field's new value: the price, if there is one."""
    names = [name for name in new(sources) or {} if name not in {"productId", "category"}]
    names.sort(key="productPrice".__ne__)
    return _known(sources, names[:1]) or None


def removal(sources: Sources) -> Json | None:
    """A field that may be taken away."""
    for name, rules in sources.fields.items():
        if name not in sources.product["required"] and not rules.get("readOnly"):
            return {name: None}
    return None


def of_field(sources: Sources, name: str) -> list[Any]:
    """The example of one field, if one is known."""
    if name in IF_NOT_IN_THE_SCHEMA and "examples" not in sources.fields[name]:
        return [IF_NOT_IN_THE_SCHEMA[name]]
    return of_rules(sources.fields.get(name, {}))


def problem(sources: Sources, code: str, parameter: str) -> Json:
    """A refusal; `parameter` is one that the route has, for when it is at fault."""
    known = sources.problems[code]
    example = {
        "type": f"{TYPE}{code}",
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


def of_gateway(code: str, status: int) -> Json:
    """What API Gateway answers by itself."""
    known = next(each for each in GATEWAY_PROBLEMS.values() if each.code == code)
    example: Json = {"type": f"{TYPE}{code}", "title": known.title}
    if known.status:
        example["status"] = status
    example |= {"code": code, "requestId": REQUEST_ID}
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
    "nothing_to_change": {"detail": "Give a field that can be changed."},
    "category_required": {
        "detail": "Pick one with ?category=.",
        "categories": ["Books", "Electronics"],
    },
    "refused_by_gateway": {"detail": "Forbidden"},
    "write_conflict": {"detail": "Others change it all the while: repeat your change."},
    "version_mismatch": {"detail": "Read it again, then repeat your change."},
}


def _known(sources: Sources, names: Iterable[str]) -> Json:
    return {name: value for name in names for value in of_field(sources, name)}
