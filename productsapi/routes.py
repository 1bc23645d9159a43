"""The HTTP surface as one table.

The gateway's methods, the invoke permissions, the OpenAPI document and the request client are all
derived from it, so that none of them can know a route the others don't.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

COLLECTION = "/products"
ITEM = "/products/{productId}"
PATHS = (COLLECTION, ITEM)

REQUEST_HEADERS = ("Authorization", "Content-Type", "If-Match", "If-None-Match")
"""What a page of another web site may send."""
KEY_HEADER = "X-Api-Key"
"""The header that the API key is sent in, where one is asked for."""

FUNCTIONS = ("create", "get", "update", "delete")


class Route(NamedTuple):
    method: str
    path: str
    function: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


ROUTES = (
    Route("POST", COLLECTION, "create"),
    Route("GET", COLLECTION, "get"),
    Route("GET", ITEM, "get"),
    Route("PUT", ITEM, "update"),
    Route("DELETE", ITEM, "delete"),
)


def request_headers(*, with_key: bool, more: Sequence[str] = ()) -> tuple[str, ...]:
    """What a page may send; `more` are those that the configuration adds."""
    return (*REQUEST_HEADERS, *([KEY_HEADER] if with_key else []), *more)


def methods(path: str) -> tuple[str, ...]:
    """The methods that `path` answers, without OPTIONS."""
    return tuple(route.method for route in ROUTES if route.path == path)
