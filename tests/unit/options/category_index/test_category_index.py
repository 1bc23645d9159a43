"""The category index: there before any function asks it, gone only when none does any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from steps_world import World

from productsapi.engine.outputs import Outputs
from productsapi.options.category_index.index import BACKFILL, CategoryIndex

ON: dict[str, Any] = {"table": {"category_index": True}}


def test_new_table_is_made_with_it(world: World) -> None:
    world.deploy(world.stack(**ON))
    [made] = world.asked("CreateTable")
    [index] = made["GlobalSecondaryIndexes"]
    assert {k["AttributeName"]: k["KeyType"] for k in index["KeySchema"]} == {
        "category": "HASH",
        "productId": "RANGE",
    }
    assert "UpdateTable" not in world.operations
    assert world.plan(world.stack(**ON)).to_do == ()


@pytest.mark.parametrize(("settings", "planned"), [(ON, True), ({}, False)], ids=["on", "off"])
def test_a_fresh_plan_names_it_where_it_is_wanted(
    world: World, settings: dict[str, Any], *, planned: bool
) -> None:
    keys = [change.key for change in world.plan(world.stack(**settings)).to_do]
    assert ("category index ProductsTable" in keys) is planned


def test_switched_on_it_is_there_before_the_code(deployed: World) -> None:
    deployed.deploy(deployed.stack(**ON))
    calls = deployed.changing
    assert calls.index("UpdateTable") < calls.index("UpdateAlias")
    assert deployed.plan(deployed.stack(**ON)).to_do == ()


def test_switched_off_it_goes_after_the_code_using_it(world: World) -> None:
    world.deploy(world.stack(**ON))
    world.forget_calls()
    world.deploy(world.stack())
    calls = world.changing
    last_alias = len(calls) - 1 - calls[::-1].index("UpdateAlias")
    assert last_alias < calls.index("UpdateTable")
    assert world.plan(world.stack()).to_do == ()


def test_rights_on_it_are_the_readers_alone(world: World) -> None:
    world.deploy(world.stack(**ON))
    index = world.location.table_arn("ProductsTable/index/category-index")
    holders = {p["RoleName"] for p in world.asked("PutRolePolicy") if index in p["PolicyDocument"]}
    assert holders == {"getproductfunction-eu-west-2"}


def test_it_may_cost_no_more_than_its_table(world: World) -> None:
    """A table's ceiling isn't its index's: it has its own, which follows the configuration."""
    world.fill_gaps()
    capped = {**ON, "limits": {"table_read_units": 200, "table_write_units": 20}}
    world.deploy(world.stack(**capped))
    [made] = world.asked("CreateTable")
    [index] = made["GlobalSecondaryIndexes"]
    both = {"MaxReadRequestUnits": 200, "MaxWriteRequestUnits": 20}
    assert index["OnDemandThroughput"] == made["OnDemandThroughput"] == both
    assert world.plan(world.stack(**capped)).to_do == ()
    world.deploy(world.stack(**ON))
    *_, changed = world.asked("UpdateTable")
    [update] = changed["GlobalSecondaryIndexUpdates"]
    assert update["Update"]["OnDemandThroughput"] == dict.fromkeys(both, -1)
    assert world.plan(world.stack(**ON)).to_do == ()


@pytest.mark.parametrize(
    ("status", "shown"), [("CREATING", True), ("DELETING", True), ("ACTIVE", False)]
)
def test_half_made_or_half_gone_it_is_waited_for(
    deployed: World, status: str, *, shown: bool
) -> None:
    """By a killed run. A function that asks an index that is still being filled gets an error."""
    stack = deployed.stack(**ON)
    deployed.deploy(stack)
    statuses = iter([status, status])

    def report(_asked: dict[str, Any], reported: dict[str, Any]) -> None:
        for index in reported["Table"]["GlobalSecondaryIndexes"]:
            index["IndexStatus"] = next(statuses, "ACTIVE")

    deployed.alter("DescribeTable", report)
    planned = deployed.plan(stack)
    assert [c.key for c in planned.to_do] == ["category index ProductsTable"] * shown


def test_index_that_is_still_filled_is_only_waited_for(deployed: World) -> None:
    stack = deployed.stack(**ON)
    deployed.deploy(stack)
    statuses = iter(["CREATING"] * 4)

    def report(_asked: dict[str, Any], reported: dict[str, Any]) -> None:
        [index] = reported["Table"]["GlobalSecondaryIndexes"]
        index["IndexStatus"] = next(statuses, "ACTIVE")

    deployed.alter("DescribeTable", report)
    deployed.forget_calls()
    deployed.deploy(stack)
    assert deployed.changing == []
    assert next(statuses, None) is None
    assert deployed.plan(stack).to_do == ()


def test_k5_an_index_is_waited_for_by_its_own_state(deployed: World) -> None:
    """The table is ACTIVE all the eight minutes; the reason is noted, and the budget is an hour."""
    looks = 100

    def filling(_: dict[str, Any], answer: dict[str, Any]) -> None:
        nonlocal looks
        for index in answer["Table"].get("GlobalSecondaryIndexes", ()):
            looks -= 1
            index["IndexStatus"] = "CREATING" if looks else "ACTIVE"

    deployed.alter("DescribeTable", filling)
    reported: list[str] = []
    aws = replace(deployed.aws, on_wait=reported.append)
    CategoryIndex(deployed.stack(**ON)).create(aws, Outputs())
    assert looks == 0
    assert "eight minutes" in reported[-1]
    assert "IndexStatus: CREATING" in reported[-1]
    assert BACKFILL.total >= 3600
