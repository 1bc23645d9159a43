"""The cache's key: all that makes one answer differ from another, in what is served."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from cache_stage import GETS, ON, stage
from steps_releases import going_back, report_summaries
from steps_world import World

from productsapi import openapi
from productsapi.config.model import Api, Config, Table
from productsapi.engine.outputs import Outputs
from productsapi.errors import Refused
from productsapi.options.cache import key as cache_key
from productsapi.options.registry import resources
from productsapi.releases.metadata import parse_deployment_metadata
from productsapi.routes import ROUTES
from productsapi.stack import Stack

SOURCES = Path(__file__).parents[4] / "lambda_src"
ONLY_FOR_CHANGES = {"content-type", "content-encoding"}
CONFIG = Config(
    schema=1, stack="shop", region="eu-west-2", api=Api(**ON["api"]),
    table=Table(sort_key="category"),
)  # fmt: skip
"""With all parameters that there are: a sort key is asked for by ?category=, too."""


def method(stack: Stack, route: Any) -> Any:
    return next(each for each in resources(stack) if each.key == f"method {route}")


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
    report_summaries(caching)
    caching.forget_calls()
    with pytest.raises(Refused) as refused:
        going_back(caching, caching.stack(**ON))
    assert "lacks the cache's key" in refused.value.message
    assert "api.cache.size_gb: null" in refused.value.message
    assert caching.changing == []


def test_rollback_with_the_key_and_without_a_cache(caching: World) -> None:
    report_summaries(caching)
    with_key = stage(caching)["deploymentId"]
    other = {**ON, "user_pool": {"authorizer": "other"}, "functions": {"memory_mb": 512}}
    caching.deploy(caching.stack(**other))
    going_back(caching, caching.stack(**other))
    assert stage(caching)["deploymentId"] == with_key
    caching.deploy(caching.stack())
    going_back(caching, caching.stack())
    assert caching.look(caching.stack()).observed["stage dev"].fields["cache_open"] is None
