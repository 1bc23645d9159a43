"""After a rollback no deploy makes live again what was rolled back from, unless it is noted to."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from steps_kept import Kept, KeptAfter
from steps_releases import (
    ORIGIN,
    deployments,
    going_back,
    live,
    releases,
    report_summaries,
    sources_with,
    stage,
)
from steps_world import World, error
from test_steps_rename import named

from productsapi.cli import rollback
from productsapi.cli.config_file import DEFAULT_CONFIG
from productsapi.cli.opened_stack import Opened
from productsapi.cli.target import Target
from productsapi.errors import AwsError, Held, Refused
from productsapi.releases import hold as holds
from productsapi.routes import FUNCTIONS
from productsapi.stack import Stack
from productsapi.stack.plan_blockers import held_notes

BAD = " that is broken"
DAY = date(2026, 11, 27)


class Shop:
    """Two releases, of which the second is broken and was rolled back from."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder = world, folder

    def stack(self, get: str = "", *, release_hold: bool = False, **changes: Any) -> Stack:
        """With this code of the get function."""
        path = sources_with(self.folder / get.strip().replace(" ", "-"), get=get)
        return replace(self.world.stack(path=path, **changes), release_hold=release_hold)

    def held(self) -> holds.Hold:
        """What the get function's alias says."""
        client = self.world.client("lambda")
        alias = client.get_alias(FunctionName="getproductfunction", Name="live")
        return holds.parse(alias["Description"])


def went_back(world: World, folder: Path, get: str, **changes: Any) -> Shop:
    shop = Shop(world, folder)
    report_summaries(world)
    world.deploy(shop.stack(get, **changes))
    going_back(world, shop.stack())
    world.forget_calls()
    return shop


@pytest.fixture
def shop(deployed: World, tmp_path: Path) -> Shop:
    """The code of one function was broken."""
    deployed.deploy(Shop(deployed, tmp_path).stack())
    return went_back(deployed, tmp_path, BAD)


def test_the_next_deploy_of_it_stops_unchanged(shop: Shop) -> None:
    with pytest.raises(Held, match="code of getproductfunction") as caught:
        shop.world.deploy(shop.stack(BAD))
    assert "--release-hold" in caught.value.hint
    assert caught.value.exit_code == 9
    assert shop.world.changing == []


def test_plan_shows_what_is_held_and_what_not(shop: Shop) -> None:
    planned = shop.world.plan(shop.stack(BAD))
    [held] = held_notes(planned, release_hold=False)
    assert held.text.startswith("held, since it was rolled back from: code of getproductfunction;")
    [released] = held_notes(planned, release_hold=True)
    assert released.text.startswith("made live again, though it was rolled back from: code of get")
    assert held_notes(shop.world.plan(shop.stack()), release_hold=False) == ()


OTHERS: dict[str, dict[str, Any]] = {
    "a setting": {"functions": {"memory_mb": 512}},
    "the API": {"api": {"cors_origin": ORIGIN}},
    "the table": {"table": {"point_in_time_recovery": True}},
    "the stage's name": {"api": {"stage": "v1"}},
    "the functions' names": named("new"),
}


@pytest.mark.parametrize("others", OTHERS)
def test_whatever_else_changes_the_code_is_held(shop: Shop, others: str) -> None:
    with pytest.raises(Held, match=r"code of .*get"):
        shop.world.deploy(shop.stack(BAD, **OTHERS[others]))
    assert shop.world.changing == []


def test_it_is_served_again_when_asked_for(shop: Shop) -> None:
    shop.world.deploy(shop.stack(BAD, release_hold=True))
    assert live(shop.world)["get"] == "2"
    assert not shop.held().items
    assert shop.world.plan(shop.stack(BAD)).to_do == ()


def test_configuration_of_the_former_release_works(shop: Shop) -> None:
    shop.world.deploy(shop.stack())
    again = shop.world.plan(shop.stack())
    assert (again.to_do, again.notes) == ((), ())


