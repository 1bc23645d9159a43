"""Teardown: data outlives code; what was kept is taken up again."""

from __future__ import annotations

from typing import Any

import pytest
from steps_contents import add_user, inventory, items, kept, put_item
from steps_world import World, error

from productsapi.errors import Refused, Unintelligible


def test_a_table_with_items_is_kept(deployed: World) -> None:
    """AWS brings ItemCount up to date every six hours or so: here it says 0."""
    put_item(deployed)
    deployed.alter("DescribeTable", lambda _asked, reported: reported["Table"].update(ItemCount=0))
    planned, _ = deployed.teardown(deployed.stack())
    assert kept(planned) == {"table ProductsTable": "it holds items (--delete-data removes them)"}
    assert "DeleteTable" not in deployed.operations


def test_an_item_put_after_the_plan_keeps_the_table(deployed: World) -> None:
    """The last look counts, and it is taken when nobody can write any more."""
    stack = deployed.stack()
    deployed.fake("DeleteStage", lambda _: put_item(deployed))
    planned, applied = deployed.teardown(stack)
    assert kept(planned) == {}
    assert [c.key for c in applied.done if c.action.value == "keep"] == ["table ProductsTable"]
    assert "DeleteTable" not in deployed.operations


def test_looks_for_data_ask_for_one_consistently(deployed: World) -> None:
    deployed.teardown(deployed.stack())
    assert all(s["Limit"] == 1 and s["ConsistentRead"] for s in deployed.asked("Scan"))
    assert all(s["Limit"] == 1 for s in deployed.asked("ListUsers"))
    assert deployed.asked("Scan")
    assert deployed.asked("ListUsers")


def test_pool_with_users_is_kept_with_its_client(deployed: World) -> None:
    outputs = deployed.outputs()
    add_user(deployed, outputs["user_pool_id"])
    planned, _ = deployed.teardown(deployed.stack())
    reported = {"user pool secure-serverless-app": "it has users (--delete-data removes them)"}
    assert kept(planned) == reported
    assert not {"DeleteUserPool", "DeleteUserPoolClient"} & set(deployed.operations)


def test_what_was_kept_is_taken_up_with_its_ids(deployed: World) -> None:
    stack = deployed.stack()
    before = deployed.look(stack).outputs
    put_item(deployed)
    add_user(deployed, str(before["user_pool_id"]))
    deployed.teardown(stack)
    deployed.forget_calls()
    deployed.deploy(stack)
    after = deployed.look(stack).outputs
    for output in ("user_pool_id", "client_id"):
        assert before[output] == after[output]
    assert before["api_id"] != after["api_id"]
    assert not {"CreateTable", "CreateUserPool", "CreateUserPoolClient"} & set(deployed.operations)
    assert items(deployed) == 1
    assert deployed.plan(stack).to_do == ()


def test_a_pool_without_its_table_is_found_by_tag(deployed: World) -> None:
    """The pointers went with the empty table; the pool is listed, and its client by name."""
    stack = deployed.stack()
    before = deployed.look(stack).outputs
    add_user(deployed, str(before["user_pool_id"]))
    deployed.teardown(stack)
    deployed.deploy(stack)
    after = deployed.look(stack).outputs
    assert (after["user_pool_id"], after["client_id"]) == (
        before["user_pool_id"],
        before["client_id"],
    )


def test_second_teardown_says_what_is_kept(deployed: World) -> None:
    put_item(deployed)
    deployed.teardown(deployed.stack())
    again, applied = deployed.teardown(deployed.stack())
    assert list(kept(again)) == ["table ProductsTable"]
    assert applied.left == ()


def test_delete_data_removes_items_and_users_unlooked(deployed: World) -> None:
    outputs = deployed.outputs()
    put_item(deployed)
    add_user(deployed, outputs["user_pool_id"])
    deployed.teardown(deployed.stack(delete_data=True))
    assert inventory(deployed) == {}


@pytest.mark.parametrize(
    ("operation", "key", "permission"),
    [
        ("Scan", "table ProductsTable", "dynamodb:Scan"),
        ("ListUsers", "user pool secure-serverless-app", "cognito-idp:ListUsers"),
    ],
)
def test_what_may_not_be_looked_into_is_kept(
    deployed: World, operation: str, key: str, permission: str
) -> None:
    deployed.fake(operation, error("AccessDeniedException"))
    planned, _ = deployed.teardown(deployed.stack())
    assert permission in kept(planned)[key]


