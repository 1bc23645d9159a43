"""Calling the deployed API."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from productsapi.errors import RequestFailed
from productsapi.printable import json_text, printable

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


def _exact(text: str) -> float:
    """The number as a float, where that is no other number. Raises ValueError."""
    if Decimal(repr(float(text))) != Decimal(text):
        raise ValueError(text)
    return float(text)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to wherever it says."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None