def test_fixed_code_works_and_leaves_the_hold(shop: Shop) -> None:
    before = shop.held()
    shop.world.deploy(shop.stack(" fixed"))
    assert shop.held() == before
    assert shop.world.plan(shop.stack(" fixed")).to_do == ()
    with pytest.raises(Held):
        shop.world.deploy(shop.stack(BAD))


def test_what_a_fix_leaves_is_named_and_released(deployed: World, tmp_path: Path) -> None:
    """Two functions were broken together; the one that is fixed isn't asked about."""
    report_summaries(deployed)
    path = sources_with(tmp_path / "both", create=BAD, get=BAD)
    deployed.deploy(deployed.stack(path=sources_with(tmp_path / "first")))
    deployed.deploy(deployed.stack(path=path))
    going_back(deployed, deployed.stack(path=path))
    half = deployed.stack(path=sources_with(tmp_path / "half", create=BAD, get=" fixed"))
    assert deployed.plan(half).on_hold == ("code of createproductfunction",)
    deployed.deploy(replace(half, release_hold=True))
    assert deployed.plan(half).to_do == ()
    assert deployed.plan(deployed.stack(path=path)).on_hold == ("code of getproductfunction",)


def test_hold_follows_a_function_to_its_new_name(shop: Shop) -> None:
    shop.world.deploy(shop.stack(" fixed", **named("new")))
    with pytest.raises(Held, match="code of new-get"):
        shop.world.deploy(shop.stack(BAD, **named("new")))


def test_all_that_was_rolled_back_from_stays_held(shop: Shop) -> None:
    """And the release before the one in force is the one before what is held."""
    world = shop.world
    world.deploy(shop.stack(" broken too"))
    going_back(world, shop.stack())
    assert live(world)["get"] == "1"
    for code in (BAD, " broken too"):
        with pytest.raises(Held):
            world.deploy(shop.stack(code))
    assert [bool(each.on_hold) for each in releases(world, shop.stack()).entries] == [
        True, True, False,
    ]  # fmt: skip


def test_asked_for_by_name_a_held_release_is_served(shop: Shop) -> None:
    """Forward, by a person: its hold ends, the others stay, and what it replaces isn't held."""
    world = shop.world
    world.deploy(shop.stack(" broken too"))
    going_back(world, shop.stack())
    held = releases(world, shop.stack()).entries[1]
    assert held.on_hold == ("code of get",)
    going_back(world, shop.stack(), "2")
    assert live(world)["get"] == "2"
    assert len(shop.held().items) == 1
    with pytest.raises(Held):
        world.deploy(shop.stack(" broken too"))
    world.deploy(shop.stack())


def test_with_nothing_but_held_releases_it_is_refused(shop: Shop) -> None:
    world = shop.world
    world.deploy(shop.stack(" fixed", releases={"keep": 2}))
    with pytest.raises(Refused, match="every earlier release") as caught:
        going_back(world, shop.stack(releases={"keep": 2}))
    assert "rollback --to N" in caught.value.hint


def test_hold_is_gone_when_its_release_is(shop: Shop) -> None:
    """A day later: of the two releases kept, none is as old as the rollback."""
    for day in (1, 2, 3, 4):
        stack = shop.stack(f" of day {day}", releases={"keep": 2})
        shop.world.deploy(replace(stack, began=stack.began + timedelta(days=day)))
    assert not shop.held().items


SETTINGS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "memory": ({"functions": {"memory_mb": 512}}, {"functions": {"timeout_s": 20}}),
    "log level": ({"functions": {"log_level": "DEBUG"}}, {"functions": {"memory_mb": 512}}),
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_is_held_with_any_code(deployed: World, tmp_path: Path, setting: str) -> None:
    shop = Shop(deployed, tmp_path)
    deployed.deploy(shop.stack())
    bad, other = SETTINGS[setting]
    went_back(deployed, tmp_path, "", **bad)
    with pytest.raises(Held, match="setting"):
        deployed.deploy(shop.stack(" other code", **bad))
    deployed.deploy(shop.stack(" other code", **other))


