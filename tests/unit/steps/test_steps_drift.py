"""Drift: what was changed or deleted behind our back is seen, and repaired with just its calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import steps_tampering as tampering
from steps_moto import REGION, rest_api
from steps_world import World

from productsapi.steps.permissions.role_policy import POLICY_NAME

DRIFT: dict[str, tuple[Callable[[World], None], str, list[str], dict[str, int]]] = {
    "a method opened": (
        lambda w: tampering.method(w, authorization_type="NONE", authorizer_id=None),
        "method GET /products",
        ["authorization", "authorizer"],
        {"UpdateMethod": 1},
    ),
    "another authorizer on a method": (
        lambda w: tampering.method(w, authorizer_id="theirs"),
        "method GET /products",
        ["authorizer"],
        {"UpdateMethod": 1},
    ),
    "scopes on a method, which would refuse ID tokens": (
        lambda w: tampering.method(w, authorization_scopes=["a/b", "c/d"]),
        "method GET /products",
        ["scopes"],
        {"UpdateMethod": 1},
    ),
    "an API key asked for": (
        lambda w: tampering.method(w, api_key_required=True),
        "method GET /products",
        ["api_key_required"],
        {"DeleteMethod": 1, "PutMethod": 1, "PutIntegration": 1},
    ),
    "a method led elsewhere": (
        lambda w: tampering.integration(w, uri="arn:theirs"),
        "method GET /products",
        ["uri"],
        {"PutIntegration": 1},
    ),
    "an authorizer of another pool": (
        lambda w: tampering.authorizer(w, provider_arns=["arn:theirs"]),
        "authorizer CognitoUserAuth",
        ["user_pools"],
        {"UpdateAuthorizer": 1},
    ),
    "an authorizer with a second pool": (
        lambda w: tampering.authorizer(
            w,
            provider_arns=[
                "arn:theirs",
                w.location.user_pool_arn(w.outputs()["user_pool_id"]),
            ],
        ),
        "authorizer CognitoUserAuth",
        ["user_pools"],
        {"UpdateAuthorizer": 1},
    ),
    "an authorizer that reads another header": (
        lambda w: tampering.authorizer(w, identity_source="method.request.header.X"),
        "authorizer CognitoUserAuth",
        ["token_source"],
        {"UpdateAuthorizer": 1},
    ),
    "an authorizer with a pattern": (
        lambda w: tampering.authorizer(w, identity_validation_expression="x"),
        "authorizer CognitoUserAuth",
        ["token_pattern"],
        {"UpdateAuthorizer": 1},
    ),
    "users that confirm themselves by mail": (
        lambda w: tampering.pool(w, AutoVerifiedAttributes=["email"]),
        "user pool secure-serverless-app",
        ["auto_verified"],
        {"UpdateUserPool": 1},
    ),
    "users that reset their passwords by mail": (
        lambda w: tampering.pool(w, AccountRecoverySetting=tampering.BY_MAIL),
        "user pool secure-serverless-app",
        ["recovery"],
        {"UpdateUserPool": 1},
    ),
    "another sign-in flow": (
        lambda w: tampering.client(w, ExplicitAuthFlows=["ALLOW_CUSTOM_AUTH"]),
        "app client ProductsWebAppClient",
        ["auth_flows", "other_flows"],
        {"UpdateUserPoolClient": 1},
    ),
    "a client that reveals unknown users": (
        lambda w: tampering.client(w, PreventUserExistenceErrors="LEGACY"),
        "app client ProductsWebAppClient",
        ["hides_unknown_users"],
        {"UpdateUserPoolClient": 1},
    ),
    "tokens that can't be revoked": (
        lambda w: tampering.client(w, EnableTokenRevocation=False),
        "app client ProductsWebAppClient",
        ["revocation"],
        {"UpdateUserPoolClient": 1},
    ),
    "a role that anyone may take on": (
        tampering.trust,
        f"role getproductfunction-{REGION}",
        ["trust"],
        {"UpdateAssumeRolePolicy": 1},
    ),
    "a function's variable": (
        tampering.variable,
        "function getproductfunction",
        ["environment.TABLE_NAME"],
        {"UpdateFunctionConfiguration": 1},
    ),
    "a table paid for by capacity": (
        tampering.provisioned,
        "table ProductsTable",
        ["billing"],
        {"UpdateTable": 1},
    ),
    "logs kept for ever": (
        tampering.retention,
        "log group /aws/lambda/getproductfunction",
        ["retention_days"],
        {"PutRetentionPolicy": 1},
    ),
    "errors as they were before problem details": (
        tampering.gateway_response,
        "gateway response DEFAULT_4XX",
        [
            "headers.Access-Control-Allow-Origin",
            "headers.Access-Control-Expose-Headers",
            "headers.Cache-Control",
            "headers.Content-Type",
            "body.application/json",
            "body.application/problem+json",
        ],
        {"PutGatewayResponse": 1},
    ),
}


@pytest.mark.parametrize("what", DRIFT)
def test_drift_is_seen_and_repaired_with_just_its_call(standing: World, what: str) -> None:
    cause, key, fields, calls = DRIFT[what]
    cause(standing)
    standing.forget_calls()
    standing.deploy(standing.stack())
    assert [c.key for c in standing.shown.to_do] == [key]
    assert [f.field for f in standing.shown[key].fields] == fields
    assert _counted(standing.changing) == calls
    assert standing.plan(standing.stack()).to_do == ()


GONE: dict[str, Callable[[World, Any], Any]] = {
    "log group /aws/lambda/getproductfunction": lambda w, _: w.client("logs").delete_log_group(
        logGroupName="/aws/lambda/getproductfunction"
    ),
    f"role policy getproductfunction-{REGION}": lambda w, _: w.client("iam").delete_role_policy(
        RoleName=f"getproductfunction-{REGION}", PolicyName=POLICY_NAME
    ),
    "live code getproductfunction": lambda w, _: w.client("lambda").delete_alias(
        FunctionName="getproductfunction", Name="live"
    ),
    "method GET /products": lambda _, o: (
        rest_api(o["api_id"]).resources[o["id of /products"]].resource_methods.pop("GET")
    ),
    "stage dev": lambda w, o: w.client("apigateway").delete_stage(
        restApiId=o["api_id"], stageName="dev"
    ),
    "gateway response DEFAULT_4XX": lambda w, o: w.client("apigateway").delete_gateway_response(
        restApiId=o["api_id"], responseType="DEFAULT_4XX"
    ),
    "function getproductfunction": lambda w, _: w.client("lambda").delete_function(
        FunctionName="getproductfunction"
    ),
    "rest api ProductsAPI": lambda w, o: w.client("apigateway").delete_rest_api(
        restApiId=o["api_id"]
    ),
    "app client ProductsWebAppClient": lambda w, o: w.client("cognito-idp").delete_user_pool_client(
        UserPoolId=o["user_pool_id"], ClientId=o["client_id"]
    ),
    "user pool secure-serverless-app": lambda w, o: w.client("cognito-idp").delete_user_pool(
        UserPoolId=o["user_pool_id"]
    ),
    "table ProductsTable": lambda w, _: w.client("dynamodb").delete_table(
        TableName="ProductsTable"
    ),
}


@pytest.mark.parametrize("key", GONE)
def test_what_was_deleted_is_made_again(standing: World, key: str) -> None:
    outputs = standing.outputs()
    GONE[key](standing, outputs)
    standing.deploy(standing.stack())
    assert standing.shown[key].action.value == "create"
    assert standing.plan(standing.stack()).to_do == ()


def _counted(operations: list[str]) -> dict[str, int]:
    return {name: operations.count(name) for name in operations}
