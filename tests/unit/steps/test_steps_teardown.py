"""Teardown: everything of ours goes, in its order; data and what isn't ours stay."""

from __future__ import annotations

from typing import Any

import pytest
from steps_world import REGION, World, error, rest_api, user_pool

from productsapi.engine.plan import Plan
from productsapi.errors import Refused

PASSWORD = "Correct-horse-1"


def test_nothing_is_left_and_a_second_teardown_finds_nothing(deployed: World) -> None:
    stack = deployed.stack()
    planned, applied = deployed.teardown(stack)
    assert {c.key for c in planned.to_do} == {c.key for c in applied.done}
    assert _inventory(deployed) == {}
    again, _ = deployed.teardown(stack)
    assert (again.changes, deployed.look(stack).observed) == ((), {})


def test_planning_a_teardown_changes_nothing(deployed: World) -> None:
    from productsapi.engine.teardown import plan_removal
    from productsapi.steps import resources

    stack = deployed.stack()
    plan_removal(resources(stack), deployed.look(stack), deployed.aws)
    assert deployed.changing == []


def test_order_stage_first_then_functions_then_the_table_after_a_last_look(deployed: World) -> None:
    deployed.teardown(deployed.stack())
    assert deployed.changing[0] == "DeleteStage"
    calls = deployed.operations
    last_function = _last(calls, "DeleteFunction")
    looks = [place for place, name in enumerate(calls) if name == "Scan"]
    assert last_function < max(looks) < calls.index("DeleteTable")
    assert last_function < min(calls.index("DeleteRole"), calls.index("DeleteUserPool"))
    for operation in ("DeleteLogGroup", "DeleteRole"):
        assert calls.index("DeleteFunction") < calls.index(operation)
    assert _last(calls, "DeleteRolePolicy") < _last(calls, "DeleteRole")


def test_table_with_items_is_kept_whatever_its_counter_says(deployed: World) -> None:
    """AWS brings ItemCount up to date every six hours or so: here it says 0."""
    _put_item(deployed)
    deployed.alter("DescribeTable", lambda _asked, told: told["Table"].update(ItemCount=0))
    planned, _ = deployed.teardown(deployed.stack())
    assert _kept(planned) == {"table ProductsTable": "it holds items (--delete-data removes them)"}
    assert "DeleteTable" not in deployed.operations


def test_item_that_comes_after_the_plan_keeps_the_table(deployed: World) -> None:
    """The last look counts, and it is taken when nobody can write any more."""
    stack = deployed.stack()
    deployed.fake("DeleteStage", lambda _: _put_item(deployed))
    planned, applied = deployed.teardown(stack)
    assert _kept(planned) == {}
    assert [c.key for c in applied.done if c.action.value == "keep"] == ["table ProductsTable"]
    assert "DeleteTable" not in deployed.operations


def test_looks_for_items_and_users_ask_for_one_and_consistently(deployed: World) -> None:
    deployed.teardown(deployed.stack())
    assert all(s["Limit"] == 1 and s["ConsistentRead"] for s in deployed.asked("Scan"))
    assert all(s["Limit"] == 1 for s in deployed.asked("ListUsers"))
    assert deployed.asked("Scan")
    assert deployed.asked("ListUsers")


def test_pool_with_users_is_kept_with_its_client(deployed: World) -> None:
    outputs = deployed.outputs()
    _add_user(deployed, outputs["user_pool_id"])
    planned, _ = deployed.teardown(deployed.stack())
    kept = {"user pool secure-serverless-app": "it has users (--delete-data removes them)"}
    assert _kept(planned) == kept
    assert not {"DeleteUserPool", "DeleteUserPoolClient"} & set(deployed.operations)


def test_what_was_kept_is_taken_up_again_with_the_same_ids(deployed: World) -> None:
    stack = deployed.stack()
    before = deployed.look(stack).outputs
    _put_item(deployed)
    _add_user(deployed, before["user_pool_id"])
    deployed.teardown(stack)
    deployed.forget_calls()
    deployed.deploy(stack)
    after = deployed.look(stack).outputs
    for output in ("user_pool_id", "client_id"):
        assert before[output] == after[output]
    assert before["api_id"] != after["api_id"]
    assert not {"CreateTable", "CreateUserPool", "CreateUserPoolClient"} & set(deployed.operations)
    assert _items(deployed) == 1
    assert deployed.plan(stack).to_do == ()


