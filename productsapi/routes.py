"""The HTTP surface as one table.

The gateway's resources and methods, the invoke permissions, the cache key, the OpenAPI document and
the request client are all derived from it, so that none of them can know a route the others don't.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

COLLECTION = "/products"
ITEM = "/products/{productId}"

REQUEST_HEADERS = ("Authorization", "Content-Type", "If-Match", "If-None-Match")
"""What a page of another web site may send."""
KEY_HEADER = "X-Api-Key"
"""The header that the API key is sent in, where one is asked for."""

FUNCTIONS = ("create", "get", "update", "delete")


class Route(NamedTuple):
    method: str
    path: str
    function: str
    operation: str
    """The operation's name in the OpenAPI document, and so in clients generated from it."""
    query: tuple[str, ...] = ()
    """The query parameters that it reads: a cached answer is kept for each of their values."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


ROUTES = (
    Route("POST", COLLECTION, "create", "createProduct"),
    Route("GET", COLLECTION, "get", "listProducts", ("category", "limit", "nextToken")),
    Route("GET", ITEM, "get", "getProduct", ("category",)),
    Route("PUT", ITEM, "update", "updateProduct", ("category",)),
    Route("PATCH", ITEM, "update", "patchProduct", ("category",)),
    Route("DELETE", ITEM, "delete", "deleteProduct", ("category",)),
)


def parent(path: str) -> str:
    """The path above; "" for one directly under the root."""
    return path.rpartition("/")[0]


def variables(path: str) -> tuple[str, ...]:
    """The names in a path's braces."""
    return tuple(re.findall(r"\{(\w+)\}", path))


def shape(path: str) -> str:
    """A path whatever its variables are called: API Gateway takes one variable at a place."""
    return re.sub(r"\{[^{}+]+\}", "{}", path)


def _with_parents(path: str) -> Iterator[str]:
    if path:
        yield from _with_parents(parent(path))
        yield path


PATHS = tuple(dict.fromkeys(route.path for route in ROUTES))
"""Those that answer."""
RESOURCES = tuple(dict.fromkeys(each for path in PATHS for each in _with_parents(path)))
"""All that API Gateway calls a resource: each path, and each above it, parents first."""


def route_of(method: str, path: str) -> Route | None:
    """The route that serves a request, `GET /products/PROD001?category=Toys`.

    A path without variables goes before one with them, as in API Gateway.
    """
    asked = path.partition("?")[0].rstrip("/")
    for route in sorted(ROUTES, key=lambda route: len(variables(route.path))):
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(route.path))
        if route.method == method and re.fullmatch(pattern, asked):
            return route
    return None


def request_headers(*, with_key: bool, more: Sequence[str] = ()) -> tuple[str, ...]:
    """What a page may send; `more` are those that the configuration adds."""
    return (*REQUEST_HEADERS, *([KEY_HEADER] if with_key else []), *more)


MERGE_PATCH = "application/merge-patch+json"
"""The type of a PATCH's body (RFC 7396)."""


def content_type(method: str) -> str:
    return MERGE_PATCH if method == "PATCH" else "application/json"


def methods(path: str) -> tuple[str, ...]:
    """The methods that `path` answers, without OPTIONS."""
    return tuple(route.method for route in ROUTES if route.path == path)
