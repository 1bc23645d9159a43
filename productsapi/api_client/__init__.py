"""Calling the deployed API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from productsapi.errors import RequestFailed
from productsapi.printable import json_text, printable

if TYPE_CHECKING:
    from productsapi.aws.network import Network


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
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None,
    network: Network,
) -> Answer:
    """Make one request; an error status is an answer too, and a redirect isn't followed.

    A redirect would carry the token to wherever it says. The URL is sent as it is:
    `request_target` makes what can be. Raises RequestFailed when there is no answer at all.
    """
    if not url.startswith(("http://", "https://")):
        raise RequestFailed(f"{url} is no web address")
    return Answer(*network.send(method, url, headers, body))


def _exact(text: str) -> float:
    """The number as a float, where that is no other number. Raises ValueError."""
    if Decimal(repr(float(text))) != Decimal(text):
        raise ValueError(text)
    return float(text)
