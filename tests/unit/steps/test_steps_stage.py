"""The stage: what else it sends callers to, its name, and what becomes of a former one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from steps_releases import going_back, report_summaries
from steps_world import World, error


def test_canary_is_an_exposure_and_is_ended(deployed: World) -> None:
    """It sends a share of the callers to a deployment that may let in anybody."""
    canary = {"deploymentId": "theirs", "percentTraffic": 10.0}
    deployed.alter(
        "GetStages", lambda _, reported: reported["item"][0].update(canarySettings=canary)
    )
    planned = deployed.plan(deployed.stack())
    assert [(f.field, f.old) for f in planned["stage dev"].fields] == [
        ("canary", "deployment theirs: 10 %")
    ]
    assert planned["stage dev"].exposes_access
    deployed.fake("UpdateStage", {})
    deployed.forget_calls()
    deployed.deploy(deployed.stack())
    [call] = deployed.asked("UpdateStage")
    assert call["patchOperations"] == [{"op": "remove", "path": "/canarySettings"}]


def test_a_renamed_stage_is_new_before_the_old_goes(deployed: World) -> None:
    """Its URL changes, which is reported; what it serves is what the old one did."""
    stack = deployed.stack(api={"stage": "v1"})
    served = _served(deployed)
    planned = deployed.plan(stack)
    assert {change.key: change.action.value for change in planned.to_do} == {
        "stage v1": "create",
        "former stages ProductsAPI": "update",
    }
    assert [f.field for f in planned["former stages ProductsAPI"].fields] == ["stages.dev"]
    [note] = [note.text for note in planned.notes]
    assert f"https://{deployed.outputs()['api_id']}.execute-api.eu-west-2.amazonaws.com/v1" in note
    deployed.forget_calls()
    deployed.deploy(stack)
    assert deployed.changing == ["CreateStage", "UpdateStage", "DeleteStage"]
    assert _stages(deployed) == {"v1": served}
    again = deployed.plan(stack)
    assert (again.to_do, again.notes) == ((), ())


def test_renamed_twice_one_stage_is_left(deployed: World) -> None:
    deployed.fake("DeleteStage", error("AccessDeniedException", status=403))
    with pytest.raises(Exception, match="apigateway:DELETE"):
        deployed.deploy(deployed.stack(api={"stage": "v1"}))
    deployed.wire.fakes.pop("DeleteStage")
    assert set(_stages(deployed)) == {"dev", "v1"}
    deployed.deploy(deployed.stack(api={"stage": "v2"}))
    assert set(_stages(deployed)) == {"v2"}
    assert deployed.plan(deployed.stack(api={"stage": "v2"})).to_do == ()


def test_stage_of_others_is_no_former_one(deployed: World) -> None:
    deployed.client("apigateway").create_stage(
        restApiId=deployed.outputs()["api_id"], stageName="theirs", deploymentId=_served(deployed)
    )
    deployed.deploy(deployed.stack(api={"stage": "v1"}))
    assert set(_stages(deployed)) == {"v1", "theirs"}


def test_teardown_amid_renaming_removes_both_first(deployed: World) -> None:
    """From then on nobody reaches the functions."""
    deployed.fake("DeleteStage", error("AccessDeniedException", status=403))
    stack = deployed.stack(api={"stage": "v1"})
    with pytest.raises(Exception, match="apigateway:DELETE"):
        deployed.deploy(stack)
    deployed.wire.fakes.pop("DeleteStage")
    deployed.forget_calls()
    deployed.teardown(stack)
    assert deployed.changing[:2] == ["DeleteStage", "DeleteStage"]


def test_rollback_of_the_old_stage_ends_with_it(deployed: World) -> None:
    report_summaries(deployed)
    deployed.deploy(deployed.stack(functions={"memory_mb": 512}))
    going_back(deployed, deployed.stack())
    stack = deployed.stack(functions={"memory_mb": 512}, api={"stage": "v1"})
    deployed.deploy(replace(stack, release_hold=True))
    again = deployed.plan(stack)
    assert (again.to_do, again.notes) == ((), ())


def _served(world: World) -> str:
    return _stages(world)["dev"]


def _stages(world: World) -> dict[str, str]:
    """Each with the deployment that it serves."""
    api_id = world.outputs()["api_id"]
    found = world.client("apigateway").get_stages(restApiId=api_id)["item"]
    return {stage["stageName"]: stage["deploymentId"] for stage in found}
