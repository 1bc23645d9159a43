"""Step 7: what callers reach, by the listings of versions and aliases; only the calls needed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from steps_moto import REGION
from steps_releases import live, sources_with, versions
from steps_world import Quiet, World, error

from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import Change
from productsapi.errors import AwsError
from productsapi.routes import FUNCTIONS
from productsapi.steps.code import LiveCode

GET = "live code getproductfunction"


def test_reading_asks_once_and_for_no_function(deployed: World) -> None:
    """Two calls a function, whatever else is read from the same answers."""
    deployed.plan(deployed.stack())
    for operation in ("ListVersionsByFunction", "ListAliases"):
        asked = [call["FunctionName"] for call in deployed.asked(operation)]
        assert sorted(asked) == sorted(f"{function}productfunction" for function in FUNCTIONS)
    assert not [call for call in deployed.asked("GetFunction") if "Qualifier" in call]
    assert "GetAlias" not in deployed.operations


def test_each_version_carries_the_release_that_made_it(deployed: World) -> None:
    described = {
        version["Description"]
        for function in FUNCTIONS
        for version in deployed.client("lambda").list_versions_by_function(
            FunctionName=f"{function}productfunction"
        )["Versions"]
        if version["Version"] != "$LATEST"
    }
    [one] = described
    assert one.startswith("productsapi shop 20")
    assert one.endswith("Z by unknown")


def test_new_code_is_uploaded_published_and_made_live(deployed: World, tmp_path: Path) -> None:
    """No call beyond these: what the reading knows isn't asked again."""
    stack = deployed.stack(path=sources_with(tmp_path, get=" anew"))
    reading = deployed.look(stack)
    deployed.forget_calls()
    resource = LiveCode(stack, "get")
    resource.update(deployed.aws, reading.outputs, reading.observed[GET], frozenset({"code"}))
    assert deployed.operations == [
        "UpdateFunctionCode",
        "GetFunction",
        "PublishVersion",
        "UpdateAlias",
    ]


def test_changed_code_changes_nothing_else(deployed: World, tmp_path: Path) -> None:
    before = live(deployed)
    stack = deployed.stack(path=sources_with(tmp_path, get=" anew"))
    deployed.deploy(stack)
    assert [change.key for change in deployed.shown.to_do] == [GET]
    assert live(deployed) == {**before, "get": "2"}
    assert "CreateDeployment" not in deployed.operations


@pytest.mark.parametrize("weights", [{"1": 0.1}, {"1": 0.25, "2": 0.25}])
def test_a_share_of_callers_is_open_and_closed(deployed: World, weights: dict[str, float]) -> None:
    deployed.deploy(deployed.stack(functions={"memory_mb": 512}))
    deployed.client("lambda").update_alias(
        FunctionName="getproductfunction",
        Name="live",
        RoutingConfig={"AdditionalVersionWeights": weights},
        FunctionVersion="2",
    )
    deployed.forget_calls()
    stack = deployed.stack(functions={"memory_mb": 512})
    planned = deployed.plan(stack)
    assert [change.key for change in planned.to_do] == [GET]
    assert [field.field for field in planned[GET].fields] == ["weights"]
    assert planned[GET].exposes_access
    deployed.deploy(stack)
    assert deployed.changing == ["UpdateAlias"]
    assert deployed.plan(stack).to_do == ()


def test_a_killed_runs_version_is_taken_up(
    deployed: World,
) -> None:
    stack = deployed.stack(functions={"memory_mb": 512})
    deployed.fake("UpdateAlias", error("AccessDeniedException", status=403))
    with pytest.raises(AwsError):
        deployed.deploy(stack)
    deployed.wire.fakes.pop("UpdateAlias")
    made = {function: versions(deployed, function) for function in FUNCTIONS}
    deployed.forget_calls()
    deployed.deploy(stack)
    again = [f for f in FUNCTIONS if versions(deployed, f) != made[f]]
    assert len(deployed.asked("PublishVersion")) == len(again) < 4
    assert deployed.plan(stack).to_do == ()


