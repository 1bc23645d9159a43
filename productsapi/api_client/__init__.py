"""Calling the deployed API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from productsapi.errors import RequestFailed
from productsapi.printable import Digits, json_text, printable

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

    def exact(self) -> Any:
        """The body for json_text: JSON with each number as its Digits; what is none as text."""
        try:
            return _exact(self.body)
        except (ValueError, RecursionError):
            return self.text

    def pretty(self) -> str:
        """The body for reading: JSON indented, with every digit; all else as it is."""
        try:
            return json_text(_exact(self.body))
        except (ValueError, RecursionError):
            return printable(self.text)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def _exact(body: bytes) -> Any:
    return json.loads(body, parse_float=Digits, parse_int=Digits)


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
