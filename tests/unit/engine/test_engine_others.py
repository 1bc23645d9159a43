"""What no configuration names any more: found by looking, and removed in its turn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from fake_cloud import Cloud, Made, Recorder, Thing

from productsapi.aws.caller import Aws
from productsapi.engine.apply import apply
from productsapi.engine.plan import Action, plan
from productsapi.engine.read import Reading, read
from productsapi.engine.resource import Resource
from productsapi.engine.teardown import plan_removal, remove


class Former(Thing):
    """A thing that isn't wanted any more, and goes once others are done with."""

    wanted = False

    def __init__(self, cloud: Cloud, name: str, *until: str, **details: Any) -> None:
        super().__init__(cloud, name, **details)
        self._until = until

    @property
    def delete_after(self) -> tuple[str, ...]:
        return self._until


class Renamed(Thing):
    """A thing that knows what it was called formerly."""

    def discover_orphans(self, aws: Aws) -> Iterable[Resource]:
        return [
            Former(self.cloud, "old role", "old web"),
            Former(self.cloud, "old web", "stage", depends_on=("table",)),
        ]


@pytest.fixture
def things(cloud: Cloud) -> list[Thing]:
    """A table and a stage that exist, a new web to be made; of the old web all is there yet."""
    things = [
        Thing(cloud, "table"),
        Renamed(cloud, "new web", depends_on=("table",)),
        Thing(cloud, "stage", depends_on=("new web",), settings={"serves": "new web"}),
    ]
    for name in ("table", "old web", "old role"):
        cloud.things[name].append(Made({"size": 1}, {}))
    cloud.things["stage"].append(Made({"serves": "old web"}, {}))
    return things


def test_what_is_found_is_planned_with_the_rest(
    aws: Aws, cloud: Cloud, things: list[Thing]
) -> None:
    reading = read(things, aws)
    assert [r.key for r in reading.orphans] == ["old role", "old web"]
    found = plan(things, reading)
    assert {c.key: c.action for c in found.to_do} == {
        "new web": Action.CREATE,
        "stage": Action.UPDATE,
        "old web": Action.DELETE,
        "old role": Action.DELETE,
    }


def test_it_goes_when_what_takes_its_place_is_there(
    aws: Aws, cloud: Cloud, report: Recorder, things: list[Thing]
) -> None:
    reading = read(things, aws)
    apply(plan(things, reading), things, reading, aws, report).raise_failure()
    assert cloud.changing == [
        "create new web", "update stage", "delete old web", "delete old role",
    ]  # fmt: skip
    again = read(things, aws)
    assert plan(things, again).to_do == ()


def test_a_teardown_keeps_the_order_and_goes_before(
    aws: Aws, cloud: Cloud, report: Recorder, things: list[Thing]
) -> None:
    reading = read(things, aws)
    remove(plan_removal(things, reading, aws), things, reading, aws, report).raise_failure()
    order = cloud.changing
    assert order.index("delete stage") < order.index("delete old web")
    assert order.index("delete old web") < order.index("delete old role")
    assert order.index("delete old web") < order.index("delete table")


def test_what_is_asked_for_by_name_is_no_other(aws: Aws, cloud: Cloud) -> None:
    """A name that was given back is wanted again."""
    things = [Renamed(cloud, "new web"), Thing(cloud, "old web"), Thing(cloud, "old role")]
    reading: Reading = read(things, aws)
    assert reading.orphans == ()
    assert {c.action for c in plan(things, reading).changes} == {Action.CREATE}


def test_what_isnt_ours_any_more_stays(
    aws: Aws, cloud: Cloud, report: Recorder, things: list[Thing]
) -> None:
    cloud.things["old web"][0].ours = False
    reading = read(things, aws)
    apply(plan(things, reading), things, reading, aws, report).raise_failure()
    assert "delete old web" not in cloud.changing
