"""Step 5: a snapshot is made exactly when the stage serves something else than what we want."""

from __future__ import annotations

import re
from typing import Any

import pytest
from steps_moto import rest_method
from steps_world import World, error

from productsapi.engine.plan import Plan


def test_hash_of_the_definition_stands_in_the_description(deployed: World) -> None:
    description = _deployment(deployed)["description"]
    assert re.fullmatch(r"productsapi shop [0-9a-f]{32}", description)
    served = deployed.look(deployed.stack()).observed["deployment dev"].fields["definition"]
    assert description.endswith(served)


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
def test_changed_definition_makes_a_new_one_and_moves_the_stage(
    deployed: World, changes: dict[str, Any]
) -> None:
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


def test_drift_that_was_never_deployed_is_repaired_without_a_new_one(deployed: World) -> None:
    """Callers were never let through: the stage serves the snapshot."""
    _open(deployed)
    deployed.deploy(deployed.stack())
    assert "UpdateMethod" in deployed.operations
    assert "CreateDeployment" not in deployed.operations


def test_stage_moved_to_a_deployment_without_our_marker_is_moved_back(deployed: World) -> None:
    """An open method was deployed by hand: repaired, and the sound snapshot served again."""
    outputs = deployed.outputs()
    sound = _served(deployed)
    _open(deployed)
    gateway = deployed.client("apigateway")
    theirs = gateway.create_deployment(restApiId=outputs["api_id"], description="quick fix")
    _serve(deployed, theirs["id"])
    planned = deployed.plan(deployed.stack())
    assert [(f.field, f.old) for f in planned["deployment dev"].fields] == [("definition", None)]
    assert planned["stage dev"].action.value == "update"
    deployed.deploy(deployed.stack())
    assert _served(deployed) == sound
    assert deployed.plan(deployed.stack()).to_do == ()


def test_stage_moved_to_an_unmarked_one_gets_a_new_one_where_the_sound_one_is_gone(
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


def test_killed_before_the_first_stage_its_deployment_is_taken_up(world: World) -> None:
    world.fake("CreateStage", error("AccessDeniedException", status=403))
    with pytest.raises(Exception, match="apigateway:POST"):
        world.deploy(world.stack())
    world.wire.fakes.clear()
    world.deploy(world.stack())
    assert len(_deployments(world)) == 1
    assert world.plan(world.stack()).to_do == ()


def test_going_back_to_an_earlier_definition_serves_its_snapshot_again(deployed: World) -> None:
    first = _served(deployed)
    deployed.deploy(deployed.stack(api={"cors_origin": "https://shop.example.com"}))
    deployed.deploy(deployed.stack())
    assert _served(deployed) == first


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


def test_renamed_stage_of_ours_is_made_beside_and_the_old_one_told(deployed: World) -> None:
    """Its URL is in use: what becomes of it isn't decided in passing."""
    stack = deployed.stack(api={"stage": "v1"})
    planned = deployed.plan(stack)
    assert _action(planned, "stage v1") == "create"
    assert any("the stage dev isn't ours" in note.text for note in planned.notes)


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
