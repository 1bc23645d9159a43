"""The cache switched on, changed and switched off: what is sent, in which order, and its price."""

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
    with_cache,
)
from steps_world import World, error

from productsapi.options.cache.stage import notes

ALL_OF_IT = [
    *limited(LISTED),
    *cached(LISTED),
    *limited(ONE),
    *cached(ONE),
]

# -- on, off, changed ------------------------------------------------------------------------------


def test_fresh_with_a_cache(world: World) -> None:
    world.fill_gaps()
    stack = world.stack(**ON)
    world.deploy(stack)
    assert sent(world) == [[*ALL_OF_IT, *limited("*/*")], CLUSTER]
    declared = [call for call in world.asked("PutMethod") if call.get("requestParameters")]
    assert [call["httpMethod"] for call in declared] == ["GET", "GET"]
    keyed = [call for call in world.asked("PutIntegration") if call.get("cacheKeyParameters")]
    assert [set(call["cacheKeyParameters"]) for call in keyed] == [
        call["requestParameters"].keys() for call in declared
    ]
    assert world.plan(stack).to_do == ()


def test_switched_on_once_the_key_is_served(deployed: World) -> None:
    """Only GET methods get any of it, and what the key names is declared before."""
    stack = deployed.stack(**ON)
    deployed.deploy(stack)
    assert deployed.changing == [
        *("UpdateMethod", "PutIntegration") * 2, "CreateDeployment", "UpdateStage", "UpdateStage",
    ]  # fmt: skip
    (served, *rest), last = sent(deployed)
    assert last == CLUSTER
    assert served["path"] == "/deploymentId"
    assert rest == ALL_OF_IT
    declared = [p for patches in sent(deployed, "UpdateMethod") for p in patches]
    assert {p["op"] for p in declared} == {"add"}
    required = [p["path"] for p in declared if p["value"] == "true"]
    assert required == ["/requestParameters/method.request.path.productId"]
    assert deployed.plan(stack).to_do == ()
    assert deployed.plan(stack).notes == ()


def test_switched_off_before_one_without_key_is_served(caching: World) -> None:
    """And nothing of it is left."""
    caching.deploy(caching.stack())
    assert caching.changing == [
        *("PutIntegration", "UpdateMethod") * 2, "CreateDeployment", *["UpdateStage"] * 3,
    ]  # fmt: skip
    first, (served, *rest), last = sent(caching)
    assert last == [patch("/cacheClusterEnabled", "false")]
    assert first == [patch(f"/{key}/caching/enabled", "false") for key in (LISTED, ONE)]
    assert served["path"] == "/deploymentId"
    assert rest == [
        {"op": "remove", "path": f"/{LISTED}"},
        {"op": "remove", "path": f"/{ONE}"},
    ]
    assert not any("cacheKeyParameters" in call for call in caching.asked("PutIntegration"))
    assert stage(caching)["methodSettings"].keys() == {"*/*"}
    assert caching.plan(caching.stack()).to_do == ()


def test_refused_at_first_the_key_stays_served(caching: World) -> None:
    served = stage(caching)["deploymentId"]
    caching.fake("UpdateStage", error("AccessDeniedException", status=403))
    with pytest.raises(Exception, match="apigateway:PATCH"):
        caching.deploy(caching.stack())
    caching.fill_gaps()
    assert stage(caching)["deploymentId"] == served
    caching.deploy(caching.stack())
    assert caching.plan(caching.stack()).to_do == ()


@pytest.mark.parametrize(
    ("changed", "key", "fields", "patches"),
    [
        (with_cache("1.6", 60), "stage cache dev", {"cache_size_gb": ("0.5", "1.6")},
         [patch("/cacheClusterEnabled", "true"), patch("/cacheClusterSize", "1.6")]),
        (with_cache("0.5", 9), "stage dev",
         {f"cached.{name}": (WANTED, "9 s, encrypted") for name in GETS},
         [*cached(LISTED, "9"), *cached(ONE, "9")]),
    ],
)  # fmt: skip
def test_a_changed_size_or_ttl_changes_just_that(
    caching: World,
    changed: dict[str, Any],
    key: str,
    fields: dict[str, Any],
    patches: list[dict[str, str]],
) -> None:
    stack = caching.stack(**changed)
    caching.deploy(stack)
    assert shown(caching.shown, key) == fields
    assert [change.key for change in caching.shown.to_do] == [key]
    assert sent(caching) == [patches]
    assert caching.plan(stack).to_do == ()


