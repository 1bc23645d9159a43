"""Step 5: a snapshot is made exactly when the stage serves something else than what we want."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from steps_moto import rest_api, rest_method
from steps_releases import report_summaries, summary
from steps_world import Call, World, error

from productsapi.engine.plan import Plan
from productsapi.errors import AwsError
from productsapi.stack import Stack


def test_the_definitions_hash_is_in_the_description(deployed: World) -> None:
    words = _deployment(deployed)["description"].split()
    served = deployed.look(deployed.stack()).observed["deployment dev"].fields["definition"]
    assert words[:3] == ["productsapi", "shop", served]
    assert re.fullmatch("[0-9a-f]{32}", served)


def test_its_needs_and_release_are_there_too(deployed: World) -> None:
    outputs = deployed.outputs()
    words = _deployment(deployed)["description"].split()
    assert words[3] == f"authorizer={outputs['authorizer_id']}"
    assert words[4] == f"pool={outputs['user_pool_id']}"
    assert re.fullmatch("functions=[0-9a-f]{8}", words[5])
    version = deployed.client("lambda").get_function(
        FunctionName="getproductfunction", Qualifier="1"
    )["Configuration"]
    assert version["Description"] == " ".join(["productsapi", "shop", *words[6:]])


def test_nothing_changed_no_new_deployment(deployed: World) -> None:
    deployed.deploy(deployed.stack())
    assert len(_deployments(deployed)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"api": {"cors_origin": "https://shop.example.com"}},
        {"user_pool": {"authorizer": "Another"}},
        {"functions": {"names": {"get": "anothergetfunction"}}},
    ],
)
def test_a_changed_definition_moves_the_stage(deployed: World, changes: dict[str, Any]) -> None:
    """A CORS origin, an authorizer, a method's function: each is frozen in a snapshot."""
    before = _served(deployed)
    stack = deployed.stack(**_with_names(deployed, changes))
    planned = deployed.plan(stack)
    assert _action(planned, "deployment dev") == _action(planned, "stage dev") == "update"
    deployed.deploy(stack)
    assert _served(deployed) != before
    assert len(_deployments(deployed)) == 2
    assert deployed.plan(stack).to_do == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"functions": {"memory_mb": 512}},
        {"functions": {"log_retention_days": 30}},
        {"table": {"point_in_time_recovery": True}},
        {"user_pool": {"id_token_minutes": 30}},
        {"api": {"name": "Renamed"}},
    ],
)
def test_what_no_snapshot_holds_makes_none(deployed: World, changes: dict[str, Any]) -> None:
    deployed.deploy(deployed.stack(**changes))
    assert "CreateDeployment" not in deployed.operations


def test_undeployed_drift_needs_no_new_deployment(deployed: World) -> None:
    """Callers were never let through: the stage serves the snapshot."""
    _open(deployed)
    deployed.deploy(deployed.stack())
    assert "UpdateMethod" in deployed.operations
    assert "CreateDeployment" not in deployed.operations


def test_a_stage_on_an_unmarked_deployment_moves_back(deployed: World) -> None:
    """An open method was deployed by hand: repaired, and the sound snapshot served again."""
    outputs = deployed.outputs()
    sound = _served(deployed)
    _open(deployed)
    gateway = deployed.client("apigateway")
    theirs = gateway.create_deployment(restApiId=outputs["api_id"], description="quick fix")
    _serve(deployed, theirs["id"])
    planned = deployed.plan(deployed.stack())
    assert {f.field: f.old for f in planned["deployment dev"].fields} == {
        "marker": None,
        "definition": None,
        "superseded_by": sound,
    }
    assert planned["deployment dev"].exposes_access
    assert planned["stage dev"].action.value == "update"
    deployed.deploy(deployed.stack())
    assert _served(deployed) == sound
    assert deployed.plan(deployed.stack()).to_do == ()


def test_a_stage_on_an_unmarked_one_may_get_a_new_one(
    deployed: World,
) -> None:
    outputs = deployed.outputs()
    sound = _served(deployed)
    gateway = deployed.client("apigateway")
    theirs = gateway.create_deployment(restApiId=outputs["api_id"])
    _serve(deployed, theirs["id"])
    gateway.delete_deployment(restApiId=outputs["api_id"], deploymentId=sound)
    deployed.deploy(deployed.stack())
    assert _served(deployed) not in {sound, theirs["id"]}
    assert deployed.plan(deployed.stack()).to_do == ()


