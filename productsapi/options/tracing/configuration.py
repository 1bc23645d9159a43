"""Tracing's key, in the section `functions`."""

from __future__ import annotations

from productsapi.config_keys.declaration import key
from productsapi.config_keys.rules import Flag

TRACING: bool = key(
    Flag(),
    "Whether the functions record traces in X-Ray: the first request a second and one in "
    "twenty of the others. `productsapi logs --request-id` shows a request's trace.",
    default=False,
    price="$5 for a million traces, beyond 100,000 a month",
)
