"""Duplicates: AWS takes a create that is sent again for another one. The right one stays."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from steps_duplicates import KINDS, OURS, Kind, made_at
from steps_moto import rest_api, user_pool
from steps_world import Quiet, World, error, lose_pointers

from productsapi.engine.apply import apply
from productsapi.errors import AccessDenied, Refused
from productsapi.options.registry import resources

OLD, YOUNG = (datetime(year, 1, 1, tzinfo=timezone.utc) for year in (2024, 2025))


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def test_empty_duplicate_is_planned_by_id_and_removed(deployed: World, kind: Kind) -> None:
    """Found where the pointer is lost and all of the name are looked at."""
    ours, duplicate = deployed.outputs()[kind.output], kind.make(deployed)
    lose_pointers(deployed)
    change = deployed.plan(deployed.stack())[kind.key]
    assert (change.action.value, change.reason) == ("delete", f"id {duplicate}")
    deployed.deploy(deployed.stack())
    assert kind.ids(deployed) == {ours}
    assert deployed.outputs()[kind.output] == ours
    assert deployed.plan(deployed.stack()).to_do == ()


def test_two_with_contents_are_refused_with_both_ids(deployed: World, kind: Kind) -> None:
    ours, duplicate = deployed.outputs()[kind.output], kind.make(deployed)
    kind.fill(deployed, duplicate)
    lose_pointers(deployed)
    with pytest.raises(Refused) as refused:
        deployed.deploy(deployed.stack())
    assert ours in refused.value.message
    assert duplicate in refused.value.message
    assert deployed.changing == []


def test_of_two_empty_ones_the_older_stays(world: World, kind: Kind) -> None:
    """Both from runs that were killed right there."""
    first, second = kind.make(world), kind.make(world)
    made_at(first, seconds_ago=20)
    made_at(second, seconds_ago=10)
    world.deploy(world.stack())
    assert kind.ids(world) == {first}
    assert world.outputs()[kind.output] == first


def test_a_duplicate_that_was_filled_meanwhile_stays(deployed: World, kind: Kind) -> None:
    ours, duplicate = deployed.outputs()[kind.output], kind.make(deployed)
    lose_pointers(deployed)
    stack = deployed.stack()
    planned = deployed.plan(stack)
    reading = deployed.look(stack)
    kind.fill(deployed, duplicate)
    apply(planned, resources(stack), reading, deployed.aws, Quiet()).raise_failure()
    assert kind.ids(deployed) == {ours, duplicate}


def test_a_duplicate_not_removed_is_found_again(deployed: World, kind: Kind) -> None:
    """The pointers, by which no second one would be looked for, are written after it has gone."""
    kind.make(deployed)
    lose_pointers(deployed)
    deployed.fake(kind.delete, error("AccessDeniedException", status=403))
    with pytest.raises(AccessDenied):
        deployed.deploy(deployed.stack())
    assert "TagResource" not in deployed.operations
    assert kind.key in {change.key for change in deployed.plan(deployed.stack()).to_do}


def test_teardown_removes_the_duplicate_too(deployed: World, kind: Kind) -> None:
    kind.make(deployed)
    lose_pointers(deployed)
    deployed.teardown(deployed.stack())
    assert kind.ids(deployed) == set()


def test_the_younger_one_is_given_up_by_who_made_it(world: World, kind: Kind) -> None:
    """One made before only shows after ours: a killed run's, or that of another run."""
    _hide_until_created(world, kind)
    world.fill_gaps()
    world.deploy(world.stack())
    [left] = kind.ids(world)
    assert world.outputs()[kind.output] == left
    assert _tags(left) == OURS
    assert world.operations.count(kind.delete) == 1
    assert world.plan(world.stack()).to_do == ()


def test_a_younger_one_is_left_to_who_made_it(world: World, kind: Kind) -> None:
    """Both look, and both must come to the same end."""
    made: list[str] = []

    def another(_params: dict[str, Any], _answer: dict[str, Any]) -> None:
        if not made:
            made.append("")
            made[0] = kind.make(world)
            made_at(made[0], seconds_ago=-60)

    world.alter(kind.create, another)
    world.deploy(world.stack())
    assert kind.delete not in world.operations
    assert world.outputs()[kind.output] != made[0]


def test_who_made_the_younger_client_gives_it_up(world: World) -> None:
    made: list[str] = []

    def another(params: dict[str, Any], answer: dict[str, Any]) -> None:
        if not made:
            made.append("")
            reported = world.client("cognito-idp").create_user_pool_client(
                **{k: v for k, v in params.items() if v is not None}
            )["UserPoolClient"]
            made[0] = reported["ClientId"]
            _client_ages(world, oldest=made[0])
            answer["UserPoolClient"]["CreationDate"] = YOUNG

    world.alter("CreateUserPoolClient", another)
    world.deploy(world.stack())
    outputs = world.outputs()
    assert set(user_pool(outputs["user_pool_id"]).clients) == {made[0]} == {outputs["client_id"]}


def _hide_until_created(world: World, kind: Kind) -> None:
    """The older one is there, and no listing shows it before ours is made."""
    oldest = kind.make(world)
    made_at(oldest, seconds_ago=60)
    world.forget_calls()
    listing, key = {
        "CreateRestApi": ("GetRestApis", "items"),
        "CreateUserPool": ("ListUserPools", "UserPools"),
    }[kind.create]

    def hide(_params: dict[str, Any], answer: dict[str, Any]) -> None:
        if kind.create not in world.operations:
            answer[key] = []

    world.alter(listing, hide)


def _tags(identity: str) -> Any:
    if "_" in identity:
        return user_pool(identity).extended_config["UserPoolTags"]
    return rest_api(identity).tags


def _client_ages(world: World, *, oldest: str) -> None:
    """Moto returns no client's age."""

    def report(params: dict[str, Any], answer: dict[str, Any]) -> None:
        old = params["ClientId"] == oldest
        answer["UserPoolClient"]["CreationDate"] = OLD if old else YOUNG

    world.alter("DescribeUserPoolClient", report)
