"""As the account grows: found by pointers, not by listing; shown by counting calls."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from steps_moto import inside
from steps_world import Wire, World, empty_account

APIS = 600
POOLS = 1000
LOG_GROUPS = 5000
ITEMS = 3_000
API_PAGE = 500
POOL_PAGE = 60
LISTINGS = ("GetRestApis", "ListUserPools")


@pytest.fixture
def crowded(wire: Wire, world: World) -> World:
    """An account of many years: others' APIs, pools and log groups, and none of ours yet."""
    crowd()
    world.alter("GetRestApis", by_pages)
    world.forget_calls()
    return world


def crowd() -> None:
    apis = inside("apigateway")
    for number in range(APIS):
        apis.create_rest_api(name=f"api-{number}", description="")
    pools = inside("cognito-idp")
    for number in range(POOLS):
        pools.create_user_pool(name=f"pool-{number}", extended_config={})
    logs = inside("logs")
    for number in range(LOG_GROUPS):
        logs.create_log_group(f"/aws/lambda/createproductfunction-{number}", tags={})


def by_pages(params: dict[str, Any], answer: dict[str, Any]) -> None:
    """GetRestApis as AWS pages it; moto gives everything at once."""
    start, limit = int(params.get("position", 0)), params["limit"]
    assert limit <= API_PAGE
    rest = answer["items"][start:]
    answer["items"] = rest[:limit]
    if len(rest) > limit:
        answer["position"] = str(start + limit)


def fill(table_name: str) -> None:
    """Put the items straight where moto keeps them: as many calls prove no more."""
    table = inside("dynamodb").get_table(table_name)
    for number in range(ITEMS):
        table.put_item({"productId": {"S": f"P{number}"}})


@pytest.fixture(scope="module")
def in_an_empty_account(wire: Wire, sources: Path) -> Counter[str]:
    """The calls of a run with nothing to do, where nobody else is."""
    with empty_account(wire, sources) as world:
        world.deploy(world.stack())
        world.forget_calls()
        assert not world.plan(world.stack()).to_do
        return Counter(world.operations)


def test_a_full_account_costs_no_further_calls(
    in_an_empty_account: Counter[str], crowded: World
) -> None:
    """Not one more for 600 APIs, 1,000 pools, 5,000 log groups and 3,000 items."""
    crowded.deploy(crowded.stack())
    fill("ProductsTable")
    crowded.forget_calls()
    assert not crowded.plan(crowded.stack()).to_do
    assert Counter(crowded.operations) == in_an_empty_account
    assert not set(LISTINGS) & set(crowded.operations)


def test_a_first_deploy_lists_as_few_pages_as_it_can(crowded: World) -> None:
    """Names of APIs and pools aren't unique: each look for them is one walk through the pages."""
    crowded.look(crowded.stack())
    calls = Counter(crowded.operations)
    assert calls["GetRestApis"] == -(-APIS // API_PAGE)
    assert calls["ListUserPools"] == -(-POOLS // POOL_PAGE)
    assert calls["DescribeUserPool"] == 0, "only a namesake is looked into"
    assert calls["GetResources"] == 0
    assert calls["DescribeLogGroups"] <= 4, "one page for each function's group"


@pytest.mark.long
def test_teardown_looks_for_one_item_and_one_user(crowded: World) -> None:
    crowded.deploy(crowded.stack())
    fill("ProductsTable")
    crowded.forget_calls()
    planned, _ = crowded.teardown(crowded.stack())
    assert {scan["Limit"] for scan in crowded.asked("Scan")} == {1}
    assert any("it holds items" in kept.reason for kept in planned.kept)
    assert not set(LISTINGS) & set(crowded.operations)
