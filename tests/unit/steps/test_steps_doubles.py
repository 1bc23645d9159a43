"""Doubles of what the pointers name: found where they are looked for, removed if proven empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from steps_duplicates import KINDS, Kind, made_at
from steps_releases import deployments, stage
from steps_world import Quiet, World, lose_pointers

from productsapi.engine.plan import Change
from productsapi.errors import Interrupted, Refused
from productsapi.operations.doctor.duplicates import doubles
from productsapi.stack.duplicates import DOUBT_TAG

LISTINGS = {
    "CreateRestApi": ("GetRestApis", "items"),
    "CreateUserPool": ("ListUserPools", "UserPools"),
}
CLIENT = "twin app client ProductsWebAppClient"


class ReportingWaits(Quiet):
    """A report that keeps what is waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.reasons: list[str] = []

    def waiting(self, change: Change, reason: str) -> None:
        self.reasons.append(reason)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def _keys(world: World, **asked: Any) -> set[str]:
    return {change.key for change in world.plan(world.stack(**asked)).to_do}


def test_a_double_is_found_where_it_is_looked_for(deployed: World, kind: Kind) -> None:
    """And only there: what a plain plan asks stays bounded."""
    ours, duplicate = deployed.outputs()[kind.output], kind.make(deployed)
    deployed.forget_calls()
    assert _keys(deployed) == set()
    assert LISTINGS[kind.create][0] not in deployed.operations
    change = deployed.plan(deployed.stack(find_doubles=True))[kind.key]
    assert (change.action.value, change.reason) == ("delete", f"id {duplicate}")
    assert deployed.changing == []
    deployed.deploy(deployed.stack(find_doubles=True))
    assert kind.ids(deployed) == {ours}
    assert _keys(deployed, find_doubles=True) == set()


def test_one_with_something_in_it_stops_with_both_ids(deployed: World, kind: Kind) -> None:
    ours, duplicate = deployed.outputs()[kind.output], kind.make(deployed)
    kind.fill(deployed, duplicate)
    deployed.forget_calls()
    with pytest.raises(Refused) as refused:
        deployed.deploy(deployed.stack(find_doubles=True))
    assert ours in refused.value.message
    assert duplicate in refused.value.message
    assert deployed.changing == []


def test_a_teardown_keeps_what_isnt_empty_and_says_so(deployed: World, kind: Kind) -> None:
    ours, duplicate = deployed.outputs()[kind.output], kind.make(deployed)
    kind.fill(deployed, duplicate)
    planned, _ = deployed.teardown(deployed.stack(find_doubles=True))
    [kept] = [change for change in planned.kept if change.key == kind.key]
    assert ours in kept.reason
    assert duplicate in kept.reason
    assert kind.ids(deployed) == {duplicate}


def test_a_teardown_removes_an_empty_double(deployed: World, kind: Kind) -> None:
    kind.make(deployed)
    deployed.teardown(deployed.stack(find_doubles=True))
    assert kind.ids(deployed) == set()


def test_c1_users_are_listed_to_the_end(deployed: World) -> None:
    """C1: a page without users, and with a token, is no empty pool."""
    kind = KINDS["pool"]
    duplicate = kind.make(deployed)
    user = {"Username": "ann", "Enabled": True, "UserStatus": "CONFIRMED"}
    first = {"Users": [], "PaginationToken": "2"}
    deployed.fake(
        "ListUsers", lambda asked: {"Users": [user]} if "PaginationToken" in asked else first
    )
    with pytest.raises(Refused, match=f"{duplicate}: it has users"):
        deployed.deploy(deployed.stack(find_doubles=True))


def test_an_api_with_a_stage_is_in_use(deployed: World) -> None:
    duplicate = KINDS["API"].make(deployed)
    reported = {
        "item": [{"stageName": "dev", "deploymentId": "d", "tags": {"productsapi:stack": "shop"}}]
    }
    deployed.fake("GetStages", lambda asked: reported if asked["restApiId"] == duplicate else None)
    with pytest.raises(Refused, match=f"{duplicate}: it has the stage dev"):
        deployed.deploy(deployed.stack(find_doubles=True))


def test_a_pool_with_another_app_client_is_in_use(deployed: World) -> None:
    duplicate = KINDS["pool"].make(deployed)
    deployed.client("cognito-idp").create_user_pool_client(
        UserPoolId=duplicate, ClientName="theirs"
    )
    with pytest.raises(Refused, match=f"{duplicate}: it has the app client theirs"):
        deployed.deploy(deployed.stack(find_doubles=True))


@pytest.mark.parametrize(("age", "waits"), [(10, True), (29, True), (40, False)])
def test_one_younger_than_listings_lag_is_waited_for(
    deployed: World, kind: Kind, age: float, *, waits: bool
) -> None:
    """What was put in may not show yet; then it is looked into again."""
    made_at(kind.make(deployed), seconds_ago=age)
    report = ReportingWaits()
    deployed.deploy(deployed.stack(find_doubles=True), report)
    assert len(kind.ids(deployed)) == 1
    assert bool([each for each in report.reasons if "may not show yet" in each]) is waits


