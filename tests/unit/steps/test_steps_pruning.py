"""Old versions and deployments go: shown in the plan, never one in use, and none is left behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from steps_changes import ORIGIN
from steps_kept import Kept, KeptAfter
from steps_releases import deployments, going_back, live, releases, report_summaries, sources_with
from steps_releases import versions as versions_of
from steps_world import World, error

from productsapi.errors import AwsError
from productsapi.routes import FUNCTIONS

RELEASES = "releases shop"
TWO: dict[str, Any] = {"releases": {"keep": 2}}


@pytest.fixture(scope="module")
def three_releases(kept_after: KeptAfter) -> Kept:
    def work(world: World) -> None:
        report_summaries(world)
        world.deploy(world.stack(api={"cors_origin": "https://one.example.com"}))
        world.deploy(_third(world))

    return kept_after(work)


@pytest.fixture
def thrice(three_releases: Kept, deployed: World) -> World:
    """Three releases of everything; the last one's settings are memory 1024 and this origin."""
    three_releases.put_back()
    report_summaries(deployed)
    return deployed


def _third(world: World, **changes: Any) -> Any:
    return world.stack(api={"cors_origin": ORIGIN}, **changes)


def test_fewer_kept_removes_just_what_it_shows(thrice: World) -> None:
    oldest, *others = deployments(thrice)
    planned = thrice.plan(_third(thrice, **TWO))
    assert [change.key for change in planned.to_do] == [RELEASES]
    assert {field.field: (field.old, field.new) for field in planned[RELEASES].fields} == {
        **{f"versions.{f}productfunction": ("1, 2, 3", "2, 3") for f in FUNCTIONS},
        "deployments": (", ".join([oldest, *others]), ", ".join(others)),
    }
    thrice.deploy(_third(thrice, **TWO))
    assert sorted(thrice.changing) == ["DeleteDeployment", *["DeleteFunction"] * 4]
    assert [versions_of(thrice, function) for function in FUNCTIONS] == [["2", "3"]] * 4
    assert deployments(thrice) == others
    assert thrice.plan(_third(thrice, **TWO)).to_do == ()


def test_it_removes_versions_and_no_function(thrice: World) -> None:
    thrice.deploy(_third(thrice, **TWO))
    asked = thrice.asked("DeleteFunction")
    assert {call["Qualifier"] for call in asked} == {"1"}
    assert len(asked) == 4


def test_release_that_is_coming_counts(thrice: World) -> None:
    """Told before it is made, gone after all else is done, and nothing is left to do then."""
    stack = thrice.stack(**TWO)
    planned = thrice.plan(stack)
    assert planned[RELEASES].fields[0].new == "3"
    thrice.deploy(stack)
    first_removal = thrice.operations.index("DeleteFunction")
    assert first_removal > thrice.operations.index("UpdateStage")
    assert versions_of(thrice) == ["3", "4"]
    assert len(deployments(thrice)) == 2
    assert thrice.plan(stack).to_do == ()


def test_what_was_planned_is_what_goes(thrice: World) -> None:
    stack = thrice.stack(**TWO)
    planned = {field.field: field.new for field in thrice.plan(stack)[RELEASES].fields}
    thrice.deploy(stack)
    assert planned["versions.getproductfunction"] == ", ".join(versions_of(thrice)[:-1])
    assert planned["deployments"] == deployments(thrice)[0]


def test_only_what_is_changed_loses_an_old_one(thrice: World, tmp_path: Path) -> None:
    """The other functions have no more than are kept."""
    thrice.deploy(_third(thrice, **TWO))
    thrice.forget_calls()
    anew = _third(thrice, **TWO, path=sources_with(tmp_path, get=" anew"))
    thrice.deploy(anew)
    assert [call["FunctionName"] for call in thrice.asked("DeleteFunction")] == [
        "getproductfunction"
    ]
    assert (versions_of(thrice), versions_of(thrice, "create")) == (["3", "4"], ["2", "3"])
    assert len(releases(thrice, anew).entries) == 2


def test_of_one_release_only_the_present_one_is_kept(thrice: World) -> None:
    stack = thrice.stack(releases={"keep": 1})
    thrice.deploy(stack)
    assert (versions_of(thrice), len(deployments(thrice))) == (["4"], 1)
    assert thrice.plan(stack).to_do == ()


def test_nothing_goes_that_another_alias_uses(thrice: World) -> None:
    thrice.client("lambda").create_alias(
        FunctionName="getproductfunction",
        Name="theirs",
        FunctionVersion="3",
        RoutingConfig={"AdditionalVersionWeights": {"1": 0.5}},
    )
    stack = thrice.stack(releases={"keep": 1})
    thrice.deploy(stack)
    assert versions_of(thrice) == ["1", "3", "4"]
    assert versions_of(thrice, "create") == ["4"]
    assert thrice.plan(stack).to_do == ()


def test_nothing_goes_that_another_stage_serves(thrice: World) -> None:
    oldest, *_ = deployments(thrice)
    thrice.client("apigateway").create_stage(
        restApiId=thrice.outputs()["api_id"], stageName="theirs", deploymentId=oldest
    )
    thrice.deploy(_third(thrice, releases={"keep": 1}))
    assert deployments(thrice)[0] == oldest
    assert len(deployments(thrice)) == 2
    assert thrice.plan(_third(thrice, releases={"keep": 1})).to_do == ()


