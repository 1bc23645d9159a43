"""The key of the stage's cache: whatever makes GET answers differ.

A method's integration holds it, so a deployment freezes it, and its metadata records that. Without
a key the gateway serves every caller the answer that was cached for another one.

The caller's origin is part of it, for of several web sites an answer names the one that asked. The
caller's token is part of it: which tokens are taken at all is for the function to say too (an
access token, or one of another app client, it refuses), and of what is cached it isn't asked. That
holds for refusals as well: API Gateway keeps whatever the function answers, not only what is 200
(DianaIonita/serverless-api-gateway-caching#125).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from productsapi.config import Config
from productsapi.engine.read import Reading
from productsapi.routes import ROUTES, Route, variables
from productsapi.stack import Stack, kinds
from productsapi.stack.option import Requirement

CACHED = "GET"
HEADERS = ("Authorization", "If-Match", "If-None-Match", "Origin")
METADATA = "cache"
"""The name under which a deployment's metadata records the key."""
LACKS_THE_KEY = (
    "lacks the cache's key, so callers would get each other's answers: "
    "`api.cache.size_gb: null` and a deploy switch the cache off"
)

ROUTES_CACHED = tuple(route for route in ROUTES if route.method == CACHED)


def parameters(config: Config, route: Route) -> dict[str, bool]:
    """What the method must declare for its key, each with whether it is required; {} without one.

    API Gateway takes header names as they are spelled (its page of known issues), and HTTP/2 spells
    them small: both spellings are in the key.
    """
    if not config.api.cache.on or route.method != CACHED:
        return {}
    return _declared(route)


def recorded(config: Config) -> Mapping[str, str]:
    """What the metadata of a deployment that is made with this configuration records of its key."""
    return {METADATA: DIGEST} if config.api.cache.on else {}


def required(stack: Stack, reading: Reading) -> Iterator[Requirement]:
    """Of a deployment that is gone back to while the stage has a cache."""
    stage = reading.observed.get(kinds.STAGE(stack.config.api.stage))
    if stage and stage.fields["cache_size_gb"]:
        yield Requirement(METADATA, DIGEST, LACKS_THE_KEY)


def _declared(route: Route) -> dict[str, bool]:
    headers = (name for header in HEADERS for name in (header, header.lower()))
    optional = [f"header.{name}" for name in headers]
    optional += [f"querystring.{name}" for name in route.query]
    in_path = [f"path.{name}" for name in variables(route.path)]
    names = dict.fromkeys(optional, False) | dict.fromkeys(in_path, True)
    return {f"method.request.{name}": must for name, must in names.items()}


DIGEST = hashlib.sha256(
    " ".join(
        f"{route.path} {sorted(_declared(route))}"
        for route in sorted(ROUTES_CACHED, key=lambda route: route.path)
    ).encode()
).hexdigest()[:8]
