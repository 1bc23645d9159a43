"""Going back to a former release: what is moved, in which order, and that it converges."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from steps_kept import Kept, KeptAfter
from steps_releases import (
    ORIGIN,
    going_back,
    live,
    releases,
    report_summaries,
    sources_with,
    stage,
)
from steps_world import World, error

from productsapi.errors import AwsError
from productsapi.routes import FUNCTIONS

ONES = dict.fromkeys(FUNCTIONS, "1")
TWOS = dict.fromkeys(FUNCTIONS, "2")


@pytest.fixture(scope="module")
def two_releases(kept_after: KeptAfter) -> Kept:
    return kept_after(lambda world: world.deploy(world.stack(api={"cors_origin": ORIGIN})))


@pytest.fixture
def twice(two_releases: Kept, deployed: World) -> World:
    """Two releases that differ in everything: settings of all functions, and the API."""
    two_releases.put_back()
    report_summaries(deployed)
    return deployed


def test_moves_the_stage_then_aliases_and_nothing_else(twice: World) -> None:
    """What callers meet in between is what they met in the deploy: the former API, newer code."""
    first = releases(twice, twice.stack()).entries[1]
    going_back(twice, twice.stack())
    assert twice.changing == ["UpdateStage", *["UpdateAlias"] * 4]
    assert stage(twice)["deploymentId"] == first.state.deployment.id
    assert live(twice) == ONES


def test_stage_moves_and_says_so_in_one_call(twice: World) -> None:
    """Killed after it, the rollback is known of all the same."""
    first = releases(twice, twice.stack()).entries[1]
    going_back(twice, twice.stack())
    [call] = twice.asked("UpdateStage")
    moved, said = call["patchOperations"]
    assert moved == {
        "op": "replace",
        "path": "/deploymentId",
        "value": first.state.deployment.id,
    }
    assert (said["op"], said["path"]) == ("replace", "/description")
    assert said["value"].startswith(f"productsapi rollback to {first.release}, made 2")


def test_aliases_send_all_callers_to_the_one_version(twice: World) -> None:
    going_back(twice, twice.stack())
    sent = [(call["FunctionVersion"], call["RoutingConfig"]) for call in twice.asked("UpdateAlias")]
    assert sent == [("1", {"AdditionalVersionWeights": {}})] * 4


def test_where_only_code_differs_only_its_alias_moves(deployed: World, tmp_path: Path) -> None:
    """The stage says that a rollback is in force, but serves what it did."""
    stack = deployed.stack(path=sources_with(tmp_path, get=" anew"))
    deployed.deploy(stack)
    deployed.forget_calls()
    going_back(deployed, stack)
    assert [call["FunctionName"] for call in deployed.asked("UpdateAlias")] == [
        "getproductfunction"
    ]
    [call] = deployed.asked("UpdateStage")
    assert [patch["path"] for patch in call["patchOperations"]] == ["/description"]
    assert live(deployed) == ONES


def test_needs_no_sources(twice: World, tmp_path: Path) -> None:
    """Who goes back in a hurry may have nothing but the configuration at hand."""
    going_back(twice, twice.stack(path=tmp_path / "config" / "dev.yaml"))
    assert live(twice) == ONES


def test_plan_says_its_in_force_and_the_way_forward(twice: World) -> None:
    first = releases(twice, twice.stack()).entries[1]
    going_back(twice, twice.stack())
    planned = twice.plan(twice.stack(api={"cors_origin": ORIGIN}))
    [note] = [note.text for note in planned.notes]
    assert f"a rollback is in force, to the release of {first.release}" in note
    assert {change.key for change in planned.to_do} == {
        "stage dev",
        "deployment dev",
        *(f"live code {function}productfunction" for function in FUNCTIONS),
    }
    assert not [change for change in planned.to_do if change.exposes_access]
    back = {field.field: field.old for field in planned["stage dev"].fields}
    assert back["rollback"] == str(first.release)


def test_the_next_deploy_goes_forward_to_the_same(twice: World) -> None:
    """No version and no deployment is made: the newest ones are what is wanted."""
    stack = replace(twice.stack(api={"cors_origin": ORIGIN}), release_hold=True)
    served = stage(twice)["deploymentId"]
    going_back(twice, stack)
    twice.forget_calls()
    twice.deploy(stack)
    assert twice.changing == [*["UpdateAlias"] * 4, "UpdateStage"]
    [call] = twice.asked("UpdateStage")
    assert [patch["value"] for patch in call["patchOperations"]] == [served, "productsapi shop"]
    assert live(twice) == TWOS
    again = twice.plan(stack)
    assert (again.to_do, again.notes) == ((), ())
    assert len(releases(twice, stack).entries) == 2


def test_the_former_configuration_is_the_newest_again(twice: World) -> None:
    """So that the history shows what is served, in its order."""
    going_back(twice, twice.stack())
    twice.deploy(twice.stack())
    assert live(twice) == dict.fromkeys(FUNCTIONS, "3")
    assert twice.plan(twice.stack()).to_do == ()
    history = releases(twice, twice.stack())
    assert history.in_force == history.entries[0].release
    assert history.entries[0].state == history.served
    assert history.rollback is None


def test_forward_moves_aliases_first_without_a_mark(twice: World) -> None:
    stack = twice.stack(api={"cors_origin": ORIGIN})
    going_back(twice, stack)
    twice.forget_calls()
    going_back(twice, stack, "1")
    assert twice.changing == [*["UpdateAlias"] * 4, "UpdateStage"]
    assert live(twice) == TWOS
    assert (twice.plan(stack).to_do, twice.plan(stack).notes) == ((), ())


def test_to_what_is_in_force_there_is_nothing_to_do(twice: World) -> None:
    going_back(twice, twice.stack(), "2")
    twice.forget_calls()
    planned, _ = going_back(twice, twice.stack(), "2")
    assert planned.to_do == ()
    assert twice.changing == []


@pytest.mark.parametrize("operation", ["UpdateStage", "UpdateAlias"])
def test_killed_half_way_the_next_rollback_finishes_it(twice: World, operation: str) -> None:
    """Without a target: it doesn't go back one further."""
    _break(twice, operation)
    going_back(twice, twice.stack())
    assert live(twice) == ONES
    assert releases(twice, twice.stack()).unfinished is None
    assert "rollback" in stage(twice)["description"]


