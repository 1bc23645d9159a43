"""The whole stack: from nothing, and again; what a plan lists, and what a deploy then asks for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from steps_world import ACCOUNT, REGION, Call, Quiet, World

from productsapi.routes import FUNCTIONS, PATHS, ROUTES
from productsapi.steps import STEPS, resources
from productsapi.steps.contract import contract


def test_plan_from_nothing_changes_nothing(world: World) -> None:
    planned = world.plan(world.stack())
    assert {change.action.value for change in planned.changes} == {"create"}
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


def test_every_step_has_its_resources_under_its_own_name(world: World) -> None:
    stack = world.stack()
    for step in STEPS:
        assert {r.step for r in step.resources(stack)} == {step.name}
    keys = [r.key for r in resources(stack)]
    assert len(keys) == len(set(keys))


def test_outputs_are_those_of_the_contract(deployed: World) -> None:
    stack = deployed.stack()
    told = contract(stack, deployed.look(stack).outputs)
    assert told["invoke_url"] == f"https://{told['api_id']}.execute-api.{REGION}.amazonaws.com/dev"
    assert all(told[key] for key in told if key != "endpoint_url")


def test_contract_of_nothing_has_the_same_keys(world: World) -> None:
    stack = world.stack()
    told = contract(stack, world.look(stack).outputs)
    assert (told["api_id"], told["invoke_url"], told["user_pool_id"]) == (None, None, None)
    assert told["table"] == "ProductsTable"


def test_table_is_on_demand_tagged_and_keyed_by_product(deployed: World) -> None:
    client = deployed.client("dynamodb")
    table = client.describe_table(TableName="ProductsTable")["Table"]
    assert table["KeySchema"] == [{"AttributeName": "productId", "KeyType": "HASH"}]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    tags = {
        t["Key"]: t["Value"]
        for t in client.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    }
    outputs = deployed.outputs()
    assert tags == {
        "productsapi:stack": "shop",
        "productsapi:rest-api-id": outputs["api_id"],
        "productsapi:user-pool-id": outputs["user_pool_id"],
        "productsapi:client-id": outputs["client_id"],
    }


def test_sort_key_makes_a_table_with_one_and_wider_rights(world: World) -> None:
    world.deploy(world.stack(table={"sort_key": "category"}))
    table = world.client("dynamodb").describe_table(TableName="ProductsTable")["Table"]
    assert {k["AttributeName"]: k["KeyType"] for k in table["KeySchema"]} == {
        "productId": "HASH",
        "category": "RANGE",
    }
    assert "dynamodb:Query" in _rights(world, "update")["Table"]["Action"]
    variables = _function(world, "update")["Environment"]["Variables"]
    assert variables["SORT_KEY"] == "category"


def test_functions_have_their_settings_and_log_groups_their_end(deployed: World) -> None:
    outputs = deployed.outputs()
    for function in FUNCTIONS:
        found = _function(deployed, function)
        assert found["Role"] == (
            f"arn:aws:iam::{ACCOUNT}:role/productsapi/shop/{function}productfunction-{REGION}"
        )
        assert (found["Runtime"], found["MemorySize"], found["Timeout"]) == ("python3.13", 256, 10)
        assert found["Environment"]["Variables"] == {
            "TABLE_NAME": "ProductsTable",
            "CLIENT_IDS": outputs["client_id"],
            "CORS_ORIGIN": "*",
            "LOG_LEVEL": "INFO",
        }
        groups = deployed.client("logs").describe_log_groups(
            logGroupNamePrefix=f"/aws/lambda/{function}productfunction"
        )["logGroups"]
        assert [group["retentionInDays"] for group in groups] == [14]


def test_each_role_may_do_its_own_work_and_make_no_log_group(deployed: World) -> None:
    for function in FUNCTIONS:
        rights = _rights(deployed, function)
        table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ProductsTable"
        assert rights["Table"]["Resource"] == table
        assert "logs:CreateLogGroup" not in json.dumps(rights)
    assert _rights(deployed, "create")["Table"]["Action"] == ["dynamodb:PutItem"]


def test_every_method_but_options_is_behind_the_authorizer(deployed: World) -> None:
    api = deployed.client("apigateway")
    outputs = deployed.outputs()
    [authorizer] = api.get_authorizers(restApiId=outputs["api_id"])["items"]
    pool = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{outputs['user_pool_id']}"
    assert (authorizer["providerARNs"], authorizer["type"]) == ([pool], "COGNITO_USER_POOLS")
    tree = api.get_resources(restApiId=outputs["api_id"], embed=["methods"])["items"]
    locks = {
        f"{method} {item['path']}": (found["authorizationType"], found.get("authorizerId"))
        for item in tree
        for method, found in item.get("resourceMethods", {}).items()
    }
    behind = ("COGNITO_USER_POOLS", authorizer["id"])
    assert locks == {
        **{str(route): behind for route in ROUTES},
        **{f"OPTIONS {path}": ("NONE", None) for path in PATHS},
    }


def test_gateway_errors_carry_cors(deployed: World) -> None:
    outputs = deployed.outputs()
    found = deployed.client("apigateway").get_gateway_responses(restApiId=outputs["api_id"])
    headers = {r["responseType"]: r["responseParameters"] for r in found["items"]}
    origin = {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}
    assert headers == {"DEFAULT_4XX": origin, "DEFAULT_5XX": origin}


def test_alias_serves_the_version_of_our_code(deployed: World) -> None:
    client = deployed.client("lambda")
    for function in FUNCTIONS:
        name = f"{function}productfunction"
        alias = client.get_alias(FunctionName=name, Name="live")
        served = client.get_function(FunctionName=name, Qualifier="live")["Configuration"]
        assert alias["FunctionVersion"] == served["Version"] != "$LATEST"
        assert served["CodeSha256"] == _function(deployed, function)["CodeSha256"]


def test_pool_lets_nobody_confirm_himself(fresh: list[Call]) -> None:
    [made] = [c.params for c in fresh if c.operation == "CreateUserPool"]
    assert not made.get("AutoVerifiedAttributes")
    assert made["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": False}
    assert made["UserPoolTier"] == "LITE"
    [client] = [c.params for c in fresh if c.operation == "CreateUserPoolClient"]
    assert client["GenerateSecret"] is False
    assert client["PreventUserExistenceErrors"] == "ENABLED"


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (("CreateLogGroup", "createproductfunction"), ("CreateFunction", "createproductfunction")),
        (("CreateRole", "getproductfunction"), ("CreateFunction", "getproductfunction")),
        (("CreateTable", ""), ("CreateFunction", "")),
        (("CreateUserPoolClient", ""), ("CreateFunction", "")),
        (("PutRolePolicy", "getproductfunction"), ("PublishVersion", "getproductfunction")),
        (("PublishVersion", "getproductfunction"), ("CreateAlias", "getproductfunction")),
        (("CreateAlias", "getproductfunction"), ("AddPermission", "getproductfunction")),
        (("CreateAuthorizer", ""), ("PutMethod", "COGNITO_USER_POOLS")),
        *(
            ((operation, ""), ("CreateDeployment", ""))
            for operation in (
                "CreateTable",
                "CreateAuthorizer",
                "PutMethod",
                "PutIntegration",
                "PutIntegrationResponse",
                "PutGatewayResponse",
                "PutRolePolicy",
                "CreateAlias",
                "AddPermission",
            )
        ),
        (("CreateDeployment", ""), ("CreateStage", "")),
    ],
)
def test_fresh_deploy_keeps_the_order(
    fresh: list[Call], earlier: tuple[str, str], later: tuple[str, str]
) -> None:
    """Every call of the one kind is made before any of the other; emulators would forgive."""
    assert max(_places(fresh, *earlier)) < min(_places(fresh, *later))


def test_stage_is_the_last_thing_of_the_api(fresh: list[Call]) -> None:
    of_the_api = [c.operation for c in fresh if c.changing and "restApiId" in c.params]
    assert of_the_api[-1] == "CreateStage"


def test_no_method_is_ever_made_open_but_options(fresh: list[Call]) -> None:
    made = [c.params for c in fresh if c.operation == "PutMethod"]
    locks = {(m["httpMethod"], m["authorizationType"], bool(m.get("authorizerId"))) for m in made}
    assert len(made) == 7
    assert locks == {
        ("OPTIONS", "NONE", False),
        *((route.method, "COGNITO_USER_POOLS", True) for route in ROUTES),
    }


def test_preflight_is_declared_before_it_is_answered(fresh: list[Call]) -> None:
    """AWS takes an integration's response only where the method declares it and one integrates."""
    calls = [c for c in fresh if c.changing and c.params.get("httpMethod") == "OPTIONS"]
    for resource in {c.params["resourceId"] for c in calls}:
        assert [c.operation for c in calls if c.params["resourceId"] == resource] == [
            "PutMethod",
            "PutMethodResponse",
            "PutIntegration",
            "PutIntegrationResponse",
        ]


def test_killed_between_two_calls_of_a_method_it_is_finished_next_time(deployed: World) -> None:
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


def _places(calls: list[Call], operation: str, about: str) -> list[int]:
    return [
        place
        for place, call in enumerate(calls)
        if call.operation == operation and about in str(call.params)
    ]


def _function(world: World, function: str) -> dict[str, Any]:
    answer = world.client("lambda").get_function(FunctionName=f"{function}productfunction")
    configuration: dict[str, Any] = answer["Configuration"]
    return configuration


def _rights(world: World, function: str) -> dict[str, Any]:
    answer = world.client("iam").get_role_policy(
        RoleName=f"{function}productfunction-{REGION}", PolicyName="productsapi"
    )
    return {s["Sid"]: s for s in answer["PolicyDocument"]["Statement"]}
