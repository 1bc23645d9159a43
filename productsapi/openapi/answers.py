"""Everything that a route may answer: the function's own answers, and the gateway's."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from productsapi.openapi import examples
from productsapi.openapi.schemas import ref
from productsapi.openapi.sources import Sources

Json = dict[str, Any]

ALWAYS = ("unauthorized", "id_token_required", "unknown_client", "internal_error", "busy")
"""What any route may answer, whatever is asked of it."""

GATEWAY = {
    401: "Unauthorized",
    403: "Missing Authentication Token",
    413: "Request Too Long",
    429: "Too Many Requests",
    500: "Internal server error",
    502: "Internal server error",
    503: "Service Unavailable",
    504: "Endpoint request timed out",
}
"""What API Gateway answers by itself, with its words: `{"message": …}`."""

COMMON = (401, 429, 500, 502, 503, 504)
"""Statuses that mean the same on every route."""

MEANING = {
    400: "The request breaks the rules; `errors` tells every way in which it does.",
    401: "No token, or none that counts here: expired, of another pool, an access token. The "
    "gateway gives no reason.",
    403: "The gateway knows no such path or method.",
    404: "There is no such product.",
    409: "It can't be done as things are.",
    412: "The product is not of the version that If-Match asks for: read it again, then repeat.",
    413: "The body, or the product with it, is too large.",
    415: "The body is not application/json in UTF-8.",
    429: "More requests than the stage lets through: wait, then repeat.",
    500: "It failed on our side. The gateway says so when it can't call the function.",
    502: "The function crashed or ran out of time.",
    503: "The table is busy: repeat after the time that Retry-After tells.",
    504: "The function took longer than the gateway waits (29 seconds).",
}

RIGHTS = "The gateway knows no such path or method; or this user may not make this change."

ORIGIN = "Access-Control-Allow-Origin"
REMAPPED = "x-amzn-Remapped-WWW-Authenticate"
"""Under which API Gateway hands on a function's WWW-Authenticate (G14)."""
OF_ONE = {"ETag", "Location", "Retry-After", REMAPPED}
"""Headers that only some answers carry."""

OF_PROBLEMS = {401: (REMAPPED,), 503: ("Retry-After",)}
"""Those of the functions' problems, by status."""

LOCATION = "products/PROD001"


def headers(cors_origin: str) -> Json:
    """The headers that answers carry, for components."""
    constant = {
        ORIGIN: ("The web site whose scripts may read this.", cors_origin),
        "Access-Control-Expose-Headers": (
            "What they may read of it.",
            "ETag, Location, Retry-After",
        ),
        "Cache-Control": ("To be asked for again before it is used again.", "private, no-cache"),
        "X-Content-Type-Options": ("The type is what it says.", "nosniff"),
    }
    if cors_origin != "*":
        constant["Vary"] = ("Caches keep the answers to other web sites apart.", "Origin")
    fixed = {
        name: {"description": says, "required": True, "schema": _only(value)}
        for name, (says, value) in constant.items()
    }
    return fixed | {
        "ETag": {
            "description": "The version in quotes, for If-Match and If-None-Match.",
            "required": True,
            "schema": {"type": "string", "pattern": '^"[^"]+"$', "examples": ['"1"']},
        },
        "Location": {
            "description": "Where the new product is, relative to the URL of the request.",
            "required": True,
            "schema": {"type": "string", "format": "uri-reference", "examples": [LOCATION]},
        },
        "Retry-After": {
            "description": "Seconds to wait. The gateway's own answer has none.",
            "schema": {"type": "integer", "minimum": 0, "examples": [1]},
        },
        REMAPPED: {
            "description": "The function's WWW-Authenticate, as the gateway hands it on. Its own "
            "answer has none.",
            "schema": _only("Bearer"),
        },
    }


def success(
    description: str, cors_origin: str, *more: str, schema: str = "", example: Any = None
) -> Json:
    """What a function answers; `more` are the headers of this answer besides those of all."""
    answer: Json = {
        "description": description,
        "headers": _refs(*_of_all(cors_origin), *more),
    }
    if schema:
        content = {"schema": ref("schemas", schema), "example": example}
        answer["content"] = {"application/json": content}
    return answer


def refusals(sources: Sources, codes: Iterable[str], cors_origin: str, parameter: str) -> Json:
    """All that can go wrong on a route, by status: the function's problems, the gateway's words."""
    codes = {*ALWAYS, *codes}
    by_status: dict[int, list[str]] = {status: [] for status in GATEWAY}
    for code, problem in sources.problems.items():
        if code in codes:
            by_status.setdefault(problem["status"], []).append(code)
    return {
        str(status): ref("responses", _name(status))
        if status in COMMON
        else _refusal(sources, status, by_status[status], cors_origin, parameter)
        for status in sorted(by_status)
    }


def common(sources: Sources, cors_origin: str) -> Json:
    """The refusals that are the same on every route, for components."""
    return {
        _name(status): _refusal(
            sources,
            status,
            [code for code in ALWAYS if sources.problems[code]["status"] == status],
            cors_origin,
        )
        for status in COMMON
    }


def of_gateway(status: int) -> Json:
    """What API Gateway answers by itself."""
    content = {"schema": ref("schemas", "GatewayError"), "example": {"message": GATEWAY[status]}}
    return {
        "description": MEANING[status],
        "headers": _refs(ORIGIN),
        "content": {"application/json": content},
    }


def _refusal(
    sources: Sources, status: int, codes: list[str], cors_origin: str, parameter: str = ""
) -> Json:
    if not codes:
        return of_gateway(status)
    narrow = {"properties": {"code": {"type": "string", "enum": codes}}}
    content: Json = {
        "application/problem+json": {
            "schema": {"allOf": [ref("schemas", "Problem"), narrow]},
            "examples": {
                code: {
                    "summary": sources.problems[code]["title"],
                    "value": examples.problem(sources, code, parameter),
                }
                for code in codes
            },
        }
    }
    sure = _of_all(cors_origin)
    if status in GATEWAY:
        content |= of_gateway(status)["content"]
        sure = [ORIGIN]
    return {
        "description": RIGHTS if status == HTTPStatus.FORBIDDEN else MEANING[status],
        "headers": _refs(*sure, *OF_PROBLEMS.get(status, ())),
        "content": content,
    }


def _only(value: str) -> Json:
    """One value. `const` would say so too, but 3.0 has none and some generators drop it."""
    return {"type": "string", "enum": [value]}


def _name(status: int) -> str:
    return HTTPStatus(status).phrase.replace(" ", "")


def _of_all(cors_origin: str) -> list[str]:
    """The headers of every answer that a function gives."""
    return [name for name in headers(cors_origin) if name not in OF_ONE]


def _refs(*names: str) -> Json:
    return {name: ref("headers", name) for name in names}
