"""Who reaches an API, and what is noted of it (G17): never opened without being asked by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from steps_answers import KNOWN, OURS, resource
from steps_moto import rest_api
from steps_world import World

from productsapi.engine.plan import Action
from productsapi.errors import Refused


def _endpoint(world: World, kind: str) -> None:
    inside = rest_api(world.outputs()["api_id"])
    inside.endpoint_configuration["types"] = [kind]


def test_g17_a_private_api_is_not_made_public(deployed: World) -> None:
    _endpoint(deployed, "PRIVATE")
    deployed.forget_calls()
    with pytest.raises(Refused, match="--make-public"):
        deployed.deploy(deployed.stack())
    assert deployed.changing == []


def test_g17_it_is_made_public_when_asked_by_name(deployed: World) -> None:
    _endpoint(deployed, "PRIVATE")
    stack = replace(deployed.stack(), make_public=True)
    deployed.forget_calls()
    deployed.deploy(stack)
    [call] = deployed.asked("UpdateRestApi")
    path = "/endpointConfiguration/types/PRIVATE"
    assert call["patchOperations"] == [{"op": "replace", "path": path, "value": "REGIONAL"}]


def test_g17_an_edge_api_becomes_regional_as_before(deployed: World) -> None:
    _endpoint(deployed, "EDGE")
    planned = deployed.plan(deployed.stack())
    assert planned["rest api ProductsAPI"].action is Action.UPDATE


@pytest.mark.parametrize(
    ("reported", "word"),
    [
        ({"disableExecuteApiEndpoint": True}, "disableExecuteApiEndpoint"),
        ({"policy": r"{\"Version\":\"2012-10-17\"}"}, "resource policy"),
        ({"binaryMediaTypes": ["image/png"]}, "image/png"),
    ],
    ids=["endpoint off", "policy", "binary"],
)
def test_g17_what_is_set_on_the_api_is_noted(
    world: World, reported: dict[str, Any], word: str
) -> None:
    api = {"id": "abcdefghij", "name": "ProductsAPI", "tags": OURS, **reported}
    world.fake("GetRestApi", {**api, "endpointConfiguration": {"types": ["REGIONAL"]}})
    world.fake("GetResources", {"items": [{"id": "root000000", "path": "/"}]})
    world.fake("GetStages", {"item": []})
    seen = resource(world, "rest api ProductsAPI").read(world.aws, KNOWN)
    assert seen is not None
    assert any(word in note.text for note in seen.notes)


def test_g17_a_data_trace_is_reported(world: World) -> None:
    traced = {"products/GET": {"dataTraceEnabled": True}, "*/*": {"dataTraceEnabled": False}}
    stage = {"stageName": "dev", "deploymentId": "dep000", "tags": OURS, "methodSettings": traced}
    world.fake("GetStages", {"item": [stage]})
    seen = resource(world, "stage dev").read(world.aws, KNOWN)
    assert seen is not None
    assert [note.text for note in seen.notes if "GET /products" in note.text]