def test_the_price_is_reported_when_it_is_to_be_paid(world: World) -> None:
    world.fill_gaps()
    price = "about $14.60 a month for the cache, used or not"
    assert world.plan(world.stack(**ON))["stage cache dev"].price == price
    assert world.plan(world.stack())["stage cache dev"].price == ""
    world.deploy(world.stack())
    assert world.plan(world.stack(**ON))["stage cache dev"].price == price
    world.deploy(world.stack(**ON))
    assert (
        "$2,774.00 a month"
        in world.plan(world.stack(**with_cache("237", 60)))["stage cache dev"].price
    )
    assert world.plan(world.stack(**with_cache("0.5", 9)))["stage cache dev"].price == ""


def test_a_cache_that_is_being_made_is_reported(caching: World) -> None:
    caching.alter(
        "GetStages",
        lambda _, reported: reported["item"][0].update(cacheClusterStatus="CREATE_IN_PROGRESS"),
    )
    planned = caching.plan(caching.stack(**ON))
    assert planned.to_do == ()
    [note] = planned.notes
    assert "CREATE_IN_PROGRESS" in note.text


def test_k8_the_cache_is_switched_last(deployed: World) -> None:
    """While it is being made, for half an hour at times, API Gateway refuses the rest (G3)."""
    deployed.fake("GetAccount", {"cloudwatchRoleArn": "arn:aws:iam::123456789012:role/theirs"})
    both = {**ON, "access_log": {"enabled": True}}
    deployed.deploy(deployed.stack(**both))
    assert sent(deployed)[-1] == CLUSTER
    paths = {p["path"] for patches in sent(deployed)[:-1] for p in patches}
    assert "/accessLogSettings/destinationArn" in paths
    deployed.forget_calls()
    deployed.deploy(deployed.stack())
    assert sent(deployed)[-1] == [patch("/cacheClusterEnabled", "false")]


def test_k8_the_time_that_a_cache_takes_is_reported(caching: World) -> None:
    [note] = notes({**stage(caching), "cacheClusterStatus": "DELETE_IN_PROGRESS"})
    assert "20 to 30 minutes" in note.text


def test_g4_a_cache_that_is_going_is_none(caching: World) -> None:
    """It still says that it is enabled: whoever wants one has to make it anew."""
    caching.alter(
        "GetStages",
        lambda _, reported: reported["item"][0].update(cacheClusterStatus="DELETE_IN_PROGRESS"),
    )
    assert caching.plan(caching.stack(**ON))["stage cache dev"].action.value == "create"
    assert caching.plan(caching.stack())["stage cache dev"].action.value == "absent"


# -- beside limits ---------------------------------------------------------------------------------


def test_limit_and_cache_of_a_method_are_independent(
    caching: World,
) -> None:
    limits = {"limits": {"methods": {"GET /products": "5/10"}}}
    for changes, limit, kept in (
        ({**ON, **limits}, (5, 10), True),
        (ON, (50, 100), True),
        ({**ON, **limits}, (5, 10), True),
        (limits, (5, 10), False),
        ({**ON, **limits}, (5, 10), True),
    ):
        stack = caching.stack(**changes)
        caching.deploy(stack)
        entry = next(
            each for key, each in stage(caching)["methodSettings"].items()
            if key.replace("~1", "/").strip("/") == "products/GET"
        )  # fmt: skip
        assert (entry["throttlingRateLimit"], entry["throttlingBurstLimit"]) == limit
        assert entry["cachingEnabled"] is kept
        assert caching.plan(stack).to_do == ()


def test_caching_follows_the_limit_of_all_methods(caching: World) -> None:
    """Its entry replaces all of its settings, so it holds the limit too."""
    stack = caching.stack(**ON, limits={"rate": 7})
    caching.deploy(stack)
    assert sent(caching) == [[*limited(LISTED, "7"), *limited(ONE, "7"), *limited("*/*", "7")]]
    assert shown(caching.shown) == {"limits.all methods": ("50/100", "7/100")}
    assert caching.plan(stack).to_do == ()
