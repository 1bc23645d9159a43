"""The cache of GET answers: its key, what is set for it and in which order, what opens it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from steps_kept import Kept, KeptAfter
from steps_releases import going_back, tell_summaries
from steps_world import World, error

from productsapi import openapi
from productsapi.aws.location import Location
from productsapi.config.model import Api, Config, Table
from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import Change, Plan
from productsapi.errors import Refused
from productsapi.options.cache import key as cache_key
from productsapi.options.cache.configuration import Cache
from productsapi.options.cache.flush import Flush, flush
from productsapi.options.cache.stage import from_aws, notes
from productsapi.options.registry import resources
from productsapi.releases.metadata import parse_deployment_metadata
from productsapi.routes import ROUTES
from productsapi.stack import Stack


def with_cache(size_gb: str, ttl_s: int) -> dict[str, Any]:
    return {"api": {"cache": Cache(size_gb=size_gb, ttl_s=ttl_s)}}


ON = with_cache("0.5", 60)
LISTED, ONE = "~1products/GET", "~1products~1{productId}/GET"
GETS = ["GET /products", "GET /products/{productId}"]
WANTED = "60 s, encrypted"
SOURCES = Path(__file__).parents[3] / "lambda_src"
ONLY_FOR_CHANGES = {"content-type", "content-encoding"}
CONFIG = Config(
    schema=1, stack="shop", region="eu-west-2", api=Api(**ON["api"]),
    table=Table(sort_key="category"),
)  # fmt: skip
"""With all parameters that there are: a sort key is asked for by ?category=, too."""


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
ALL_OF_IT = [
    *limited(LISTED),
    *cached(LISTED),
    *limited(ONE),
    *cached(ONE),
]


@pytest.fixture(scope="module")
def kept_caching(kept_after: KeptAfter) -> Kept:
    return kept_after(lambda world: world.deploy(world.stack(**ON)))


@pytest.fixture
def caching(kept_caching: Kept, deployed: World) -> World:
    """The default stack, with a cache."""
    kept_caching.put_back()
    return deployed


def stage(world: World) -> dict[str, Any]:
    gateway = world.client("apigateway")
    found: dict[str, Any] = gateway.get_stage(restApiId=world.outputs()["api_id"], stageName="dev")
    return found


def by_hand(world: World, *patches: dict[str, str]) -> None:
    world.client("apigateway").update_stage(
        restApiId=world.outputs()["api_id"], stageName="dev", patchOperations=list(patches)
    )
    world.forget_calls()


def sent(world: World, operation: str = "UpdateStage") -> list[list[dict[str, str]]]:
    return [call["patchOperations"] for call in world.asked(operation)]


def shown(planned: Plan, key: str = "stage dev") -> dict[str, Any]:
    change: Change = planned[key]
    return {f.field: (f.old, f.new) for f in change.fields}


def method(stack: Stack, route: Any) -> Any:
    return next(each for each in resources(stack) if each.key == f"method {route}")


# -- the key ---------------------------------------------------------------------------------------


def test_the_key_holds_all_that_the_api_takes_on_get() -> None:
    """By its own description, so that no new parameter can be forgotten."""
    paths = openapi.document(CONFIG, openapi.read(SOURCES))["paths"]
    where = {"query": "querystring", "path": "path", "header": "header"}
    for route in cache_key.ROUTES_CACHED:
        given = [
            each
            for part in (paths[route.path], paths[route.path]["get"])
            for each in part.get("parameters", [])
        ]
        taken = {f"method.request.{where[each['in']]}.{each['name']}" for each in given}
        assert taken, route
        assert taken <= cache_key.parameters(CONFIG, route).keys(), route


def test_the_key_holds_all_that_the_functions_read() -> None:
    """By their sources: query, path and headers that are asked for by name."""
    text = "\n".join(path.read_text() for path in sorted(SOURCES.glob("*/*.py")))
    known = {
        name for route in cache_key.ROUTES_CACHED for name in cache_key.parameters(CONFIG, route)
    }
    query = set(re.findall(r'parameter\(request, "([^"]+)"\)', text))
    path = set(re.findall(r'path_parameters\.get\("([^"]+)"', text))
    headers = set(re.findall(r'request\.headers\.get\("([^"]+)"', text))
    assert query == {n.rpartition(".")[2] for n in known if ".querystring." in n}
    assert path == {n.rpartition(".")[2].lower() for n in known if ".path." in n}
    in_key = {"if-match", "if-none-match", "origin"}
    assert in_key <= headers <= ONLY_FOR_CHANGES | in_key
    by_name = r"(?!\.(?:get|keys)\()"
    others = set(re.findall(rf"\brequest\.(query|headers|path_parameters)\b{by_name}", text))
    assert not others, "read in another way than by name"


@pytest.mark.parametrize("route", cache_key.ROUTES_CACHED, ids=str)
def test_whoever_gets_another_answer_has_another_key(route: Any) -> None:
    """Claims come from the token alone; HTTP/2 spells a header's name small."""
    key = set(cache_key.parameters(CONFIG, route))
    assert {"method.request.header.Authorization", "method.request.header.authorization"} < key
    assert {"method.request.header.If-None-Match", "method.request.header.if-none-match"} < key
    assert {"method.request.header.Origin", "method.request.header.origin"} < key