def test_deployment_of_a_killed_run_is_taken_up(deployed: World) -> None:
    """It was made, and then the run ended before the stage was moved."""
    stack = deployed.stack(api={"cors_origin": "https://shop.example.com"})
    deployed.fake("UpdateStage", error("InternalFailure", status=500))
    with pytest.raises(Exception, match="UpdateStage"):
        deployed.deploy(stack)
    deployed.wire.fakes.pop("UpdateStage")
    deployed.forget_calls()
    deployed.deploy(stack)
    assert "CreateDeployment" not in deployed.operations
    assert deployed.plan(stack).to_do == ()


def test_killed_before_a_stage_the_deployment_is_used(world: World) -> None:
    world.fake("CreateStage", error("AccessDeniedException", status=403))
    with pytest.raises(Exception, match="apigateway:POST"):
        world.deploy(world.stack())
    world.wire.fakes.clear()
    world.deploy(world.stack())
    assert len(_deployments(world)) == 1
    assert world.plan(world.stack()).to_do == ()


def test_an_earlier_definition_makes_another_one(deployed: World) -> None:
    """The newest is always the one that is served: the history couldn't show it otherwise."""
    first = _served(deployed)
    deployed.deploy(deployed.stack(api={"cors_origin": "https://shop.example.com"}))
    second = _served(deployed)
    deployed.deploy(deployed.stack())
    assert _served(deployed) not in {first, second}
    assert deployed.plan(deployed.stack()).to_do == ()


def test_one_never_served_is_followed_by_another(deployed: World) -> None:
    """Made by a run that was killed, of a configuration that was taken back since."""
    deployed.fake("UpdateStage", error("InternalFailure", status=500))
    with pytest.raises(Exception, match="UpdateStage"):
        deployed.deploy(deployed.stack(api={"cors_origin": "https://shop.example.com"}))
    deployed.wire.fakes.pop("UpdateStage")
    deployed.deploy(deployed.stack())
    assert len(_deployments(deployed)) == 3
    assert deployed.plan(deployed.stack()).to_do == ()


def test_what_is_reused_is_looked_for_on_every_page(deployed: World) -> None:
    """AWS lists deployments in no order that it promises."""
    [ours] = _deployments(deployed)
    gateway = deployed.client("apigateway")
    outputs = deployed.outputs()
    theirs = gateway.create_deployment(restApiId=outputs["api_id"])
    _serve(deployed, theirs["id"])
    first = {"items": [{"id": theirs["id"]}], "position": "p2"}
    deployed.fake("GetDeployments", lambda p: {"items": [ours]} if "position" in p else first)
    deployed.deploy(deployed.stack())
    assert _served(deployed) == ours["id"]


def test_served_deployment_that_is_gone_is_made_again(deployed: World) -> None:
    """AWS doesn't let it go while it is served; emulators do."""
    deployed.fake("GetDeployment", error("NotFoundException", status=404))
    planned = deployed.plan(deployed.stack())
    assert _action(planned, "deployment dev") == "create"


def test_a_served_deployment_shown_late_is_waited_for(deployed: World) -> None:
    """A run before this one made it just now: neither the listing nor its id need show it."""
    deployed.alter("GetDeployments", lambda _, reported: reported.update(items=[]))
    late = [error("NotFoundException", status=404)] * 2
    deployed.fake("GetDeployment", lambda _: late.pop() if late else None)
    assert deployed.plan(deployed.stack()).to_do == ()
    assert late == []


def _undeployed(world: World, stage: str) -> Stack:
    """One that a deployment is to be made for: its first, or another."""
    stack = world.stack()
    if stage == "there":
        world.deploy(stack)
        world.fill_gaps()
        stack = world.stack(api={"cors_origin": "https://shop.example.com"})
    return stack


