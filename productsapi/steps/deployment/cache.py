"""Cache settings of the stage, and the exposures that wrong ones would be.

API Gateway takes up to half an hour to make or remove one, and serves meanwhile: cache/cluster.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from productsapi.aws.caller import Aws
from productsapi.config import Config
from productsapi.engine.resource import Fields, Note
from productsapi.errors import NotFound
from productsapi.releases.inventory import deployments
from productsapi.releases.switch import Patch
from productsapi.stack import Stack, cache_key
from productsapi.stack.api_tree import stage_called
from productsapi.steps.deployment import throttling
from productsapi.steps.deployment.method_settings import ALL, CACHED, Settings, is_cached

NAMES = tuple(str(route) for route in cache_key.ROUTES_CACHED)
TTL, ENCRYPTED = "caching/ttlInSeconds", "caching/dataEncrypted"
GUARDED = "caching/requireAuthorizationForCacheControl"
STRATEGY = "caching/unauthorizedCacheControlHeaderStrategy"
WARNED = "SUCCEED_WITH_RESPONSE_HEADER"
"""Who asks past the cache, as browsers do on a reload, gets what is cached, and a Warning header.

That takes execute-api:InvalidateCache, which a user of a pool can't have.
"""
HOURLY = {
    "0.5": 0.02, "1.6": 0.038, "6.1": 0.2, "13.5": 0.25,
    "28.4": 0.5, "58.2": 1.0, "118": 1.9, "237": 3.8,
}  # fmt: skip
"""Dollars in us-east-1 (AWS's page of prices); other Regions differ a little."""
HOURS = 730
FIELDS = frozenset({"cached", "cache_open"})
GOING = "DELETE_IN_PROGRESS"


def wanted(config: Config) -> Fields:
    """Exposing: answers that go to whom they aren't for, or anybody who may go past it."""
    entry = _entry(config)
    cached = {name: _in_words(entry) for name in NAMES} if config.api.cache.on else {}
    return {"cached": cached, "cache_open": None}


def size(config: Config) -> Fields:
    return {"cache_size_gb": config.api.cache.size_gb}


def from_aws(
    stack: Stack, aws: Aws, api_id: str, stage: Mapping[str, Any], had: Settings
) -> Fields:
    cached = {name: entry for name, entry in had.items() if is_cached(entry)}
    size = size_of(stage)
    return {
        "cache_size_gb": size,
        "cached": {name: _in_words(entry) for name, entry in cached.items()},
        "cache_open": _open(stack, aws, api_id, stage, cached) if size and cached else None,
    }


def settings(config: Config) -> Settings:
    """All that is set for methods: limits, and what is cached."""
    wanted = {name: throttling.settings(limit) for name, limit in throttling.wanted(config).items()}
    if config.api.cache.on:
        wanted |= {name: {**wanted.get(name, wanted[ALL]), **_entry(config)} for name in NAMES}
    return wanted


def cluster(config: Config) -> list[Patch]:
    cache = config.api.cache
    switch = {"/cacheClusterEnabled": "true" if cache.on else "false"}
    size = {"/cacheClusterSize": cache.size_gb} if cache.size_gb else {}
    found = {**switch, **size}.items()
    return [{"op": "replace", "path": path, "value": value} for path, value in found]


def monthly(size: str | None) -> float:
    """What a cache of so many GB costs to have, in dollars; one that AWS adds isn't known."""
    return round(HOURLY.get(size or "", 0.0) * HOURS, 2)


class Flush(NamedTuple):
    """`cache_size_gb` is None where there is no cache."""

    cache_size_gb: str | None
    why_not: str = ""

    @property
    def flushed(self) -> bool:
        return not self.why_not


def flush(aws: Aws, api_id: str, stage_name: str) -> Flush | None:
    """Forget all that is cached; None where there is no such stage."""
    stage = stage_called(aws, api_id, stage_name)
    if stage is None:
        return None
    size = size_of(stage)
    if size is None:
        return Flush(None, f"the stage {stage_name} has no cache")
    if _status(stage) == "CREATE_IN_PROGRESS":
        return Flush(size, f"the cache of the stage {stage_name} is still being made")
    try:
        aws.call("apigateway", "FlushStageCache", restApiId=api_id, stageName=stage_name)
    except NotFound:
        if aws.location.endpoint_url is None:
            return None
        return Flush(size, "this endpoint keeps a cache's settings, but caches nothing")
    return Flush(size)


def notes(stage: Mapping[str, Any]) -> tuple[Note, ...]:
    if not stage.get("cacheClusterEnabled") or "IN_PROGRESS" not in _status(stage):
        return ()
    text = f"AWS is at work on the cache of the stage {stage['stageName']} ({_status(stage)}), for "
    text += "20 to 30 minutes at times: it goes on by itself, nothing is answered from the cache "
    return (Note(f"{text}meanwhile, and other changes of the stage wait for its end"),)


def size_of(stage: Mapping[str, Any]) -> str | None:
    """None where there is no cache: one that is going still says that it is enabled (G4)."""
    there = stage.get("cacheClusterEnabled") and _status(stage) != GOING
    return str(stage.get("cacheClusterSize")) if there else None


def _status(stage: Mapping[str, Any]) -> str:
    return stage.get("cacheClusterStatus") or ""


def _entry(config: Config) -> dict[str, str]:
    return {
        CACHED: "true",
        TTL: str(config.api.cache.ttl_s),
        ENCRYPTED: "true",
        GUARDED: "true",
        STRATEGY: WARNED,
    }


def _in_words(entry: Mapping[str, str]) -> str:
    encrypted = "encrypted" if entry.get(ENCRYPTED) == "true" else "not encrypted"
    other = f", {entry.get(STRATEGY)}" if entry.get(STRATEGY) != WARNED else ""
    return f"{entry.get(TTL)} s, {encrypted}{other}"


def _open(
    stack: Stack, aws: Aws, api_id: str, stage: Mapping[str, Any], cached: Settings
) -> str | None:
    """Whether the deployment that is served has the key is asked only where there is a cache."""
    served = [d for d in deployments(aws, stack, api_id) if d.id == stage.get("deploymentId")]
    keyed = [d for d in served if d.metadata.hangs_on.get(cache_key.MARK) == cache_key.DIGEST]
    others = sorted(cached.keys() - set(NAMES))
    unguarded = sorted(name for name, entry in cached.items() if entry.get(GUARDED) != "true")
    found = [
        "" if keyed else "callers get each other's answers",
        f"{', '.join(others)}: cached without a key" if others else "",
        f"{', '.join(unguarded)}: anybody may go past the cache" if unguarded else "",
    ]
    return "; ".join(filter(None, found)) or None