@pytest.mark.parametrize("route", cache_key.ROUTES_CACHED, ids=str)
def test_a_method_declares_what_its_key_names(world: World, route: Any) -> None:
    """AWS takes nothing else into a key."""
    want = method(world.stack(**ON), route).want(Outputs())
    assert want["parameters"] == cache_key.parameters(CONFIG, route)
    assert want["mapping"] == {"cacheKeyParameters": ", ".join(sorted(want["parameters"]))}


def test_a_deployment_records_the_key_that_it_has(caching: World) -> None:
    api_id = caching.outputs()["api_id"]
    made = caching.client("apigateway").get_deployments(restApiId=api_id)["items"]
    marks = [parse_deployment_metadata(caching.stack(), each["description"]) for each in made]
    assert sorted(
        str(mark and mark.external_dependencies.get("cache")) for mark in marks
    ) == sorted([cache_key.DIGEST, "None"])


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_without_a_cache_methods_are_what_they_were(world: World, route: Any) -> None:
    """Or every stack would get a new deployment."""
    want = method(world.stack(), route).want(Outputs())
    assert (want["parameters"], want["mapping"]) == ({}, {})
    cached_too = method(world.stack(**ON), route).want(Outputs())
    assert (cached_too == want) == (route.method != "GET")


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


# -- behind our back -------------------------------------------------------------------------------


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


def test_a_cache_key_drifted_is_put_back(caching: World) -> None:
    def tampered(_: Any, reported: dict[str, Any]) -> None:
        for item in reported["items"]:
            method = item.get("resourceMethods", {}).get("GET")
            if method:
                method["methodIntegration"]["cacheNamespace"] = "ours"

    caching.alter("GetResources", tampered)
    planned = caching.plan(caching.stack(**ON))
    assert [f.field for f in planned[f"method {GETS[0]}"].fields] == ["mapping.cacheNamespace"]


# -- rollback --------------------------------------------------------------------------------------


def test_no_rollback_to_one_without_key_under_a_cache(
    caching: World,
) -> None:
    tell_summaries(caching)
    caching.forget_calls()
    with pytest.raises(Refused) as refused:
        going_back(caching, caching.stack(**ON))
    assert "lacks the cache's key" in refused.value.message
    assert "api.cache.size_gb: null" in refused.value.message
    assert caching.changing == []


def test_rollback_with_the_key_and_without_a_cache(caching: World) -> None:
    tell_summaries(caching)
    with_key = stage(caching)["deploymentId"]
    other = {**ON, "user_pool": {"authorizer": "other"}, "functions": {"memory_mb": 512}}
    caching.deploy(caching.stack(**other))
    going_back(caching, caching.stack(**other))
    assert stage(caching)["deploymentId"] == with_key
    caching.deploy(caching.stack())
    going_back(caching, caching.stack())
    assert caching.look(caching.stack()).observed["stage dev"].fields["cache_open"] is None


# -- flush -----------------------------------------------------------------------------------------


def test_flush_empties_or_says_there_is_no_cache(caching: World) -> None:
    api_id = caching.outputs()["api_id"]
    assert flush(caching.aws, api_id, "dev") == Flush("0.5")
    assert caching.asked("FlushStageCache") == [{"restApiId": api_id, "stageName": "dev"}]
    assert flush(caching.aws, api_id, "other") is None
    caching.alter(
        "GetStages",
        lambda _, reported: reported["item"][0].update(cacheClusterStatus="CREATE_IN_PROGRESS"),
    )
    making = flush(caching.aws, api_id, "dev")
    assert making
    assert (making.flushed, "still being made" in making.why_not) == (False, True)
    caching.wire.alterations.pop("GetStages")
    caching.deploy(caching.stack())
    off = flush(caching.aws, api_id, "dev")
    assert off == Flush(None, "the stage dev has no cache")
    assert len(caching.asked("FlushStageCache")) == 1


@pytest.mark.parametrize(("endpoint", "flushed"), [(None, None), ("http://127.0.0.1:1", False)])
def test_flush_where_the_endpoint_knows_no_such_call(
    caching: World, endpoint: str | None, flushed: bool | None
) -> None:
    """On AWS that is a stage that has just gone."""
    caching.fake("FlushStageCache", error("NotFoundException", status=404))
    api_id = caching.outputs()["api_id"]
    aws = type(caching.aws)(
        caching.wire.clients, Location("eu-west-2", "123456789012", endpoint_url=endpoint)
    )
    found = flush(aws, api_id, "dev")
    assert (found.flushed if found else None) is flushed


def test_a_cache_that_no_method_uses_is_not_open(world: World) -> None:
    """Nobody gets another's answer, so the deployment isn't asked about its key."""
    made = {"cacheClusterEnabled": True, "cacheClusterSize": "0.5"}
    nobody: Any = None
    found = from_aws(world.stack(), nobody, "api", made, {})
    assert found == {"cache_size_gb": "0.5", "cached": {}, "cache_open": None}
