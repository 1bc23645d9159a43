"""A stage with a cache: what turns it on, what is sent to the stage, and what stands there."""

from __future__ import annotations

from typing import Any

from steps_world import World

from productsapi.engine.plan import Change, Plan
from productsapi.options.cache.configuration import Cache


def with_cache(size_gb: str, ttl_s: int) -> dict[str, Any]:
    return {"api": {"cache": Cache(size_gb=size_gb, ttl_s=ttl_s)}}


ON = with_cache("0.5", 60)
LISTED, ONE = "~1products/GET", "~1products~1{productId}/GET"
GETS = ["GET /products", "GET /products/{productId}"]
WANTED = "60 s, encrypted"


def patch(path: str, value: str) -> dict[str, str]:
    return {"op": "replace", "path": path, "value": value}


def limited(key: str, rate: str = "50", burst: str = "100") -> list[dict[str, str]]:
    return [
        patch(f"/{key}/throttling/rateLimit", rate),
        patch(f"/{key}/throttling/burstLimit", burst),
    ]


def cached(key: str, ttl: str = "60") -> list[dict[str, str]]:
    return [
        patch(f"/{key}/caching/enabled", "true"),
        patch(f"/{key}/caching/ttlInSeconds", ttl),
        patch(f"/{key}/caching/dataEncrypted", "true"),
        patch(f"/{key}/caching/requireAuthorizationForCacheControl", "true"),
        patch(
            f"/{key}/caching/unauthorizedCacheControlHeaderStrategy",
            "SUCCEED_WITH_RESPONSE_HEADER",
        ),
    ]


CLUSTER = [patch("/cacheClusterEnabled", "true"), patch("/cacheClusterSize", "0.5")]


def stage(world: World) -> dict[str, Any]:
    gateway = world.client("apigateway")
    found: dict[str, Any] = gateway.get_stage(restApiId=world.outputs()["api_id"], stageName="dev")
    return found


def sent(world: World, operation: str = "UpdateStage") -> list[list[dict[str, str]]]:
    return [call["patchOperations"] for call in world.asked(operation)]


def shown(planned: Plan, key: str = "stage dev") -> dict[str, Any]:
    change: Change = planned[key]
    return {f.field: (f.old, f.new) for f in change.fields}
