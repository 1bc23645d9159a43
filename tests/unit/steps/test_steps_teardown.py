"""Teardown: everything of ours goes, in its order; what isn't ours stays."""

from __future__ import annotations

from typing import Any

import pytest
from steps_contents import inventory, kept
from steps_moto import REGION, rest_api
from steps_world import World

from productsapi.routes import FUNCTIONS


def test_nothing_is_left_for_a_second_teardown(deployed: World) -> None:
    stack = deployed.stack()
    planned, applied = deployed.teardown(stack)
    assert {c.key for c in planned.to_do} == {c.key for c in applied.done}
    assert inventory(deployed) == {}
    again, _ = deployed.teardown(stack)
    assert (again.changes, deployed.look(stack).observed) == ((), {})


def test_planning_a_teardown_changes_nothing(deployed: World) -> None:
    from productsapi.engine.teardown import plan_removal
    from productsapi.options.registry import resources

    stack = deployed.stack()
    plan_removal(resources(stack), deployed.look(stack), deployed.aws)
    assert deployed.changing == []


def test_stage_first_functions_next_and_table_last(deployed: World) -> None:
    deployed.teardown(deployed.stack())
    assert deployed.changing[0] == "DeleteStage"
    calls = deployed.operations
    last_function = _last(calls, "DeleteFunction")
    looks = [index for index, name in enumerate(calls) if name == "Scan"]
    assert last_function < max(looks) < calls.index("DeleteTable")
    assert last_function < calls.index("DeleteUserPool")
    gone = [(call.operation, next(iter(call.params.values()))) for call in deployed.wire.calls]
    for function in FUNCTIONS:
        name = deployed.stack().function_name(function)
        itself = gone.index(("DeleteFunction", name))
        assert itself < gone.index(("DeleteLogGroup", f"/aws/lambda/{name}"))
        assert itself < gone.index(("DeleteRole", deployed.stack().role_name(function)))
    assert _last(calls, "DeleteRolePolicy") < _last(calls, "DeleteRole")


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


@pytest.mark.parametrize("reported", FOREIGN)
def test_an_api_with_foreign_parts_is_kept(deployed: World, reported: str) -> None:
    api_id = deployed.outputs()["api_id"]
    FOREIGN[reported](deployed, api_id)
    assert any(reported in note.text for note in deployed.plan(deployed.stack()).notes)
    planned, _ = deployed.teardown(deployed.stack())
    assert reported in kept(planned)["rest api ProductsAPI"]
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
    assert inventory(deployed) == {}


def test_role_with_a_foreign_policy_goes_all_the_same(deployed: World) -> None:
    iam = deployed.client("iam")
    role = f"getproductfunction-{REGION}"
    iam.put_role_policy(RoleName=role, PolicyName="more", PolicyDocument=_any_policy())
    made = iam.create_policy(PolicyName="managed", PolicyDocument=_any_policy())
    iam.attach_role_policy(RoleName=role, PolicyArn=made["Policy"]["Arn"])
    deployed.teardown(deployed.stack())
    assert inventory(deployed) == {}


def test_teardown_needs_no_sources(deployed: World, tmp_path: Any) -> None:
    stack = deployed.stack(path=tmp_path / "config" / "dev.yaml")
    deployed.teardown(stack)
    assert inventory(deployed) == {}


def _last(calls: list[str], name: str) -> int:
    return len(calls) - 1 - calls[::-1].index(name)


def _root(world: World, api_id: str) -> str:
    items = world.client("apigateway").get_resources(restApiId=api_id)["items"]
    root: str = next(item["id"] for item in items if item["path"] == "/")
    return root


def _names(prefix: str) -> Any:
    from productsapi.config.functions import FunctionNames

    return FunctionNames(**{f: f"{prefix}-{f}" for f in ("create", "get", "update", "delete")})


def _any_policy() -> str:
    return (
        '{"Version": "2012-10-17", "Statement": '
        '[{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}'
    )
