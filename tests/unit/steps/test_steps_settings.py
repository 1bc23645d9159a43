"""What a deployed stack consists of, and that each part of it is set right."""

from __future__ import annotations

import json
import re
from typing import Any

from steps_moto import ACCOUNT, REGION
from steps_world import World

from productsapi.gateway_problems import GATEWAY_PROBLEMS, TYPE
from productsapi.routes import FUNCTIONS, PATHS, ROUTES
from productsapi.stack import function_settings
from productsapi.stack.json_contract import contract


def test_outputs_are_those_of_the_contract(standing: World) -> None:
    stack = standing.stack()
    reported = contract(stack, standing.look(stack).outputs)
    assert (
        reported["invoke_url"]
        == f"https://{reported['api_id']}.execute-api.{REGION}.amazonaws.com/dev"
    )
    assert all(reported[key] for key in reported if key not in {"endpoint_url", "domain"})
    assert reported["domain"] is None


def test_the_table_is_on_demand_and_tagged(standing: World) -> None:
    client = standing.client("dynamodb")
    table = client.describe_table(TableName="ProductsTable")["Table"]
    assert table["KeySchema"] == [{"AttributeName": "productId", "KeyType": "HASH"}]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    tags = {
        t["Key"]: t["Value"]
        for t in client.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    }
    outputs = standing.outputs()
    assert tags == {
        "productsapi:stack": "shop",
        "productsapi:rest-api-id": outputs["api_id"],
        "productsapi:user-pool-id": outputs["user_pool_id"],
        "productsapi:client-id": outputs["client_id"],
    }


def test_functions_and_log_groups_have_their_settings(standing: World) -> None:
    outputs = standing.outputs()
    for function in FUNCTIONS:
        found = _function(standing, function)
        assert found["Role"] == (
            f"arn:aws:iam::{ACCOUNT}:role/productsapi/shop/{function}productfunction-{REGION}"
        )
        assert (found["Runtime"], found["MemorySize"], found["Timeout"]) == ("python3.13", 256, 10)
        assert found["Environment"]["Variables"] == {
            "TABLE_NAME": "ProductsTable",
            "CLIENT_IDS": outputs["client_id"],
            "CORS_ORIGIN": "*",
            "LOG_LEVEL": "INFO",
            "ROLE_ID": function_settings.role_mark(outputs[f"role id of {function}"]),
        }
        groups = standing.client("logs").describe_log_groups(
            logGroupNamePrefix=f"/aws/lambda/{function}productfunction"
        )["logGroups"]
        assert [group["retentionInDays"] for group in groups] == [14]


def test_each_role_may_do_its_work_and_no_more(standing: World) -> None:
    for function in FUNCTIONS:
        rights = _rights(standing, function)
        table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ProductsTable"
        assert rights["Table"]["Resource"] == table
        assert "logs:CreateLogGroup" not in json.dumps(rights)
    assert _rights(standing, "create")["Table"]["Action"] == ["dynamodb:PutItem"]


def test_all_methods_but_options_are_locked(standing: World) -> None:
    api = standing.client("apigateway")
    outputs = standing.outputs()
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


def gateway_responses(world: World) -> dict[str, Any]:
    api_id = world.outputs()["api_id"]
    found = world.client("apigateway").get_gateway_responses(restApiId=api_id)
    return {response["responseType"]: response for response in found["items"]}


def test_gateway_errors_are_problems_of_their_own(standing: World) -> None:
    """The defaults serve several statuses: none is in them, or they would change it."""
    found = gateway_responses(standing)
    assert found.keys() == GATEWAY_PROBLEMS.keys()
    for kind, problem in GATEWAY_PROBLEMS.items():
        assert found[kind].get("statusCode") == (str(problem.status) if problem.status else None)
        templates = found[kind]["responseTemplates"]
        assert templates.keys() == {"application/json", "application/problem+json"}
        [template] = set(templates.values())
        filled = template.replace("$context.requestId", "id")
        body = json.loads(filled.replace("$context.error.messageString", '"said"'))
        assert body.pop("status", None) == problem.status
        assert body.pop("detail", None) == ("said" if kind == "DEFAULT_4XX" else None)
        reported = {"type": f"{TYPE}{problem.code}", "title": problem.title, "code": problem.code}
        assert body == {**reported, "requestId": "id"}


def test_a_callers_text_comes_quoted_by_the_gateway(standing: World) -> None:
    """Of all that a template may name, only these two can't break out of the JSON."""
    for response in gateway_responses(standing).values():
        for template in response["responseTemplates"].values():
            named = re.findall(r"\$[\w.]+", template)
            assert set(named) <= {"$context.requestId", "$context.error.messageString"}


def test_gateway_errors_carry_their_headers(standing: World) -> None:
    begin = "gatewayresponse.header."
    of_all = {
        "Access-Control-Allow-Origin": "'*'",
        "Access-Control-Expose-Headers": "'Retry-After, WWW-Authenticate, x-amzn-RequestId'",
        "Cache-Control": "'no-store'",
        "Content-Type": "'application/problem+json'",
    }
    of_one = {"UNAUTHORIZED": {"WWW-Authenticate": "'Bearer'"}, "THROTTLED": {"Retry-After": "'1'"}}
    for kind, response in gateway_responses(standing).items():
        reported = {n.removeprefix(begin): v for n, v in response["responseParameters"].items()}
        assert reported == {**of_all, **of_one.get(kind, {})}


def test_alias_serves_the_version_of_our_code(standing: World) -> None:
    client = standing.client("lambda")
    for function in FUNCTIONS:
        name = f"{function}productfunction"
        alias = client.get_alias(FunctionName=name, Name="live")
        served = client.get_function(FunctionName=name, Qualifier="live")["Configuration"]
        assert alias["FunctionVersion"] == served["Version"] != "$LATEST"
        assert served["CodeSha256"] == _function(standing, function)["CodeSha256"]


def _function(world: World, function: str) -> dict[str, Any]:
    answer = world.client("lambda").get_function(FunctionName=f"{function}productfunction")
    configuration: dict[str, Any] = answer["Configuration"]
    return configuration


def _rights(world: World, function: str) -> dict[str, Any]:
    answer = world.client("iam").get_role_policy(
        RoleName=f"{function}productfunction-{REGION}", PolicyName="productsapi"
    )
    return {s["Sid"]: s for s in answer["PolicyDocument"]["Statement"]}
