"""After a change of rights the functions are asked whether they know them, and cured (K6)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from steps_moto import REGION
from steps_world import World, error

from productsapi.aws.location import Location
from productsapi.engine.outputs import Outputs
from productsapi.errors import ProductsApiError
from productsapi.releases import rights_in_force
from productsapi.releases.rights_in_force import EVENT, NotInForce, bring_in_force, to_ask

RIGHT = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}


@pytest.fixture
def waits(deployed: World) -> list[float]:
    waited: list[float] = []
    deployed.aws = replace(deployed.aws, pause=waited.append)
    return waited


def answers(world: World, refusals: Callable[[int], list[str]]) -> None:
    """Each function is refused what `refusals` says for the version that its alias names."""

    def invoke(asked: dict[str, Any]) -> dict[str, Any]:
        reported = {"denied": refusals(live(world, asked["FunctionName"])), "unknown": []}
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(reported).encode())}

    world.fake("Invoke", invoke)


def live(world: World, name: str = "getproductfunction") -> int:
    alias = world.client("lambda").get_alias(FunctionName=name, Name="live")
    return int(alias["FunctionVersion"])


def cure(world: World, functions: tuple[str, ...] = ("get",)) -> list[str]:
    outputs = Outputs(world.outputs())
    world.forget_calls()
    return bring_in_force(world.aws, world.stack(), outputs, list(functions))


def test_k6_a_function_that_knows_its_rights_is_left(deployed: World, waits: list[float]) -> None:
    answers(deployed, lambda _: [])
    assert cure(deployed, ("get", "create")) == []
    assert deployed.changing == ["Invoke", "Invoke"]
    asked = deployed.asked("Invoke")[0]
    assert (asked["FunctionName"], asked["Qualifier"]) == ("getproductfunction", "live")
    assert json.loads(asked["Payload"]) == {EVENT: ["GetItem", "Query", "Scan"]}
    assert waits == []


def test_k6_what_is_refused_is_made_anew_and_live(deployed: World, waits: list[float]) -> None:
    answers(deployed, lambda version: ["Scan"] if version == 1 else [])
    assert cure(deployed) == []
    assert live(deployed) == 2
    assert waits == [5, 5]
    changed = deployed.changing
    assert [each for each in changed if each != "Invoke"] == [
        "UpdateFunctionConfiguration",
        "PublishVersion",
        "UpdateAlias",
    ]
    assert "RevisionId" in deployed.asked("UpdateAlias")[0]
    assert deployed.asked("PublishVersion")[0]["CodeSha256"]
    assert deployed.plan(deployed.stack()).to_do == ()


def test_k6_a_right_that_spreads_late_makes_no_version(deployed: World, waits: list[float]) -> None:
    answers(deployed, lambda _: [] if waits else ["Scan"])
    assert cure(deployed) == []
    assert (live(deployed), waits) == (1, [5])


def test_k6_what_stays_refused_ends_with_the_reason(deployed: World, waits: list[float]) -> None:
    answers(deployed, lambda _: ["Query", "Scan"])
    with pytest.raises(NotInForce, match=r"getproductfunction Query, Scan, also after 40 s"):
        cure(deployed)
    assert sum(waits) == 40
    assert live(deployed) == 4


def test_k6_only_what_is_refused_is_made_anew(deployed: World, waits: list[float]) -> None:
    def refusals(version: int) -> list[str]:
        asked = deployed.asked("Invoke")[-1]["FunctionName"]
        return ["Scan"] if asked == "getproductfunction" and version == 1 else []

    answers(deployed, refusals)
    assert cure(deployed, ("get", "create")) == []
    assert (live(deployed), live(deployed, "createproductfunction")) == (2, 1)


@pytest.mark.parametrize(
    "answer",
    [
        error("AccessDeniedException", "not authorized to perform: lambda:InvokeFunction", 403),
        {"Payload": io.BytesIO(b'{"statusCode": 401, "body": "{}"}')},
        {"Payload": io.BytesIO(b'{"denied": [], "unknown": "Scan"}')},
        {"Payload": io.BytesIO(b'{"denied": []}')},
        {"Payload": io.BytesIO(b'{"denied": [], "unknown": ["Scan"]}')},
        {"Payload": io.BytesIO(b"{")},
        {"FunctionError": "Unhandled", "Payload": io.BytesIO(b'{"errorType": "MemoryError"}')},
        {"StatusCode": 200},
    ],
)
def test_k6_no_answer_is_reported_and_changes_nothing(
    deployed: World, waits: list[float], answer: dict[str, Any]
) -> None:
    """An absence is no knowledge: neither that the right is there, nor that it lacks."""
    deployed.fake("Invoke", answer)
    (reported,) = cure(deployed)
    assert "getproductfunction" in reported
    assert set(deployed.changing) == {"Invoke"}


def test_k6_what_was_rolled_back_from_is_not_made_live(deployed: World, waits: list[float]) -> None:
    """The function's newest settings aren't those that callers reach."""
    name = {"FunctionName": "getproductfunction"}
    deployed.client("lambda").update_function_configuration(**name, MemorySize=1024)
    answers(deployed, lambda _: ["Scan"])
    with pytest.raises(ProductsApiError):
        cure(deployed)
    assert live(deployed) == 1
    assert "PublishVersion" not in deployed.operations


@pytest.mark.parametrize("operation", ["UpdateFunctionConfiguration", "PublishVersion"])
def test_k6_a_revision_that_moved_is_read_anew(
    deployed: World, waits: list[float], operation: str
) -> None:
    """It also moves with what isn't the function's code or settings."""
    answers(deployed, lambda version: ["Scan"] if version == 1 else [])
    looks, stale = count(1), [error("PreconditionFailedException", "not the latest", 412)]

    def look(asked: dict[str, Any], answer: dict[str, Any]) -> None:
        if "Qualifier" not in asked:
            answer["Configuration"]["RevisionId"] = f"look {next(looks)}"

    deployed.alter("GetFunction", look)
    deployed.fake(operation, lambda _: stale.pop() if stale else None)
    assert cure(deployed) == []
    assert live(deployed) == 2
    refused, taken = (call["RevisionId"] for call in deployed.asked(operation))
    assert refused != taken


@pytest.mark.parametrize("had", ["less", "none"])
def test_k6_whose_rights_grew_is_asked(deployed: World, had: str) -> None:
    role = {"RoleName": f"getproductfunction-{REGION}", "PolicyName": "productsapi"}
    iam = deployed.client("iam")
    if had == "less":
        less = {"Version": "2012-10-17", "Statement": [RIGHT]}
        iam.put_role_policy(**role, PolicyDocument=json.dumps(less))
    else:
        iam.delete_role_policy(**role)
    reading = deployed.look(deployed.stack())
    applied = deployed.deploy(deployed.stack())
    assert to_ask(deployed.stack(), reading, applied.outputs) == ["get"]
    here = Location(REGION, "000000000000", endpoint_url="http://127.0.0.1:4566")
    local = replace(deployed.stack(), location=here)
    assert to_ask(local, reading, applied.outputs) == []


def test_a_fresh_deploy_asks_nobody(world: World) -> None:
    """Its functions start long after their roles."""
    reading = world.look(world.stack())
    applied = world.deploy(world.stack())
    assert to_ask(world.stack(), reading, applied.outputs) == []
    assert rights_in_force.bring_in_force(world.aws, world.stack(), applied.outputs, []) == []