FIRST_PAGES: dict[str, tuple[dict[str, Any], str]] = {
    "Scan": (
        {"Items": [], "LastEvaluatedKey": {"productId": {"S": "x"}}},
        "table ProductsTable",
    ),
    "ListUsers": (
        {"Users": [], "PaginationToken": "more"},
        "user pool secure-serverless-app",
    ),
}


@pytest.mark.parametrize("operation", FIRST_PAGES)
def test_an_empty_first_page_is_not_all_there_is(deployed: World, operation: str) -> None:
    """C1: only the absence of a token ends a listing."""
    put_item(deployed)
    add_user(deployed, deployed.outputs()["user_pool_id"])
    page, key = FIRST_PAGES[operation]
    tokens = {"ExclusiveStartKey", "PaginationToken"}
    more = {**page, "Items": [{"productId": {"S": "1"}}], "Users": [{"Username": "alice"}]}
    deployed.fake(operation, lambda asked: more if tokens & set(asked) else page)
    planned, _ = deployed.teardown(deployed.stack())
    assert key in kept(planned)


@pytest.mark.parametrize("operation", FIRST_PAGES)
def test_a_look_that_shows_nothing_removes_nothing(deployed: World, operation: str) -> None:
    deployed.fake(operation, {"ResponseMetadata": {"HTTPStatusCode": 200}})
    with pytest.raises(Unintelligible):
        deployed.teardown(deployed.stack())
    assert not {"DeleteTable", "DeleteUserPool"} & set(deployed.operations)


@pytest.mark.parametrize("operation", FIRST_PAGES)
def test_what_is_there_and_isnt_served_is_kept(deployed: World, operation: str) -> None:
    """D3: the data plane may not know a table that DescribeTable shows."""
    deployed.fake(operation, error("ResourceNotFoundException"))
    planned, _ = deployed.teardown(deployed.stack())
    assert "can't be seen" in kept(planned)[FIRST_PAGES[operation][1]]


PROTECTED: dict[str, dict[str, Any]] = {
    "table ProductsTable": {"table": {"deletion_protection": True}},
    "user pool secure-serverless-app": {"user_pool": {"deletion_protection": True}},
}


@pytest.mark.parametrize("key", PROTECTED)
def test_deletion_protection_keeps_even_what_is_empty(world: World, key: str) -> None:
    """Emulators let a protected pool be deleted; AWS's refusal would come half-way through."""
    world.deploy(world.stack(**PROTECTED[key]))
    planned, _ = world.teardown(world.stack(**PROTECTED[key]))
    assert kept(planned) == {key: "its deletion protection is on"}


@pytest.mark.parametrize("key", PROTECTED)
def test_protected_data_is_refused_at_first(world: World, key: str) -> None:
    """What counts is what is deployed, not what the configuration says by now."""
    world.deploy(world.stack(**PROTECTED[key]))
    world.forget_calls()
    with pytest.raises(Refused) as refused:
        world.teardown(world.stack(delete_data=True))
    assert key in refused.value.message
    assert "deletion_protection to false" in refused.value.hint
    assert world.changing == []


def test_all_that_is_protected_is_reported_at_once(world: World) -> None:
    world.deploy(world.stack(**{k: v for each in PROTECTED.values() for k, v in each.items()}))
    world.forget_calls()
    with pytest.raises(Refused) as refused:
        world.teardown(world.stack(delete_data=True))
    assert all(key in refused.value.message for key in PROTECTED)
    assert "table.deletion_protection and user_pool.deletion_protection" in refused.value.hint
    assert world.changing == []


def test_pool_with_a_domain_is_kept_and_noted(deployed: World) -> None:
    """Cognito refuses to delete it, which would come last and leave the rest half gone."""
    pool_id = deployed.outputs()["user_pool_id"]
    deployed.client("cognito-idp").create_user_pool_domain(UserPoolId=pool_id, Domain="shop-login")
    planned, _ = deployed.teardown(deployed.stack(delete_data=True))
    assert "the domain shop-login" in kept(planned)["user pool secure-serverless-app"]
