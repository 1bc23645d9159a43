"""The whole stack: from nothing, and again; a plan lists what a deploy then does."""

from __future__ import annotations

import json
from typing import Any

from steps_moto import REGION
from steps_world import Call, Quiet, World

from productsapi.options.registry import OPTIONS, resources
from productsapi.stack.json_contract import contract
from productsapi.steps import STEPS


def test_plan_from_nothing_changes_nothing(world: World) -> None:
    planned = world.plan(world.stack())
    assert {change.action.value for change in planned.changes} <= {"create", "absent"}
    assert world.changing == []


def test_deploy_does_what_the_plan_listed(world: World) -> None:
    stack = world.stack()
    planned = world.plan(stack)
    report = Quiet()
    applied = world.deploy(stack, report)
    assert sorted(report.begun_keys) == sorted(change.key for change in planned.to_do)
    assert {change.key: change for change in applied.done} == {c.key: c for c in planned.to_do}


def test_second_deploy_makes_no_changing_call(deployed: World) -> None:
    stack = deployed.stack()
    applied = deployed.deploy(stack)
    assert (applied.done, deployed.changing) == ((), [])


def test_a_look_asks_nothing_twice(deployed: World) -> None:
    deployed.look(deployed.stack())
    calls = [(c.operation, json.dumps(c.params, sort_keys=True)) for c in deployed.wire.calls]
    assert len(calls) == len(set(calls))


def test_every_steps_resources_bear_its_name(world: World) -> None:
    stack = world.stack()
    for step in STEPS:
        found = step.resources(stack, OPTIONS)
        assert {r.step for r in found} <= {step.name}
        assert found or step.name == "monitoring", "which is off by default"
    keys = [r.key for r in resources(stack)]
    assert len(keys) == len(set(keys))


def test_contract_of_nothing_has_the_same_keys(world: World) -> None:
    stack = world.stack()
    reported = contract(stack, world.look(stack).outputs)
    assert (reported["api_id"], reported["invoke_url"], reported["user_pool_id"]) == (
        None,
        None,
        None,
    )
    assert reported["table"] == "ProductsTable"


def test_a_sort_key_takes_wider_rights(world: World) -> None:
    world.deploy(world.stack(table={"sort_key": "category"}))
    table = world.client("dynamodb").describe_table(TableName="ProductsTable")["Table"]
    assert {k["AttributeName"]: k["KeyType"] for k in table["KeySchema"]} == {
        "productId": "HASH",
        "category": "RANGE",
    }
    assert "dynamodb:Query" in _rights(world, "update")["Table"]["Action"]
    variables = _function(world, "update")["Environment"]["Variables"]
    assert variables["SORT_KEY"] == "category"


def test_pool_lets_nobody_confirm_himself(fresh: list[Call]) -> None:
    [made] = [c.params for c in fresh if c.operation == "CreateUserPool"]
    assert not made.get("AutoVerifiedAttributes")
    assert made["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": False}
    assert made["UserPoolTier"] == "LITE"
    [client] = [c.params for c in fresh if c.operation == "CreateUserPoolClient"]
    assert client["GenerateSecret"] is False
    assert client["PreventUserExistenceErrors"] == "ENABLED"


def test_killed_within_a_method_it_is_finished_next(deployed: World) -> None:
    """A method without its integration, and a preflight without its answer, are made whole."""
    outputs = deployed.outputs()
    api, item = outputs["api_id"], outputs["id of /products/{productId}"]
    gateway = deployed.client("apigateway")
    for method in ("GET", "OPTIONS"):
        gateway.delete_integration(restApiId=api, resourceId=item, httpMethod=method)
    planned = deployed.plan(deployed.stack())
    assert {c.key for c in planned.to_do} == {
        "method GET /products/{productId}",
        "method OPTIONS /products/{productId}",
    }
    deployed.deploy(deployed.stack())
    assert deployed.plan(deployed.stack()).to_do == ()


def _function(world: World, function: str) -> dict[str, Any]:
    answer = world.client("lambda").get_function(FunctionName=f"{function}productfunction")
    configuration: dict[str, Any] = answer["Configuration"]
    return configuration


def _rights(world: World, function: str) -> dict[str, Any]:
    answer = world.client("iam").get_role_policy(
        RoleName=f"{function}productfunction-{REGION}", PolicyName="productsapi"
    )
    return {s["Sid"]: s for s in answer["PolicyDocument"]["Statement"]}
