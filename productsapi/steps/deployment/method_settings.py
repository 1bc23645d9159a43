"""What a stage sets for its methods, as the gateway keeps it: one entry for all, one for some.

An entry of one method replaces all of its settings: what limits it and what caches it are set,
and taken away, together. So whatever is cached also says its limit, be it the one of all methods.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from productsapi.engine.resource import Note
from productsapi.releases.switch import Patch
from productsapi.stack.stage_part import Settings

ALL = "all methods"
EVERY = "*/*"
"""The gateway's own key for them."""
CACHED = "caching/enabled"
RATE, BURST = "throttling/rateLimit", "throttling/burstLimit"
STAGE_MEMBERS = {
    RATE: "throttlingRateLimit",
    BURST: "throttlingBurstLimit",
    CACHED: "cachingEnabled",
    "caching/ttlInSeconds": "cacheTtlInSeconds",
    "caching/dataEncrypted": "cacheDataEncrypted",
    "caching/requireAuthorizationForCacheControl": "requireAuthorizationForCacheControl",
    "caching/unauthorizedCacheControlHeaderStrategy": "unauthorizedCacheControlHeaderStrategy",
}
"""UpdateStage's path of a setting, and the member of a stage that holds it."""


def from_aws(stage: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    return {
        _method(key): {
            setting: _text(entry[name])
            for setting, name in STAGE_MEMBERS.items()
            if entry.get(name) is not None and entry[name] != -1  # -1 is no limit
        }
        for key, entry in (stage.get("methodSettings") or {}).items()
    }


def notes(stage: Mapping[str, Any]) -> tuple[Note, ...]:
    """What others have set that hands out secrets: a data trace logs tokens and bodies (G17)."""
    settings = (stage.get("methodSettings") or {}).items()
    traced = [_method(key) for key, entry in settings if entry.get("dataTraceEnabled")]
    if not traced:
        return ()
    text = f"the stage {stage['stageName']} logs whole requests, tokens and bodies too (dataTrace)"
    return (Note(f"{text}: {', '.join(sorted(traced))}"),)


def patches(had: Settings, want: Settings) -> list[Patch]:
    """UpdateStage's patches for the difference; a path's slash is written ~1 in them.

    Single settings of an entry can't be taken away, only the whole of it, with all else that was
    set for that method, as terraform's aws_api_gateway_method_settings does it (go-to-k/cdkd#971).
    """
    found: list[Patch] = []
    everywhere = [_limit(settings.get(ALL, {})) for settings in (had, want)]
    for name in sorted(had.keys() | want.keys()):
        there, wanted = had.get(name, {}), want.get(name)
        if wanted is not None:
            found += _set(name, there, wanted)
        elif is_cached(there) or any(_limit(there) not in (None, limit) for limit in everywhere):
            found.append({"op": "remove", "path": f"/{_key(name)}"})
    return found


def uncache(had: Settings, names: list[str]) -> list[Patch]:
    return [_replace(name, CACHED, "false") for name in names if is_cached(had[name])]


def is_cached(entry: Mapping[str, str]) -> bool:
    return entry.get(CACHED) == "true"


def _set(name: str, had: Mapping[str, str], want: Mapping[str, str]) -> list[Patch]:
    """Limits together, and what concerns the cache together."""
    full = {**({CACHED: "false"} if is_cached(had) else {}), **want}
    differing = {_group(word) for word, value in full.items() if had.get(word) != value}
    return [_replace(name, word, full[word]) for word in full if _group(word) in differing]


def _replace(name: str, word: str, value: str) -> Patch:
    return {"op": "replace", "path": f"/{_key(name)}/{word}", "value": value}


def _group(word: str) -> str:
    return word.partition("/")[0]


def _limit(entry: Mapping[str, str]) -> tuple[str, str] | None:
    return (entry[RATE], entry[BURST]) if entry.keys() >= {RATE, BURST} else None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _key(name: str) -> str:
    if name == ALL:
        return EVERY
    method, _, path = name.partition(" ")
    return f"{path.replace('/', '~1')}/{method}"


def _method(key: str) -> str:
    """`POST /products`, for any of the ways in which the gateway is seen to write its key."""
    if key == EVERY:
        return ALL
    path, _, method = key.replace("~1", "/").rpartition("/")
    return f"{method} /{path.strip('/')}"