def test_with_fixed_code_its_settings_may_come(deployed: World, tmp_path: Path) -> None:
    shop = Shop(deployed, tmp_path)
    deployed.deploy(shop.stack())
    bad = {"functions": {"memory_mb": 512}}
    went_back(deployed, tmp_path, BAD, **bad)
    with pytest.raises(Held, match="setting memory_mb of create"):
        deployed.deploy(shop.stack(BAD, functions={"memory_mb": 512}))
    fixed = shop.stack(" fixed", functions={"memory_mb": 512})
    assert not [what for what in deployed.plan(fixed).on_hold if "of getproduct" in what]


@pytest.fixture(scope="module")
def other_origin(kept_after: KeptAfter) -> Kept:
    return kept_after(lambda world: world.deploy(world.stack(api={"cors_origin": ORIGIN})))


@pytest.fixture
def back_from_origin(other_origin: Kept, deployed: World) -> World:
    """The API and a setting of all functions were rolled back from."""
    other_origin.put_back()
    report_summaries(deployed)
    going_back(deployed, deployed.stack())
    deployed.forget_calls()
    return deployed


def test_definition_is_held_by_the_stage(back_from_origin: World) -> None:
    world = back_from_origin
    planned = world.plan(world.stack(api={"cors_origin": ORIGIN}))
    assert "the API's definition" in planned.on_hold
    assert len(planned.on_hold) == 1 + len(FUNCTIONS)
    assert len(holds.parse(stage(world)["description"]).items) == 1


def test_definition_is_held_under_another_stage(back_from_origin: World) -> None:
    """Renamed while something else is deployed, the new stage holds what the old one did."""
    world = back_from_origin
    world.deploy(world.stack(api={"stage": "v1"}))
    planned = world.plan(world.stack(api={"cors_origin": ORIGIN, "stage": "v1"}))
    assert "the API's definition" in planned.on_hold
    assert holds.parse(stage(world, "v1")["description"]).items


def test_definition_made_live_when_asked_for(back_from_origin: World) -> None:
    world = back_from_origin
    made = len(deployments(world))
    world.deploy(replace(world.stack(api={"cors_origin": ORIGIN}), release_hold=True))
    assert stage(world)["description"] == "productsapi shop"
    assert len(deployments(world)) == made


def test_hold_of_the_api_outlives_the_rollback(back_from_origin: World) -> None:
    world = back_from_origin
    world.deploy(world.stack())
    assert stage(world)["description"].startswith("productsapi shop; held 2")
    with pytest.raises(Held):
        world.deploy(world.stack(api={"cors_origin": ORIGIN}))


def test_broken_off_back_what_has_moved_is_held(shop: Shop) -> None:
    """Forward broken off, what it came from isn't."""
    world = shop.world
    world.deploy(shop.stack(" fixed", api={"cors_origin": ORIGIN}))
    going_back(world, shop.stack(), "3")
    refusing = _refusing_the_third()
    world.fake("UpdateAlias", refusing)
    with pytest.raises(AwsError):
        going_back(world, shop.stack(), "1")
    world.wire.fakes.pop("UpdateAlias")
    going_back(world, shop.stack(), "1")
    assert world.plan(shop.stack()).on_hold == ()


def _refusing_the_third() -> Callable[[object], dict[str, object] | None]:
    left = [2]

    def refuse(_asked: object) -> dict[str, object] | None:
        left[0] -= 1
        return None if left[0] >= 0 else error("AccessDeniedException", status=403)

    return refuse


LATE = {"the alias": "ListAliases", "the stage": "GetStages"}