def test_pool_kept_without_its_table_is_found_by_its_tag(deployed: World) -> None:
    """The pointers went with the empty table; the pool is listed, and its client by name."""
    stack = deployed.stack()
    before = deployed.look(stack).outputs
    _add_user(deployed, before["user_pool_id"])
    deployed.teardown(stack)
    deployed.deploy(stack)
    after = deployed.look(stack).outputs
    assert (after["user_pool_id"], after["client_id"]) == (
        before["user_pool_id"],
        before["client_id"],
    )


def test_second_teardown_says_what_is_kept(deployed: World) -> None:
    _put_item(deployed)
    deployed.teardown(deployed.stack())
    again, applied = deployed.teardown(deployed.stack())
    assert list(_kept(again)) == ["table ProductsTable"]
    assert applied.left == ()


def test_delete_data_removes_items_and_users_unlooked(deployed: World) -> None:
    outputs = deployed.outputs()
    _put_item(deployed)
    _add_user(deployed, outputs["user_pool_id"])
    deployed.teardown(deployed.stack(delete_data=True))
    assert _inventory(deployed) == {}


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
    assert permission in _kept(planned)[key]


PROTECTED: dict[str, dict[str, Any]] = {
    "table ProductsTable": {"table": {"deletion_protection": True}},
    "user pool secure-serverless-app": {"user_pool": {"deletion_protection": True}},
}


@pytest.mark.parametrize("key", PROTECTED)
def test_deletion_protection_keeps_even_what_is_empty(world: World, key: str) -> None:
    """Emulators let a protected pool be deleted; AWS's refusal would come half-way through."""
    world.deploy(world.stack(**PROTECTED[key]))
    planned, _ = world.teardown(world.stack(**PROTECTED[key]))
    assert _kept(planned) == {key: "its deletion protection is on"}


@pytest.mark.parametrize("key", PROTECTED)
def test_delete_data_is_refused_under_protection_before_anything_goes(
    world: World, key: str
) -> None:
    """What counts is what is deployed, not what the configuration says by now."""
    world.deploy(world.stack(**PROTECTED[key]))
    world.forget_calls()
    with pytest.raises(Refused) as refused:
        world.teardown(world.stack(delete_data=True))
    assert key in refused.value.message
    assert "deletion_protection to false" in refused.value.hint
    assert world.changing == []


def test_pool_with_a_domain_is_kept_and_told(deployed: World) -> None:
    """Cognito refuses to delete it, which would come last and leave the rest half gone."""
    pool_id = deployed.outputs()["user_pool_id"]
    deployed.client("cognito-idp").create_user_pool_domain(UserPoolId=pool_id, Domain="shop-login")
    planned, _ = deployed.teardown(deployed.stack(delete_data=True))
    assert "the domain shop-login" in _kept(planned)["user pool secure-serverless-app"]


def _foreign_stage(world: World, api_id: str) -> None:
    gateway = world.client("apigateway")
    [deployment] = gateway.get_deployments(restApiId=api_id)["items"]
    gateway.create_stage(restApiId=api_id, stageName="dev3", deploymentId=deployment["id"])


def _foreign_path(world: World, api_id: str) -> None:
    world.client("apigateway").create_resource(
        restApiId=api_id, parentId=_root(world, api_id), pathPart="orders"
    )


def _foreign_method(world: World, api_id: str) -> None:
    world.client("apigateway").put_method(
        restApiId=api_id,
        resourceId=_root(world, api_id),
        httpMethod="GET",
        authorizationType="NONE",
    )


FOREIGN = {
    "the stage dev3 isn't ours": _foreign_stage,
    "the path /orders isn't ours": _foreign_path,
    "the method GET / isn't ours": _foreign_method,
}


@pytest.mark.parametrize("told", FOREIGN)
def test_api_that_carries_what_isnt_ours_is_kept_unless_told_otherwise(
    deployed: World, told: str
) -> None:
    api_id = deployed.outputs()["api_id"]
    FOREIGN[told](deployed, api_id)
    assert any(told in note for note in deployed.plan(deployed.stack()).notes)
    planned, _ = deployed.teardown(deployed.stack())
    assert told in _kept(planned)["rest api ProductsAPI"]
    assert rest_api(api_id)
    planned, _ = deployed.teardown(deployed.stack(delete_foreign=True))
    assert "DeleteRestApi" in deployed.operations


