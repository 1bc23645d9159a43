"""Cache settings of the stage, and the exposures that wrong ones would be.

API Gateway takes up to half an hour to make or remove one, and serves meanwhile: cluster.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.config import Config
from productsapi.engine.resource import Fields, Note
from productsapi.options.cache import key
from productsapi.releases.inventory import deployments
from productsapi.releases.switch import Patch
from productsapi.stack import Stack
from productsapi.stack.stage_part import Settings
from productsapi.steps.deployment.method_settings import ALL, CACHED, is_cached, uncache

NAMES = tuple(str(route) for route in key.ROUTES_CACHED)
TTL, ENCRYPTED = "caching/ttlInSeconds", "caching/dataEncrypted"
GUARDED = "caching/requireAuthorizationForCacheControl"
STRATEGY = "caching/unauthorizedCacheControlHeaderStrategy"
WARNED = "SUCCEED_WITH_RESPONSE_HEADER"
"""Who asks past the cache, as browsers do on a reload, gets what is cached, and a Warning header.

That takes execute-api:InvalidateCache, which a user of a pool can't have.
"""
FIELDS = frozenset({"cached", "cache_open"})
EXPOSURE_FIELDS = frozenset({"cache_open"})
GOING = "DELETE_IN_PROGRESS"


def wanted(config: Config) -> Fields:
    """Exposing: answers that go to whom they aren't for, or anybody who may go past it."""
    entry = _entry(config)
    cached = {name: _in_words(entry) for name in NAMES} if config.api.cache.on else {}
    return {"cached": cached, "cache_open": None}


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


def settings(config: Config, limits: Settings) -> Settings:
    if not config.api.cache.on:
        return limits
    return {**limits, **{n: {**limits.get(n, limits[ALL]), **_entry(config)} for n in NAMES}}


def before_deployment(config: Config, had: Settings) -> list[Patch]:
    """What isn't to be cached any more is no longer before the deployment changes.

    That one may come without the cache's key: callers would get each other's answers.
    """
    kept = wanted(config)["cached"]
    gone = [name for name, entry in had.items() if is_cached(entry) and name not in kept]
    return uncache(had, sorted(gone))


def notes(stage: Mapping[str, Any]) -> tuple[Note, ...]:
    if not stage.get("cacheClusterEnabled") or "IN_PROGRESS" not in status(stage):
        return ()
    text = f"AWS is at work on the cache of the stage {stage['stageName']} ({status(stage)}), for "
    text += "20 to 30 minutes at times: it goes on by itself, nothing is answered from the cache "
    return (Note(f"{text}meanwhile, and other changes of the stage wait for its end"),)


def size_of(stage: Mapping[str, Any]) -> str | None:
    """None where there is no cache: one that is going still says that it is enabled (G4)."""
    there = stage.get("cacheClusterEnabled") and status(stage) != GOING
    return str(stage.get("cacheClusterSize")) if there else None


def status(stage: Mapping[str, Any]) -> str:
    """Of the cache, API Gateway's value; empty where it returns none."""
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
    keyed = [d for d in served if d.metadata.external_dependencies.get(key.METADATA) == key.DIGEST]
    others = sorted(cached.keys() - set(NAMES))
    unguarded = sorted(name for name, entry in cached.items() if entry.get(GUARDED) != "true")
    found = [
        "" if keyed else "callers get each other's answers",
        f"{', '.join(others)}: cached without a key" if others else "",
        f"{', '.join(unguarded)}: anybody may go past the cache" if unguarded else "",
    ]
    return "; ".join(filter(None, found)) or None