@pytest.mark.parametrize("operation", ["UpdateStage", "UpdateAlias"])
def test_killed_half_way_the_next_deploy_goes_forward(twice: World, operation: str) -> None:
    _break(twice, operation)
    stack = replace(twice.stack(api={"cors_origin": ORIGIN}), release_hold=True)
    twice.deploy(stack)
    assert live(twice) == TWOS
    assert (twice.plan(stack).to_do, twice.plan(stack).notes) == ((), ())


def test_killed_half_way_forward_aliases_stay_first(twice: World) -> None:
    """The stage never meets code that is older than it."""
    stack = twice.stack(api={"cors_origin": ORIGIN})
    going_back(twice, stack)
    _break(twice, "UpdateAlias", "1")
    twice.forget_calls()
    going_back(twice, stack, "1")
    assert twice.changing[-1] == "UpdateStage"
    assert "UpdateAlias" in twice.changing
    assert live(twice) == TWOS


def _break(world: World, operation: str, to: str | None = None) -> None:
    """A rollback that ends at this call: at the third of the aliases."""
    left = [2 if operation == "UpdateAlias" else 0]

    def refuse(_asked: object) -> dict[str, object] | None:
        left[0] -= 1
        return None if left[0] >= 0 else error("AccessDeniedException", status=403)

    world.fake(operation, refuse)
    with pytest.raises(AwsError):
        going_back(world, world.stack(), to)
    world.wire.fakes.pop(operation)


def test_a_canary_of_others_is_ended(twice: World) -> None:
    """Else some callers would still reach a deployment that nobody has looked at."""
    canary = {"deploymentId": "theirs", "percentTraffic": 10.0}
    twice.alter("GetStages", lambda _, reported: reported["item"][0].update(canarySettings=canary))
    twice.fake("UpdateStage", {})
    planned, _ = going_back(twice, twice.stack())
    assert planned["stage dev"].exposes_access
    [call] = twice.asked("UpdateStage")
    assert {"op": "remove", "path": "/canarySettings"} in call["patchOperations"]