def test_stage_that_came_after_the_plan_keeps_the_api(deployed: World) -> None:
    stack = deployed.stack()
    api_id = str(deployed.look(stack).outputs["api_id"])
    deployed.fake("DeleteStage", lambda _: _foreign_stage(deployed, api_id))
    deployed.teardown(stack)
    assert "DeleteRestApi" not in deployed.operations


def test_others_keep_theirs(deployed: World) -> None:
    """A stack of another name in the same account is not touched."""
    other: dict[str, Any] = {
        "stack": "other",
        "table": {"name": "OtherTable"},
        "functions": {"names": _names("other")},
    }
    deployed.deploy(deployed.stack(**other))
    before = deployed.plan(deployed.stack(**other))
    deployed.teardown(deployed.stack())
    after = deployed.plan(deployed.stack(**other))
    assert (before, after.to_do) == (after, ())


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("DeleteStage", "NotFoundException"),
        ("DeleteRestApi", "NotFoundException"),
        ("DeleteFunction", "ResourceNotFoundException"),
        ("DeleteLogGroup", "ResourceNotFoundException"),
        ("DeleteRolePolicy", "NoSuchEntity"),
        ("DeleteRole", "NoSuchEntity"),
        ("DeleteUserPool", "ResourceNotFoundException"),
        ("DeleteTable", "ResourceNotFoundException"),
    ],
)
def test_what_is_gone_already_is_fine(deployed: World, operation: str, code: str) -> None:
    """As when the call took effect, its answer was lost, and the SDK sent it again."""
    deployed.lose(operation, code)
    deployed.teardown(deployed.stack())
    assert _inventory(deployed) == {}


def test_role_with_a_foreign_policy_goes_all_the_same(deployed: World) -> None:
    iam = deployed.client("iam")
    role = f"getproductfunction-{REGION}"
    iam.put_role_policy(RoleName=role, PolicyName="more", PolicyDocument=_any_policy())
    made = iam.create_policy(PolicyName="managed", PolicyDocument=_any_policy())
    iam.attach_role_policy(RoleName=role, PolicyArn=made["Policy"]["Arn"])
    deployed.teardown(deployed.stack())
    assert _inventory(deployed) == {}


def test_teardown_needs_no_sources(deployed: World, tmp_path: Any) -> None:
    stack = deployed.stack(path=tmp_path / "config" / "dev.yaml")
    deployed.teardown(stack)
    assert _inventory(deployed) == {}


def _inventory(world: World) -> dict[str, list[str]]:
    """The names of all that is there, of every kind that a stack makes."""
    found = {
        "table": world.client("dynamodb").list_tables()["TableNames"],
        "function": [
            f["FunctionName"] for f in world.client("lambda").list_functions()["Functions"]
        ],
        "log group": [
            g["logGroupName"] for g in world.client("logs").describe_log_groups()["logGroups"]
        ],
        "role": [r["RoleName"] for r in world.client("iam").list_roles()["Roles"]],
        "api": [a["name"] for a in world.client("apigateway").get_rest_apis()["items"]],
        "pool": [
            p["Name"]
            for p in world.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
        ],
    }
    return {kind: names for kind, names in found.items() if names}


def _kept(planned: Plan) -> dict[str, str]:
    return {change.key: change.reason for change in planned.kept}


def _last(calls: list[str], name: str) -> int:
    return len(calls) - 1 - calls[::-1].index(name)


def _put_item(world: World) -> None:
    world.client("dynamodb").put_item(TableName="ProductsTable", Item={"productId": {"S": "1"}})


def _items(world: World) -> int:
    count: int = world.client("dynamodb").scan(TableName="ProductsTable")["Count"]
    return count


def _add_user(world: World, pool_id: str) -> None:
    world.client("cognito-idp").admin_create_user(
        UserPoolId=pool_id, Username="ann", TemporaryPassword=PASSWORD
    )
    assert user_pool(pool_id).users


def _root(world: World, api_id: str) -> str:
    items = world.client("apigateway").get_resources(restApiId=api_id)["items"]
    root: str = next(item["id"] for item in items if item["path"] == "/")
    return root


def _names(prefix: str) -> Any:
    from productsapi.config.model import FunctionNames

    return FunctionNames(**{f: f"{prefix}-{f}" for f in ("create", "get", "update", "delete")})


def _any_policy() -> str:
    return (
        '{"Version": "2012-10-17", "Statement": '
        '[{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}'
    )
