"""Saying in plain words why the deployed API refused, for someone who didn't build it.

By `code`, for the functions and API Gateway both answer problem details. What has none of ours was
said by something else: a deployment of before, a firewall, a proxy, another host.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from http import HTTPStatus
from typing import Any

from productsapi.client import SERVER_ERROR, Answer
from productsapi.gateway_problems import TYPE
from productsapi.routes import ROUTES


def explain(  # noqa: PLR0913 - the answer, the request, and who asked
    answer: Answer,
    method: str,
    path: str,
    token: str | None,
    now: float,
    *,
    key_wanted: bool = False,
) -> str:
    """Why the API answered so; empty for a success. `key_wanted`: the API asks for an API key."""
    if not answer.refused:
        return ""
    told = answer.json()
    problem = told if isinstance(told, dict) else {}
    ours = str(problem.get("type", "")).startswith(TYPE)
    code = str(problem.get("code", "")) if ours else ""
    words = str(problem.get("detail" if ours else "message", ""))
    if _is_no_route(answer, method, code, words):
        return _unknown_route(method, path)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return _unauthorized(token, now)
    if code in OF_CODES:
        return OF_CODES[code].format(words=words)
    of_the_key, why = OF_THE_KEY.get(answer.status, ("", ""))
    if key_wanted and why and words == of_the_key:
        return why
    if not ours and answer.status in NOT_OURS:
        return NOT_OURS[answer.status]
    return PLAIN.get(answer.status) or (
        "The API failed: this is not the caller's fault." if answer.status >= SERVER_ERROR else ""
    )


def _is_no_route(answer: Answer, method: str, code: str, words: str) -> bool:
    """A HEAD is answered without the words that would tell."""
    if answer.status != HTTPStatus.FORBIDDEN:
        return False
    said = any(each in words for each in OF_NO_ROUTE)
    return method == "HEAD" or code == "unknown_route" or said


OF_NO_ROUTE = ("Missing Authentication Token", "Invalid key=value pair (missing equal-sign)")
"""What API Gateway says of a route that it doesn't know: without a token, and with one (G9)."""

NO_KEY = "No API key was sent, or not the right one: `productsapi key rotate` makes another."
USED_UP = "The API key is used up for this month (limits.key_quota)."
FAILED = (
    "API Gateway couldn't invoke the function (is its permission there? `productsapi status` "
    "tells; just after a deploy it is so for some seconds), or the function crashed: see its log."
)
OF_CODES = {
    "api_key_required": NO_KEY,
    "quota_used_up": USED_UP,
    "refused_by_gateway": "API Gateway refused it before any function saw it ({words}): a "
    "firewall (WAF), a resource policy or a malformed request. It has nothing to do with the "
    "user's rights.",
    "gateway_failed": FAILED,
    "function_timeout": "The function took longer than API Gateway waits (29 s).",
    "request_too_large": "The request is larger than the 10 MB that API Gateway takes.",
}
"""What API Gateway's own answers mean. {words}: its own."""

OF_THE_KEY = {403: ("Forbidden", NO_KEY), 429: ("Limit Exceeded", USED_UP)}
"""The same by the words of a deployment of before, which says the first of a firewall too."""

NOT_OURS = {
    403: "Neither a function nor this deployment's gateway says so: a firewall (WAF), a resource "
    "policy, a disabled endpoint or a proxy on the way refused it. It has nothing to do with the "
    "user's rights.",
    404: "This isn't the API's own word for a product that isn't there: is the address right? "
    "`productsapi status` tells it; a custom domain needs its base path.",
}
"""Where the answer is no problem of ours."""

PLAIN = {
    400: "The request isn't as the API wants it; the body says which field and why.",
    403: "The user is known, but may not do this.",
    404: "There is no such product.",
    409: "It can't be done as things are; the body says what is in the way.",
    412: "Someone changed the product since it was read: read it again, then repeat.",
    413: "The request is larger than the API takes.",
    415: "The body must be sent as application/json.",
    429: "Too many requests for the stage's limit: wait a little, then repeat.",
    500: "API Gateway couldn't invoke the function (is its permission there? `productsapi status` "
    "tells; just after a deploy it is so for some seconds), or the function met an error that its "
    "log explains.",
    502: "The function's answer was malformed, or it crashed or ran out of time; see its log.",
    503: "The service is busy: wait a little, then repeat.",
    504: "The function took longer than API Gateway waits (29 s).",
}


def _unknown_route(method: str, path: str) -> str:
    """The edge knows a new deployment after seconds, at times after a minute (K11)."""
    there = next((str(r) for r in ROUTES if r.method == method and _is_of(path, r.path)), None)
    if there:
        return (
            f"API Gateway doesn't know {there} here yet: in the first minute after a deploy that "
            "is so now and then. Repeat; if it stays, `productsapi status` tells what is missing."
        )
    known = ", ".join(str(route) for route in ROUTES)
    return f"API Gateway says so when it knows no {method} {path}. What there is: {known}"


def _is_of(path: str, template: str) -> bool:
    pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
    return re.fullmatch(pattern, "/" + path.partition("?")[0].strip("/")) is not None


def _unauthorized(token: str | None, now: float) -> str:
    """API Gateway gives no reason for a 401; the token itself often tells it."""
    if token is None:
        return "No token was sent, and every route but OPTIONS needs one."
    claims = _claims(token)
    if claims is None:
        return "What was sent isn't a token."
    if claims.get("token_use") == "access":
        return "This is an access token; the API takes the ID token."
    if not isinstance(end := claims.get("exp", 0), (int, float)):
        return "What was sent isn't a token."
    if end <= now:
        return "The token has expired: sign in again."
    return "The token isn't accepted: it is of another user pool, or was changed."


def _claims(token: str) -> dict[str, Any] | None:
    if not re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", token):
        return None
    payload = token.split(".")[1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None
