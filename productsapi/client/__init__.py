"""Calling the deployed API, and saying in plain words why it refused."""

from __future__ import annotations

import base64
import binascii
import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from productsapi.errors import RequestFailed
from productsapi.printable import json_text, printable
from productsapi.routes import ROUTES

SERVER_ERROR = 500
TIMEOUT_S = 35
"""Longer than the gateway's own 29 seconds, so that its answer comes first."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def refused(self) -> bool:
        return self.status >= HTTPStatus.BAD_REQUEST

    def json(self) -> Any:
        """The body as JSON, or None if it isn't."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def pretty(self) -> str:
        """The body for reading: indented, unless that would cost a number its exact value."""
        try:
            exact = json.loads(self.body, parse_float=_exact)
        except (ValueError, RecursionError):
            return printable(self.body.decode("utf-8", "replace"))
        return json_text(exact)


def send(
    method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, direct: bool
) -> Answer:
    """Make one request; an error status is an answer too. `direct` goes past any proxy.

    The URL is sent as it is: `request_target` makes what can be.

    Raises RequestFailed when there is no answer at all.
    """
    if not url.startswith(("http://", "https://")):
        raise RequestFailed(f"{url} is no web address")
    request = urllib.request.Request(  # noqa: S310 - checked above
        url,
        data=body,
        headers=dict(headers),
        method=method,
    )
    proxies = urllib.request.ProxyHandler({} if direct else None)
    opener = urllib.request.build_opener(proxies, _NoRedirect)
    try:
        with opener.open(request, timeout=TIMEOUT_S) as response:
            return Answer(response.status, dict(response.headers), response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, dict(error.headers), error.read())
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise RequestFailed(
            f"{url} doesn't answer: {reason}", "see what is there: `productsapi status`"
        ) from error


def explain(answer: Answer, method: str, path: str, token: str | None, now: float) -> str:
    """Why the API answered so, for someone who didn't build it. Empty for a success."""
    told = answer.json()
    problem = told if isinstance(told, dict) else {}
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return _unauthorized(token, now)
    # A HEAD is answered without the words that would tell.
    said = str(problem.get("message", ""))
    unknown = method == "HEAD" or any(words in said for words in OF_NO_ROUTE)
    if answer.status == HTTPStatus.FORBIDDEN and unknown:
        return _unknown_route(method, path)
    of_the_key, why = OF_THE_KEY.get(answer.status, ("", ""))
    if why and problem.get("message") == of_the_key:
        return why
    if not answer.refused:
        return ""
    return PLAIN.get(answer.status) or (
        "The API failed: this is not the caller's fault." if answer.status >= SERVER_ERROR else ""
    )


OF_NO_ROUTE = ("Missing Authentication Token", "Invalid key=value pair (missing equal-sign)")
"""What API Gateway says of a route that it doesn't know: without a token, and with one (G9)."""

OF_THE_KEY = {
    403: (
        "Forbidden",
        "No API key was sent, or not the right one: `productsapi key rotate` makes another.",
    ),
    429: ("Limit Exceeded", "The API key is used up for this month (limits.key_quota)."),
}
"""What API Gateway says by itself about the API key, by status and message."""

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
    return re.fullmatch(pattern, path.partition("?")[0].rstrip("/")) is not None


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


def _exact(text: str) -> float:
    """The number as a float, where that is no other number. Raises ValueError."""
    if Decimal(repr(float(text))) != Decimal(text):
        raise ValueError(text)
    return float(text)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to wherever it says."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None
