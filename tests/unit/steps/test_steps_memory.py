"""What is remembered of moto's answers is what moto would answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import steps_tampering as tampering
from botocore import xform_name
from botocore.exceptions import ClientError
from steps_kept import KeptAfter
from steps_moto import rest_api
from steps_shortcuts import the_long_way
from steps_world import World

WORK: dict[str, Callable[[World], Any]] = {
    "nothing": lambda _: None,
    "another configuration": lambda w: w.deploy(
        w.stack(tags={"team": "blue"}, functions={"memory_mb": 512}, api={"name": "Renamed"})
    ),
    "rights drifted and repaired": lambda w: (tampering.rights(w), w.deploy(w.stack())),
    "inside moto": lambda w: tampering.method(w, request_validator_id="theirs"),
    "a teardown": lambda w: w.teardown(w.stack(delete_data=True)),
}


def reported(world: World, service: str, operation: str, params: str) -> Any:
    """What moto says when it is asked past the memory."""
    ask = getattr(world.client(service).client, xform_name(operation))
    try:
        return without_ids(ask(**json.loads(params)))
    except ClientError as refused:
        return without_ids(refused.response)


def without_ids(answer: Any) -> Any:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@pytest.mark.parametrize("what", WORK)
def test_whatever_was_done_it_is_still_true(deployed: World, what: str) -> None:
    WORK[what](deployed)
    deployed.look(deployed.stack())
    compared = 0
    for service, state in deployed.wire.memory.states().items():
        for (operation, params), answer in list(state.items()):
            assert without_ids(answer.parsed) == reported(deployed, service, operation, params)
            compared += 1
    assert compared > 20


def test_moto_says_the_same_without_shortcuts(deployed: World) -> None:
    deployed.look(deployed.stack())
    states = deployed.wire.memory.states()
    asked = [(service, *call) for service, state in states.items() for call in state]
    short = [reported(deployed, *call) for call in asked]
    with the_long_way():
        assert short == [reported(deployed, *call) for call in asked]
    assert {service for service, *_ in asked} >= {"apigateway", "lambda", "iam", "dynamodb"}


def test_a_second_look_asks_moto_for_nothing(deployed: World) -> None:
    deployed.look(deployed.stack())
    deployed.forget_calls()
    before = deployed.wire.sent
    deployed.look(deployed.stack())
    assert deployed.wire.sent == before
    assert "GetRole" in deployed.operations


def test_put_back_it_is_true_again(deployed: World, kept_after: KeptAfter) -> None:
    before = deployed.look(deployed.stack()).outputs.as_dict()
    renamed = kept_after(lambda w: w.deploy(w.stack(api={"name": "Renamed"})))
    renamed.put_back()
    [api] = deployed.client("apigateway").get_rest_apis()["items"]
    assert api["name"] == "Renamed"
    assert deployed.look(deployed.stack()).outputs.as_dict() == before


def test_what_was_reached_into_is_asked_for(deployed: World) -> None:
    api_id = deployed.outputs()["api_id"]
    inside = rest_api(api_id)
    for name in ("One", "Two"):
        inside.name = name
        assert deployed.aws.call("apigateway", "GetRestApi", restApiId=api_id)["name"] == name


def test_an_answer_altered_by_its_reader_stays(deployed: World) -> None:
    ask = {"TableName": "ProductsTable"}
    deployed.aws.call("dynamodb", "DescribeTable", **ask)["Table"].clear()
    assert deployed.aws.call("dynamodb", "DescribeTable", **ask)["Table"]["TableName"]