@pytest.mark.parametrize("stage", ["there", "not yet"])
def test_what_a_killed_run_deployed_is_served(world: World, stage: str) -> None:
    """It died before it made or moved the stage, and the listing shows it late."""
    stack = _undeployed(world, stage)
    refused = {"there": "UpdateStage", "not yet": "CreateStage"}[stage]
    world.fake(refused, error("BadRequestException", status=400))
    with pytest.raises(AwsError):
        world.deploy(stack)
    del world.wire.fakes[refused]
    made = {each["id"] for each in _deployments(world)}
    late = [made] * 3

    def hide(_asked: dict[str, Any], reported: dict[str, Any]) -> None:
        hidden = late.pop() if late else set()
        reported["items"] = [each for each in reported["items"] if each["id"] not in hidden]

    world.alter("GetDeployments", hide)
    world.deploy(replace(stack, after_a_kill=True))
    assert {each["id"] for each in _deployments(world)} == made
    assert world.plan(stack).to_do == ()


@pytest.mark.parametrize("stage", ["there", "not yet"])
def test_a_lost_answer_makes_no_second(world: World, stage: str) -> None:
    """It took effect, and that is found out before it is sent again."""
    stack = _undeployed(world, stage)
    lost: list[str] = []

    def lose_once(asked: dict[str, Any]) -> dict[str, Any] | None:
        if lost:
            return None
        made = rest_api(asked["restApiId"]).create_deployment("", asked["description"])
        lost.append(made.id)
        return error("InternalFailure", status=500)

    world.fake("CreateDeployment", lose_once)
    world.forget_calls()
    world.deploy(stack)
    assert world.operations.count("CreateDeployment") == 1
    assert _served(world) == lost[0]
    assert world.plan(stack).to_do == ()


def test_the_first_one_is_made_without_looking(fresh: list[Call]) -> None:
    """What was read showed none of ours."""
    operations = [call.operation for call in fresh]
    assert "GetDeployments" not in operations


OPEN = {"/orders": {"GET": {"authorizationType": "NONE"}}}
LOCKED_BY_OTHERS = {"/orders": {"GET": {"authorizationType": "AWS_IAM"}}}


def test_a_served_open_method_is_open_though_deleted(
    deployed: World,
) -> None:
    """It was deployed with the rest, and taken out of the API since: callers still reach it."""
    sound = _served(deployed)
    report_summaries(deployed, **{sound: {**summary(), **OPEN}})
    planned = deployed.plan(deployed.stack())
    assert [(f.field, f.old) for f in planned["deployment dev"].fields] == [("open", "GET /orders")]
    assert planned["deployment dev"].exposes_access
    deployed.deploy(deployed.stack())
    assert _served(deployed) != sound
    assert deployed.plan(deployed.stack()).to_do == ()


def test_a_served_foreign_method_goes_only_when_asked(deployed: World) -> None:
    sound = _served(deployed)
    report_summaries(deployed, **{sound: {**summary(), **LOCKED_BY_OTHERS}})
    assert deployed.plan(deployed.stack()).to_do == ()
    stack = deployed.stack(delete_foreign=True)
    planned = deployed.plan(stack)
    assert [f.field for f in planned["deployment dev"].fields] == ["foreign"]
    assert not planned["deployment dev"].exposes_access
    deployed.deploy(stack)
    assert _served(deployed) != sound
    assert deployed.plan(stack).to_do == ()


def _action(planned: Plan, key: str) -> str:
    return planned[key].action.value


def _api_id(world: World) -> str:
    return world.outputs()["api_id"]


def _served(world: World) -> str:
    stage = world.client("apigateway").get_stage(restApiId=_api_id(world), stageName="dev")
    return str(stage["deploymentId"])


def _serve(world: World, deployment_id: str) -> None:
    world.client("apigateway").update_stage(
        restApiId=_api_id(world),
        stageName="dev",
        patchOperations=[{"op": "replace", "path": "/deploymentId", "value": deployment_id}],
    )


def _deployments(world: World) -> list[dict[str, Any]]:
    answer = world.client("apigateway").get_deployments(restApiId=_api_id(world))
    found: list[dict[str, Any]] = answer["items"]
    return found


def _deployment(world: World) -> dict[str, Any]:
    [only] = _deployments(world)
    return only


def _open(world: World) -> None:
    outputs = world.outputs()
    method = rest_method(outputs["api_id"], outputs["id of /products"], "GET")
    method.authorization_type, method.authorizer_id = "NONE", None
    world.forget_calls()


def _with_names(world: World, changes: dict[str, Any]) -> dict[str, Any]:
    from dataclasses import replace

    functions = changes.get("functions", {})
    if "names" not in functions:
        return changes
    names = replace(world.config().functions.names, **functions["names"])
    return {**changes, "functions": {**functions, "names": names}}
