"""CORS: which origins may call the API, and how."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from productsapi.api_client import Answer
from productsapi.config.model import Api as ApiConfig
from productsapi.operations.finding import Finding, State
from productsapi.operations.verify.api import Api
from productsapi.routes import COLLECTION, PATHS, methods, request_headers

ORIGIN = "Access-Control-Allow-Origin"
METHODS = "Access-Control-Allow-Methods"
HEADERS = "Access-Control-Allow-Headers"
ANY_PAGE = "https://shop.example.com"
FOREIGN = "https://productsapi-verify.invalid"
"""A web site that nobody can have (RFC 2606)."""


def cors(api: Api, configured: ApiConfig, product_id: str) -> Iterator[Finding]:
    """Preflights, and the gateway's own errors: without the header there browsers hide why."""
    for path in PATHS:
        yield _finding(f"CORS of {path}", list(_of_path(api, configured, path, product_id)))
    answer = api.once("GET", COLLECTION)
    yield _finding(
        "CORS of refusals", list(_faults(answer, {ORIGIN: {configured.reported_origin}}))
    )


def _of_path(api: Api, configured: ApiConfig, path: str, product_id: str) -> Iterator[str]:
    """Each web site is asked for; where there are several, one that isn't among them too."""
    several = len(configured.origins) > 1
    for origin in (*configured.origins, *([FOREIGN] if several else [])):
        asked = {
            "Origin": ANY_PAGE if origin == "*" else origin,
            "Access-Control-Request-Method": methods(path)[0],
        }
        target = path.replace("{productId}", product_id)
        answer = api.patiently("OPTIONS", target, headers=asked).answer
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            yield f"OPTIONS answers {answer.status}"
            return
        yield from _preflight_faults(answer, origin, path, configured)


def _preflight_faults(
    answer: Answer, origin: str, path: str, configured: ApiConfig
) -> Iterator[str]:
    sent = request_headers(with_key=configured.key, more=configured.cors_headers)
    wanted = {
        ORIGIN: set() if origin == FOREIGN else {origin},
        METHODS: {*methods(path), "OPTIONS"},
        HEADERS: {name.lower() for name in sent},
    }
    yield from _faults(answer, wanted)


def _faults(answer: Answer, wanted: dict[str, set[str]]) -> Iterator[str]:
    present = {name.lower(): value for name, value in answer.headers.items()}
    for name, values in wanted.items():
        given = present.get(name.lower(), "")
        listed = {part.strip() for part in given.split(",")} if given else set()
        if name == HEADERS:
            listed = {part.lower() for part in listed}
        if listed != values:
            yield f"{name} is {given or 'missing'}, not {', '.join(sorted(values)) or 'missing'}"


def _finding(check: str, faults: list[str]) -> Finding:
    if faults:
        return Finding(check, State.FAILED, "; ".join(faults), "productsapi deploy")
    return Finding(check, State.OK, "as configured")