def test_nothing_goes_that_a_foreign_canary_serves(thrice: World) -> None:
    oldest, _, newest = deployments(thrice)
    thrice.client("apigateway").create_stage(
        restApiId=thrice.outputs()["api_id"], stageName="theirs", deploymentId=newest
    )

    def canary(_: Any, reported: dict[str, Any]) -> None:
        for stage in reported["item"]:
            if stage["stageName"] == "theirs":
                stage["canarySettings"] = {"deploymentId": oldest, "percentTraffic": 1.0}

    thrice.alter("GetStages", canary)
    thrice.deploy(_third(thrice, releases={"keep": 1}))
    assert deployments(thrice) == [oldest, newest]


def test_what_somebody_began_to_use_meanwhile_stays(thrice: World) -> None:
    """AWS says so when it is asked to remove it."""
    lambda_says = "Unable to delete version because the following aliases reference it: [theirs]"
    gateway_says = "Active stages pointing to this deployment must be moved or deleted"
    thrice.fake(
        "DeleteFunction",
        lambda asked: (
            error("ResourceConflictException", lambda_says, 409)
            if asked["FunctionName"] == "getproductfunction"
            else None
        ),
    )
    thrice.fake("DeleteDeployment", error("BadRequestException", gateway_says))
    thrice.deploy(_third(thrice, **TWO))
    assert (versions_of(thrice), versions_of(thrice, "create")) == (["1", "2", "3"], ["2", "3"])


@pytest.mark.parametrize(
    ("operation", "code", "text"),
    [
        ("DeleteFunction", "InvalidParameterValueException", "no"),
        ("DeleteDeployment", "BadRequestException", "something else"),
    ],
)
def test_other_refusals_are_reported(thrice: World, operation: str, code: str, text: str) -> None:
    thrice.fake(operation, error(code, text))
    with pytest.raises(AwsError, match=code):
        thrice.deploy(_third(thrice, **TWO))


@pytest.mark.parametrize(
    ("operation", "code"),
    [("DeleteFunction", "ResourceNotFoundException"), ("DeleteDeployment", "NotFoundException")],
)
def test_what_is_gone_already_is_fine(thrice: World, operation: str, code: str) -> None:
    """As when the call took effect, its answer was lost, and the SDK sent it again."""
    thrice.lose(operation, code)
    thrice.deploy(_third(thrice, **TWO))
    assert (versions_of(thrice), len(deployments(thrice))) == (["2", "3"], 2)


def test_what_a_killed_run_left_goes_in_time(thrice: World) -> None:
    """It published, and never came to the end: another release is made, and then another."""
    thrice.fake("UpdateAlias", error("AccessDeniedException", status=403))
    with pytest.raises(AwsError):
        thrice.deploy(_third(thrice, **TWO, functions={"memory_mb": 512}))
    thrice.wire.fakes.pop("UpdateAlias")
    for memory in (1024, 2048):
        stack = _third(thrice, **TWO, functions={"memory_mb": memory})
        thrice.deploy(stack)
        assert thrice.plan(stack).to_do == ()
    assert {len(versions_of(thrice, function)) for function in FUNCTIONS} == {2}
    assert len(releases(thrice, stack).entries) == 2


def test_a_removal_cut_off_is_taken_up(thrice: World) -> None:
    thrice.fake("DeleteDeployment", error("AccessDeniedException", status=403))
    with pytest.raises(AwsError):
        thrice.deploy(_third(thrice, **TWO))
    thrice.wire.fakes.pop("DeleteDeployment")
    thrice.fill_gaps()
    thrice.deploy(_third(thrice, **TWO))
    assert len(deployments(thrice)) == 2
    assert thrice.plan(_third(thrice, **TWO)).to_do == ()


def test_amid_a_rollback_nothing_served_is_lost(thrice: World) -> None:
    """The plan is of going forward: what is served now goes only once it isn't any more."""
    going_back(thrice, _third(thrice), "3")
    assert live(thrice) == dict.fromkeys(FUNCTIONS, "1")
    thrice.forget_calls()
    thrice.deploy(replace(_third(thrice, **TWO), release_hold=True))
    assert thrice.operations.index("UpdateAlias") < thrice.operations.index("DeleteFunction")
    assert live(thrice) == dict.fromkeys(FUNCTIONS, "3")
    assert versions_of(thrice) == ["2", "3"]


def test_what_others_have_published_stays(deployed: World) -> None:
    """It carries no mark of ours, whether anything points to it or not."""
    function = deployed.client("lambda")
    function.update_function_configuration(FunctionName="getproductfunction", Timeout=3)
    function.publish_version(FunctionName="getproductfunction")
    theirs = deployed.client("apigateway").create_deployment(
        restApiId=deployed.outputs()["api_id"], description="quick fix"
    )
    for memory in (512, 1024):
        deployed.deploy(deployed.stack(functions={"memory_mb": memory}, releases={"keep": 1}))
    assert versions_of(deployed) == ["2", "4"]
    assert theirs["id"] in deployments(deployed)


def test_run_with_nothing_to_do_asks_no_more_for_it(thrice: World) -> None:
    """Versions, aliases and deployments are read anyway, once."""
    thrice.plan(_third(thrice))
    counted = {name: thrice.operations.count(name) for name in thrice.operations}
    assert counted["ListVersionsByFunction"] == counted["ListAliases"] == 4
    assert counted["GetDeployments"] == counted["GetDeployment"] == counted["GetStages"] == 1


def test_teardown_takes_all_of_it_along(thrice: World) -> None:
    planned, _ = thrice.teardown(_third(thrice))
    assert RELEASES not in {change.key for change in planned.changes}
    assert not [call for call in thrice.asked("DeleteFunction") if "Qualifier" in call]