def _client(world: World, *, changed: bool) -> str:
    """Another of our name and settings; moto returns no client's times."""
    asked = world.outputs()
    reported = world.client("cognito-idp").describe_user_pool_client(
        UserPoolId=asked["user_pool_id"], ClientId=asked["client_id"]
    )["UserPoolClient"]
    reported.pop("ClientId")
    made = world.client("cognito-idp").create_user_pool_client(**reported)["UserPoolClient"]
    long_ago = datetime(2024, 1, 1, tzinfo=timezone.utc)
    times = {"CreationDate": long_ago, "LastModifiedDate": long_ago + timedelta(days=changed)}
    world.alter(
        "DescribeUserPoolClient", lambda _, reported: reported["UserPoolClient"].update(times)
    )
    world.forget_calls()
    return str(made["ClientId"])


def test_a_client_made_twice_goes(deployed: World) -> None:
    """Known by its pool, its name, settings that are all ours, and that nobody changed it."""
    duplicate = _client(deployed, changed=False)
    assert _keys(deployed) == set()
    assert deployed.plan(deployed.stack(find_doubles=True))[CLIENT].reason == f"id {duplicate}"
    deployed.deploy(deployed.stack(find_doubles=True))
    assert [call["ClientId"] for call in deployed.asked("DeleteUserPoolClient")] == [duplicate]
    assert _keys(deployed, find_doubles=True) == set()


def test_a_client_that_somebody_changed_stays(deployed: World) -> None:
    duplicate = _client(deployed, changed=True)
    with pytest.raises(Refused, match=f"{duplicate}: it isn't just as this stack makes one"):
        deployed.deploy(deployed.stack(find_doubles=True))
    assert deployed.changing == []


def test_a_client_accepted_beside_ours_is_no_double(deployed: World) -> None:
    duplicate = _client(deployed, changed=False)
    keys = _keys(deployed, find_doubles=True, auth={"client_ids": (duplicate,)})
    assert CLIENT not in keys


def test_of_two_clients_as_made_the_older_stays(deployed: World) -> None:
    """A run died before it wrote the pointers, and listings lagged."""
    used, duplicate = deployed.outputs()["client_id"], _client(deployed, changed=False)
    lose_pointers(deployed)
    deployed.deploy(deployed.stack())
    [gone] = [call["ClientId"] for call in deployed.asked("DeleteUserPoolClient")]
    assert gone in {used, duplicate}
    assert deployed.outputs()["client_id"] in {used, duplicate} - {gone}
    assert deployed.plan(deployed.stack()).to_do == ()


# -- after a lost answer, and before the first pointers --------------------------------------------


def _hide(world: World, kind: Kind, hidden: list[str]) -> None:
    listing, key = LISTINGS[kind.create]

    def report(_asked: dict[str, Any], reported: dict[str, Any]) -> None:
        reported[key] = [
            each for each in reported[key] if (each.get("id") or each["Id"]) not in hidden
        ]

    world.alter(listing, report)


def _cut_once(world: World, kind: Kind, then: Callable[[str], object]) -> None:
    """The first create takes effect, and its answer is lost."""
    asks = iter([True])

    def cut(_asked: dict[str, Any], reported: dict[str, Any]) -> None:
        if next(asks, None):
            then(str(reported["id"] if "id" in reported else reported["UserPool"]["Id"]))
            raise Interrupted(kind.create, "ConnectionLost", "cut")

    world.alter(kind.create, cut)


def _mark(world: World) -> str | None:
    arn = world.location.table_arn("ProductsTable")
    tags = world.client("dynamodb").list_tags_of_resource(ResourceArn=arn)["Tags"]
    return next((tag["Value"] for tag in tags if tag["Key"] == DOUBT_TAG), None)


def test_a_lost_answer_is_looked_for_for_30_s(world: World, kind: Kind) -> None:
    """As long as listings may lag, and each time said so: it shows at last, nothing is doubled."""
    hidden: list[str] = []
    waits: list[float] = []
    _hide(world, kind, hidden)
    _cut_once(world, kind, hidden.append)

    def pause(seconds: float) -> None:
        waits.append(seconds)
        if sum(waits) >= 29:
            hidden.clear()

    world.aws = replace(world.aws, pause=pause)
    world.fill_gaps()
    world.deploy(world.stack())
    assert len(kind.ids(world)) == 1
    assert _mark(world) is None
    assert world.plan(world.stack()).to_do == ()


