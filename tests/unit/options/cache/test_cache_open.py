"""What others make of the cache: what it opens is shown as open, and is closed."""

from __future__ import annotations

from typing import Any

import pytest
from cache_stage import (
    CLUSTER,
    GETS,
    LISTED,
    ON,
    ONE,
    WANTED,
    cached,
    limited,
    patch,
    sent,
    shown,
    stage,
)
from steps_world import World

from productsapi.options.cache.stage import from_aws


def by_hand(world: World, *patches: dict[str, str]) -> None:
    world.client("apigateway").update_stage(
        restApiId=world.outputs()["api_id"], stageName="dev", patchOperations=list(patches)
    )
    world.forget_calls()


def test_a_cache_of_others_is_open_and_switched_off(
    deployed: World,
) -> None:
    """It costs, and gives callers each other's answers: the deployment has no key."""
    enabled = patch(f"/{LISTED}/caching/enabled", "true")
    by_hand(deployed, *CLUSTER, *limited(LISTED), enabled)
    planned = deployed.plan(deployed.stack())
    assert planned["stage dev"].exposes_access
    assert planned["stage cache dev"].action.value == "delete"
    assert shown(planned) == {
        "cached.GET /products": ("300 s, encrypted", None),
        "cache_open": ("callers get each other's answers", None),
    }
    deployed.deploy(deployed.stack())
    assert stage(deployed)["cacheClusterEnabled"] is False
    assert deployed.plan(deployed.stack()).to_do == ()


@pytest.mark.parametrize(
    ("setting", "value", "reported"),
    [
        (f"{ONE}/caching/requireAuthorizationForCacheControl", "false",
         "GET /products/{productId}: anybody may go past the cache"),
        ("*/*/caching/enabled", "true", "all methods: cached without a key"),
        ("~1products/POST/caching/enabled", "true", "POST /products: cached without a key"),
    ],
)  # fmt: skip
def test_what_opens_the_cache_is_open_and_is_closed(
    caching: World, setting: str, value: str, reported: str
) -> None:
    by_hand(caching, patch(f"/{setting}", value))
    planned = caching.plan(caching.stack(**ON))
    assert planned["stage dev"].exposes_access
    assert shown(planned)["cache_open"] == (reported, None)
    caching.deploy(caching.stack(**ON))
    assert caching.plan(caching.stack(**ON)).to_do == ()


def test_an_unencrypted_cache_is_drift_no_exposure(caching: World) -> None:
    by_hand(caching, patch(f"/{ONE}/caching/dataEncrypted", "false"))
    planned = caching.plan(caching.stack(**ON))
    assert not planned["stage dev"].exposes_access
    assert shown(planned) == {f"cached.{GETS[1]}": ("60 s, not encrypted", WANTED)}
    caching.deploy(caching.stack(**ON))
    assert sent(caching) == [cached(ONE)]


def test_a_stage_serving_without_the_key_is_exposed(
    deployed: World,
) -> None:
    former = stage(deployed)["deploymentId"]
    deployed.deploy(deployed.stack(**ON))
    by_hand(deployed, patch("/deploymentId", former))
    planned = deployed.plan(deployed.stack(**ON))
    assert planned["stage dev"].exposes_access
    assert shown(planned)["cache_open"] == ("callers get each other's answers", None)
    deployed.deploy(deployed.stack(**ON))
    assert deployed.plan(deployed.stack(**ON)).to_do == ()


def test_a_cache_that_no_method_uses_is_not_open(world: World) -> None:
    """Nobody gets another's answer, so the deployment isn't asked about its key."""
    made = {"cacheClusterEnabled": True, "cacheClusterSize": "0.5"}
    nobody: Any = None
    found = from_aws(world.stack(), nobody, "api", made, {})
    assert found == {"cache_size_gb": "0.5", "cached": {}, "cache_open": None}