def test_a_version_never_live_is_followed_by_another(deployed: World) -> None:
    """Else a rollback to a later release would serve what nobody ever has."""
    deployed.fake("UpdateAlias", error("AccessDeniedException", status=403))
    with pytest.raises(AwsError):
        deployed.deploy(deployed.stack(functions={"memory_mb": 512}))
    deployed.wire.fakes.pop("UpdateAlias")
    left = [function for function in FUNCTIONS if versions(deployed, function) == ["1", "2"]]
    assert left
    planned = deployed.plan(deployed.stack())
    for function in left:
        fields = {f.field: f.old for f in planned[f"live code {function}productfunction"].fields}
        assert fields["superseded_by"] == "2"
    deployed.deploy(deployed.stack())
    assert {function: live(deployed)[function] for function in left} == dict.fromkeys(left, "3")
    assert deployed.plan(deployed.stack()).to_do == ()


def test_code_put_back_makes_no_further_version(deployed: World) -> None:
    """Nobody has met what was changed: it was never published."""
    deployed.client("lambda").update_function_code(
        FunctionName="createproductfunction", ZipFile=deployed.stack().code["get"]
    )
    deployed.forget_calls()
    deployed.deploy(deployed.stack())
    assert deployed.changing == ["UpdateFunctionCode"]
    assert deployed.plan(deployed.stack()).to_do == ()


def test_a_gone_alias_is_made_of_the_same_version(deployed: World) -> None:
    deployed.client("lambda").delete_alias(FunctionName="getproductfunction", Name="live")
    deployed.forget_calls()
    deployed.deploy(deployed.stack())
    assert "PublishVersion" not in deployed.operations
    assert deployed.asked("CreateAlias")[0]["FunctionVersion"] == "1"
    assert deployed.plan(deployed.stack()).to_do == ()


def test_a_gone_alias_with_other_code_publishes_ours(deployed: World) -> None:
    deployed.client("lambda").delete_alias(FunctionName="createproductfunction", Name="live")
    deployed.client("lambda").update_function_code(
        FunctionName="createproductfunction", ZipFile=deployed.stack().code["get"]
    )
    deployed.deploy(deployed.stack())
    assert deployed.plan(deployed.stack()).to_do == ()


def test_versions_are_read_from_all_pages(deployed: World) -> None:
    """With 50 releases kept, $LATEST makes it 51: Lambda lists 50 at once."""
    whole = deployed.client("lambda").list_versions_by_function(FunctionName="getproductfunction")
    latest, first = whole["Versions"]
    second = {**first, "Version": "2"}

    def pages(asked: dict[str, Any]) -> dict[str, Any]:
        if "Marker" in asked:
            return {"Versions": [second]}
        return {"Versions": [latest, first], "NextMarker": "more"}

    deployed.fake("ListVersionsByFunction", pages)
    seen = LiveCode(deployed.stack(), "get").read(deployed.aws, Outputs())
    assert seen is not None
    assert [version.number for version in seen.raw["published"].versions] == [1, 2]


def test_a_version_not_listed_yet_is_asked_for(deployed: World) -> None:
    """And an older one that it shows doesn't supersede it."""
    whole = deployed.client("lambda").list_versions_by_function(FunctionName="getproductfunction")
    deployed.deploy(deployed.stack(functions={"memory_mb": 512}))
    deployed.fake("ListVersionsByFunction", whole)
    seen = LiveCode(deployed.stack(), "get").read(deployed.aws, Outputs())
    assert seen is not None
    assert (seen.fields["memory_mb"], seen.fields["superseded_by"]) == (512, None)
    assert deployed.asked("GetFunction")[-1]["Qualifier"] == "2"


class Waits(Quiet):
    """What each change waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.reported: list[tuple[str, str]] = []

    def waiting(self, change: Change, reason: str) -> None:
        self.reported.append((change.key, reason))


@pytest.mark.parametrize("here", [False, True], ids=["AWS", "an emulator"])
@pytest.mark.parametrize("added", [True, False], ids=["rights added", "rights as they were"])
def test_k6_added_rights_get_time_before_the_alias(
    deployed: World, added: bool, here: bool
) -> None:
    """Only where both happen in one run, and on AWS: nothing else is late."""
    if here:
        location = replace(deployed.location, endpoint_url="http://127.0.0.1:4566")
        deployed.aws = replace(deployed.aws, location=location)
    if added:
        less = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}
        deployed.client("iam").put_role_policy(
            RoleName=f"getproductfunction-{REGION}",
            PolicyName="productsapi",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [less]}),
        )
    waits = Waits()
    deployed.deploy(deployed.stack(functions={"memory_mb": 512}), waits)
    spread = [key for key, reason in waits.reported if "new rights" in reason]
    assert spread == ([GET] if added and not here else [])
