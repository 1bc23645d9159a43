"""What goes out, and the one form in which API Gateway takes it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, NamedTuple, Sequence
from urllib.parse import quote

from shared.body import MERGE_PATCH
from shared.etags import etag_of
from shared.jsontext import dumps
from shared.problems import Problem
from shared.request import Request


class Answer(NamedTuple):
    status: int
    body: Any  # None: no body
    headers: dict[str, str]


def created(product: dict[str, Any], request: Request, form: str) -> Answer:
    """Location is relative to the URL of the request: right behind any stage, domain, base path."""
    here = "." if request.path.endswith("/") else "products"
    location = f"{here}/{quote(product['productId'], safe=':~')}"
    return Answer(201, product, {"ETag": etag_of(product, form), "Location": location})


def found(product: dict[str, Any], form: str) -> Answer:
    return Answer(200, product, {"ETag": etag_of(product, form)})


def not_modified(product: dict[str, Any], form: str) -> Answer:
    return Answer(304, None, {"ETag": etag_of(product, form)})


def listed(items: list[Any], next_token: str | None) -> Answer:
    more = {"nextToken": next_token} if next_token else {}
    return Answer(200, {"items": items, **more}, {})


def deleted() -> Answer:
    return Answer(204, None, {})


def _allowed(request: Request, origins: Sequence[str]) -> dict[str, str]:
    """One configured origin is always sent; of several the caller's own, since CORS allows one."""
    if "*" in origins:
        return {"Access-Control-Allow-Origin": "*"}
    asking = request.headers.get("origin")
    allowed_origin = origins[0] if len(origins) == 1 else asking
    allowed = {"Access-Control-Allow-Origin": allowed_origin} if allowed_origin in origins else {}
    return {**allowed, "Vary": "Origin"}


def refused(problem: Problem, request: Request) -> Answer:
    headers = {"Content-Type": "application/problem+json"}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.code == "unsupported_content_encoding":  # RFC 9110, 15.5.16
        headers["Accept-Encoding"] = "identity"
    if problem.status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE and request.method == "PATCH":
        headers["Accept-Patch"] = MERGE_PATCH  # RFC 5789, 2.2
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "1"
    return Answer(problem.status, problem.body(request.id), headers)


def proxy_response(answer: Answer, request: Request, origins: Sequence[str]) -> dict[str, Any]:
    """Browsers of any allowed origin may read it; what GET gives is kept, but asked for again."""
    kept = request.method == "GET" and answer.status < HTTPStatus.BAD_REQUEST
    headers = {
        **_allowed(request, origins),
        "Access-Control-Expose-Headers": "ETag, Location, Retry-After, x-amzn-RequestId",
        "Cache-Control": "private, no-cache" if kept else "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    if answer.body is not None:
        headers["Content-Type"] = "application/json"
    return {
        "statusCode": answer.status,
        "headers": {**headers, **answer.headers},
        "body": "" if answer.body is None else dumps(answer.body),
        "isBase64Encoded": False,
    }
