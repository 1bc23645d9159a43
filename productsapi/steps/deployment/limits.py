"""What a stage lets in: the rate and burst of all its methods, and of single ones.

A stage without any lets in what the account may take, and so cost: API Gateway's own default is
10,000 requests a second for all APIs of the account together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from productsapi.config import Config
from productsapi.engine.resource import Fields
from productsapi.steps.releases.moves import Patch

ALL = "all methods"
EVERY = "*/*"
"""The gateway's own word for them."""


def wanted(config: Config) -> Fields:
    """As RATE/BURST, by method."""
    limits = config.limits
    return {ALL: f"{limits.rate}/{limits.burst}", **limits.methods}


def told(stage: Mapping[str, Any]) -> Fields:
    """What a stage has; of single methods only what is otherwise than all methods have it."""
    settings = {_method(key): _told(each) for key, each in stage.get("methodSettings", {}).items()}
    everywhere = settings.pop(ALL, None)
    single = {name: limit for name, limit in settings.items() if limit and limit != everywhere}
    return {ALL: everywhere, **single}


def patches(had: Fields, want: Fields) -> list[Patch]:
    """UpdateStage's words; a path's slash is written ~1 in them.

    What isn't wanted is taken away with all else that was set for that method alone, as terraform's
    aws_api_gateway_method_settings does it.
    """
    found: list[Patch] = []
    for name in sorted(had.keys() | want.keys()):
        if had.get(name) == want.get(name):
            continue
        if name not in want:
            found.append({"op": "remove", "path": f"/{_key(name)}"})
            continue
        rate, _, burst = want[name].partition("/")
        for setting, value in (("rateLimit", rate), ("burstLimit", burst)):
            path = f"/{_key(name)}/throttling/{setting}"
            found.append({"op": "replace", "path": path, "value": value})
    return found


def _told(setting: Mapping[str, Any]) -> str | None:
    """None where there is no limit, which the gateway tells as -1."""
    rate, burst = setting.get("throttlingRateLimit", -1), setting.get("throttlingBurstLimit", -1)
    return None if rate < 0 or burst < 0 else f"{rate:g}/{burst}"


def _key(name: str) -> str:
    if name == ALL:
        return EVERY
    method, _, path = name.partition(" ")
    return f"{path.replace('/', '~1')}/{method}"


def _method(key: str) -> str:
    """`POST /products`, for any of the ways in which the gateway is seen to tell its key."""
    if key == EVERY:
        return ALL
    path, _, method = key.replace("~1", "/").rpartition("/")
    return f"{method} /{path.strip('/')}"