@pytest.mark.parametrize("what", LATE)
def test_reads_a_write_behind_make_nothing_live(
    other_origin: Kept, deployed: World, what: str
) -> None:
    """What was rolled back from seems to be served still: its hold is in the same answer."""
    other_origin.put_back()
    report_summaries(deployed)
    bad = deployed.stack(api={"cors_origin": ORIGIN})
    then: dict[str, Any] = {}
    operation = LATE[what]
    deployed.alter(operation, lambda asked, reported: then.setdefault(str(asked), dict(reported)))
    deployed.look(bad)
    deployed.wire.alterations.pop(operation)
    going_back(deployed, deployed.stack())

    def late(asked: dict[str, Any], reported: dict[str, Any]) -> None:
        reported.clear()
        reported.update(then[str(asked)])

    deployed.alter(operation, late)
    served = live(deployed)
    with suppress(Held):
        deployed.deploy(bad)
    deployed.wire.alterations.pop(operation)
    assert live(deployed) == served
    held = deployed.plan(bad).on_hold
    assert len(held) == 1 + len(FUNCTIONS)


def test_rollback_that_sees_the_stage_late_keeps_it(other_origin: Kept, deployed: World) -> None:
    """It first sets the stage to what it was seen to be, a write behind: the hold is noted anew."""
    other_origin.put_back()
    report_summaries(deployed)
    then: dict[str, Any] = {}
    deployed.alter("GetStages", lambda _, reported: then.update(copy.deepcopy(reported)))
    deployed.look(deployed.stack())
    deployed.wire.alterations.pop("GetStages")
    going_back(deployed, deployed.stack())
    held = holds.parse(stage(deployed)["description"])
    left = [2]

    def late(_asked: object, reported: dict[str, Any]) -> None:
        left[0] -= 1
        if left[0] >= 0:
            reported.clear()
            reported.update(copy.deepcopy(then))

    deployed.alter("GetStages", late)
    target = Target(DEFAULT_CONFIG, None, None, local=False)
    with pytest.raises(Refused, match="no earlier release"):
        rollback._rolled_back(Opened(deployed.stack(), deployed.aws, target), None, asks=False)
    assert left[0] < 0
    assert holds.parse(stage(deployed)["description"]) == held


def test_a_hold_is_read_as_it_was_written() -> None:
    """In either description, and bounded: the oldest goes first."""
    hold = holds.Hold()
    for number in range(40):
        day = DAY + timedelta(days=number // 2)
        hold = hold.plus({holds.CODE: f"code {number}"}, day)
        assert holds.parse(holds.marked("productsapi shop", hold)) == hold
    assert len(holds.marked("productsapi " + "s" * 40, hold)) < 256
    assert (holds.CODE, "code 39") in hold
    assert (holds.CODE, "code 0") not in hold
    assert len(hold.items) > 10


@pytest.mark.parametrize(
    "said", [None, "", "; held", "x; held soon", "x; held 2026-11-27", "x; held abcdefgh", "held"]
)
def test_what_others_write_holds_nothing(said: str | None) -> None:
    assert holds.parse(said) == holds.Hold()


def test_where_a_function_is_can_not_be_held() -> None:
    """A role that was made anew has another id in every later version."""
    live = {"role": "b", "environment": {"ROLE_ID": "2", "TABLE_NAME": "u", "LOG_LEVEL": "DEBUG"}}
    former = {"role": "a", "environment": {"ROLE_ID": "1", "TABLE_NAME": "t"}}
    assert holds.differing(live, former) == {"environment.LOG_LEVEL": "DEBUG"}
    assert holds.differing(former, live) == {"environment.LOG_LEVEL": None}


def test_a_variable_that_was_taken_away_is_held() -> None:
    hold = holds.Hold().plus({"environment.SORT_KEY": None}, DAY)
    assert hold.among(holds.contents_in_full({"environment": {}})) == ["environment.SORT_KEY"]
    assert hold.among(holds.contents_in_full({"environment": {"SORT_KEY": "id"}})) == []
