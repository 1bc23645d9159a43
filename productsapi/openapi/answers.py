"""Everything that a route may answer: the function's own answers, and the gateway's."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from productsapi.gateway_problems import OF_KEYS
from productsapi.openapi import examples
from productsapi.openapi.facts import Facts
from productsapi.openapi.schemas import ref
from productsapi.routes import MERGE_PATCH
from productsapi.status_meanings import STATUS_MEANINGS

Json = dict[str, Any]

ALWAYS = ("unauthorized", "id_token_required", "unknown_client", "internal_error", "busy")
"""What any route may answer, whatever is asked of it."""

GATEWAY = {
    401: ("sign_in_required",),
    403: ("unknown_route", "api_key_required", "refused_by_gateway"),
    413: ("request_too_large",),
    429: ("throttled", "quota_used_up"),
    500: ("gateway_failed",),
    502: ("gateway_failed",),
    503: ("gateway_failed",),
    504: ("function_timeout", "gateway_failed"),
}
"""The codes of API Gateway's own answers, by status."""

COMMON = (401, 429, 500, 502, 503, 504)
"""Statuses that mean the same on every route."""

MEANINGS = STATUS_MEANINGS | {
    401: "No token, or one that isn't accepted: expired, of another pool, an access token. The "
    "gateway (sign_in_required) gives no reason.",
    403: "The gateway knows no such path or method, or refuses the request.",
    503: f"{STATUS_MEANINGS[503]} Where there is a Retry-After, it says for how long.",
}

RIGHTS = (
    "The gateway knows no such path or method, or refuses the request; or this user may not make "
    "this change."
)
NO_KEY = "Or no API key was sent, or not the right one."

ORIGIN = "Access-Control-Allow-Origin"
REMAPPED = "x-amzn-Remapped-WWW-Authenticate"
"""The name under which API Gateway passes on a function's WWW-Authenticate (G14)."""
SIGN_IN = "WWW-Authenticate"
"""The gateway's own, which it doesn't rename."""
OF_ONE = {"ETag", "Location", "Retry-After", REMAPPED, SIGN_IN, "Accept-Patch"}
"""Headers that only some answers carry."""

OF_PROBLEMS = {401: (REMAPPED, SIGN_IN), 429: ("Retry-After",), 503: ("Retry-After",)}
"""Those of problems, by status."""

LOCATION = "products/PROD001"
PROBLEM = "application/problem+json"


def headers(origins: Sequence[str]) -> Json:
    """The headers that answers carry, for components."""
    described: dict[str, tuple[str, list[str]]] = {
        ORIGIN: ("The web site whose scripts may read this.", _listed_origins(origins)),
        "Access-Control-Expose-Headers": (
            "What they may read of it.",
            ["ETag, Location, Retry-After, x-amzn-RequestId"],
        ),
        "Cache-Control": (
            "What GET gives is asked for again before it is used again; nothing else is kept.",
            ["private, no-cache", "no-store"],
        ),
        "X-Content-Type-Options": ("The type is what it says.", ["nosniff"]),
    }
    if "*" not in origins:
        described["Vary"] = ("Caches keep the answers to other web sites apart.", ["Origin"])
    fixed: Json = {
        name: {"description": says, "required": True, "schema": _only(*values)}
        for name, (says, values) in described.items()
    }
    if len(origins) > 1:  # only they get the header
        fixed[ORIGIN]["required"] = False
    return fixed | {
        "ETag": {
            "description": "The version's entity tag, for If-Match and If-None-Match.",
            "required": True,
            "schema": {"type": "string", "pattern": '^"[^"]+"$', "examples": ['"1"']},
        },
        "Location": {
            "description": "Where the new product is, relative to the URL of the request.",
            "required": True,
            "schema": {"type": "string", "format": "uri-reference", "examples": [LOCATION]},
        },
        "Retry-After": {
            "description": "Seconds to wait. Without it, repeating is of no use yet.",
            "schema": {"type": "integer", "minimum": 0, "examples": [1]},
        },
        REMAPPED: {
            "description": "The function's WWW-Authenticate, as the gateway passes it on.",
            "schema": _only("Bearer"),
        },
        SIGN_IN: {"description": "The gateway's own.", "schema": _only("Bearer")},
        "Accept-Patch": {
            "description": "What a PATCH takes.",
            "schema": _only(MERGE_PATCH),
        },
    }


def _listed_origins(origins: Sequence[str]) -> list[str]:
    """Of several, the gateway's own answers name any: they can't look who asks."""
    return list(origins) if len(origins) == 1 else [*origins, "*"]


def success(
    description: str, origins: Sequence[str], *more: str, schema: str = "", example: Any = None
) -> Json:
    """What a function answers; `more` are the headers of this answer besides those of all."""
    answer: Json = {
        "description": description,
        "headers": _refs(*_of_all(origins), *more),
    }
    if schema:
        content = {"schema": ref("schemas", schema), "example": example}
        answer["content"] = {"application/json": content}
    return answer


def refusals(facts: Facts, *codes: str, parameter: str = "productId") -> Json:
    """All that can go wrong on a route, by status: the functions' problems, the gateway's."""
    known = {*ALWAYS, *codes}
    by_status: dict[int, list[str]] = {status: [] for status in GATEWAY}
    for code, problem in facts.sources.problems.items():
        if code in known:
            by_status.setdefault(problem["status"], []).append(code)
    return {
        str(status): ref("responses", _name(status))
        if status in COMMON
        else _refusal(facts, status, by_status[status], parameter)
        for status in sorted(by_status)
    }


def common(facts: Facts) -> Json:
    """The refusals that are the same on every route, for components."""
    problems = facts.sources.problems
    return {
        _name(status): _refusal(
            facts, status, [code for code in ALWAYS if problems[code]["status"] == status]
        )
        for status in COMMON
    }


def _refusal(facts: Facts, status: int, codes: list[str], parameter: str = "") -> Json:
    """`codes` are the functions'; a status that the gateway gives too has its codes besides."""
    by_gateway = [code for code in GATEWAY.get(status, ()) if facts.api_key or code not in OF_KEYS]
    shown = {code: examples.problem(facts.sources, code, parameter) for code in codes}
    shown |= {code: examples.of_gateway(code, status) for code in by_gateway}
    narrow = {"properties": {"code": {"type": "string", "enum": list(shown)}}}
    content: Json = {
        "schema": {"allOf": [ref("schemas", "Problem"), narrow]},
        "examples": {
            code: {"summary": example["title"], "value": example} for code, example in shown.items()
        },
    }
    sure = [ORIGIN] if by_gateway else _of_all(facts.origins)
    return {
        "description": _meaning(facts, status, by_function=bool(codes)),
        "headers": _refs(*sure, *OF_PROBLEMS.get(status, ())),
        "content": {PROBLEM: content},
    }


def _meaning(facts: Facts, status: int, *, by_function: bool) -> str:
    if status != HTTPStatus.FORBIDDEN:
        return MEANINGS[status]
    meaning = RIGHTS if by_function else MEANINGS[status]
    return f"{meaning} {NO_KEY}" if facts.api_key else meaning


def _only(*values: str) -> Json:
    """`const` would say one too, but 3.0 has none and some generators drop it."""
    return {"type": "string", "enum": list(values)}


def _name(status: int) -> str:
    return HTTPStatus(status).phrase.replace(" ", "")


def _of_all(origins: Sequence[str]) -> list[str]:
    """The headers of every answer that a function gives."""
    return [name for name in headers(origins) if name not in OF_ONE]


def _refs(*names: str) -> Json:
    return {name: ref("headers", name) for name in names}