def test_what_shows_later_is_found_by_the_next_runs(world: World, kind: Kind) -> None:
    """The lost answer is noted with the pointers: for an hour all runs look, by full listings."""
    hidden: list[str] = []
    _hide(world, kind, hidden)
    _cut_once(world, kind, hidden.append)
    world.fill_gaps()
    world.deploy(world.stack())
    [lost] = hidden
    assert _mark(world)
    assert world.plan(world.stack()).to_do == ()
    hidden.clear()
    late = replace(world.stack(), began=datetime.now(timezone.utc) + timedelta(hours=2))
    assert world.plan(late).to_do == ()
    assert world.plan(world.stack())[kind.key].reason == f"id {lost}"
    world.deploy(world.stack())
    assert len(kind.ids(world)) == 1
    assert world.plan(world.stack()).to_do == ()


def test_a_run_before_that_wrote_no_pointers_is_noted(world: World, kind: Kind) -> None:
    """It died between a create and the pointers, and what it made shows after the next run."""
    world.deploy(world.stack())
    world.fill_gaps()
    lose_pointers(world)
    world.deploy(world.stack())
    assert _mark(world)
    duplicate = kind.make(world)
    assert world.plan(world.stack())[kind.key].reason == f"id {duplicate}"


def test_after_a_kill_it_is_in_doubt_what_there_is(world: World, kind: Kind) -> None:
    """The killed run may have made one before the table; no listing need show it by now."""
    hidden: list[str] = []
    _hide(world, kind, hidden)
    world.fill_gaps()
    hidden.append(kind.make(world))
    world.deploy(replace(world.stack(), after_a_kill=True))
    assert _mark(world)
    assert world.plan(world.stack()).to_do == ()
    hidden.clear()
    world.deploy(world.stack())
    assert len(kind.ids(world)) == 1


def test_what_shows_before_the_pointers_is_noted(world: World, kind: Kind) -> None:
    """Of a fresh deploy, whose own look right after its create was too early."""
    hidden = [kind.make(world)]
    made_at(hidden[0], seconds_ago=60)
    oldest, report = hidden[0], ReportingWaits()
    _hide(world, kind, hidden)
    world.fill_gaps()
    world.alter("CreateUserPoolClient", lambda *_: hidden.clear())
    world.deploy(world.stack(), report)
    assert [text for text in report.reasons if f"made twice, {oldest}" in text]
    assert world.plan(world.stack())[kind.key].reason == f"id {oldest}"


def test_a_fresh_deploy_leaves_no_mark(deployed: World) -> None:
    assert _mark(deployed) is None


# -- reported --------------------------------------------------------------------------------------


def test_doctor_lists_duplicates_and_what_to_type(deployed: World, kind: Kind) -> None:
    ours, duplicate = deployed.outputs()[kind.output], kind.make(deployed)
    deployed.forget_calls()
    [found] = doubles(deployed.aws, deployed.stack(find_doubles=True))
    assert found.state.value == "warning"
    assert ours in found.text
    assert duplicate in found.text
    assert "productsapi deploy --find-doubles" in found.fix
    kind.fill(deployed, duplicate)
    deployed.forget_calls()
    [found] = doubles(deployed.aws, deployed.stack(find_doubles=True))
    assert "which one is needed" in found.fix
    assert deployed.changing == []


def test_doctor_says_where_nothing_is_doubled(deployed: World) -> None:
    [found] = doubles(deployed.aws, deployed.stack(find_doubles=True))
    assert (found.state.value, found.text) == ("ok", "nothing of this stack is there twice")


# -- deployments -----------------------------------------------------------------------------------


def test_a_deployment_made_twice_goes(deployed: World) -> None:
    """One release makes one of one definition; what is served stays, whichever is younger."""
    served, api_id = stage(deployed)["deploymentId"], deployed.outputs()["api_id"]
    gateway = deployed.client("apigateway")
    mark = gateway.get_deployment(restApiId=api_id, deploymentId=served)["description"]
    duplicate = gateway.create_deployment(restApiId=api_id, description=mark)["id"]
    deployed.forget_calls()
    assert _keys(deployed) == {"releases shop"}
    deployed.deploy(deployed.stack())
    assert deployed.changing == ["DeleteDeployment"]
    assert deployments(deployed) == [served] != [duplicate]
    assert deployed.plan(deployed.stack()).to_do == ()


def test_a_lost_deployment_is_looked_for(deployed: World) -> None:
    asks, looks = iter([True]), iter(range(2))

    def cut(_asked: dict[str, Any], _reported: dict[str, Any]) -> None:
        if next(asks, None):
            raise Interrupted("CreateDeployment", "ConnectionLost", "cut")

    def lag(_asked: dict[str, Any], reported: dict[str, Any]) -> None:
        if "CreateDeployment" in deployed.operations and next(looks, None) is not None:
            reported["items"] = reported["items"][:1]

    deployed.alter("CreateDeployment", cut)
    deployed.alter("GetDeployments", lag)
    stack = deployed.stack(api={"cors_origin": "https://shop.example.com"})
    deployed.deploy(stack)
    assert deployed.operations.count("CreateDeployment") == 1
    assert len(deployments(deployed)) == 2
    assert deployed.plan(stack).to_do == ()
