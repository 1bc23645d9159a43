"""Each key of the configuration: a change of it, what that shows, and the calls that close it."""

from __future__ import annotations

from typing import Any, NamedTuple

from steps_moto import REGION

from productsapi.config.model import Api
from productsapi.engine.outputs import Unknown
from productsapi.gateway_problems import GATEWAY_PROBLEMS
from productsapi.routes import FUNCTIONS, REQUEST_HEADERS

FUNCTION_KEYS = [f"function {f}productfunction" for f in FUNCTIONS]
LIVE_KEYS = [f"live code {f}productfunction" for f in FUNCTIONS]
ROLE_KEYS = [f"role {f}productfunction-{REGION}" for f in FUNCTIONS]
POLICY_KEYS = [f"role policy {f}productfunction-{REGION}" for f in FUNCTIONS]
GROUP_KEYS = [f"log group /aws/lambda/{f}productfunction" for f in FUNCTIONS]
ORIGIN = "https://shop.example.com"
BOUNDARY = "arn:aws:iam::123456789012:policy/developers"
ANYTHING = object()

Field = tuple[str, Any, Any]


class Expected(NamedTuple):
    """What a change shows, field by field, and the calls that close it, how many of each."""

    fields: dict[str, list[Field]]
    calls: dict[str, int]


def _each(keys: list[str], *fields: Field) -> dict[str, list[Field]]:
    return {key: list(fields) for key in keys}


def _auth(key: str, value: Any, variable: str, reported: str) -> tuple[dict[str, Any], Expected]:
    return {"auth": {key: value}}, _settings(f"environment.{variable}", None, reported)


def _settings(field: str, old: Any, new: Any) -> Expected:
    """A function's setting: changed on the function, then live as a new version."""
    return Expected(
        _each(FUNCTION_KEYS + LIVE_KEYS, (field, old, new)),
        {"UpdateFunctionConfiguration": 4, "PublishVersion": 4, "UpdateAlias": 4},
    )


NEW_DEPLOYMENT: dict[str, list[Field]] = {
    "deployment dev": [("definition", ANYTHING, ANYTHING)],
    "stage dev": [("deployment", ANYTHING, Unknown("deployment_id"))],
}

CHANGES: dict[str, tuple[dict[str, Any], Expected]] = {
    "table.deletion_protection": (
        {"table": {"deletion_protection": True}},
        Expected(
            {"table ProductsTable": [("deletion_protection", False, True)]}, {"UpdateTable": 1}
        ),
    ),
    "table.point_in_time_recovery": (
        {"table": {"point_in_time_recovery": True}},
        Expected(
            {"backups ProductsTable": [("point_in_time_recovery", False, True)]},
            {"UpdateContinuousBackups": 1},
        ),
    ),
    "limits.table_read_units": (
        {"limits": {"table_read_units": 200}},
        Expected({"table ProductsTable": [("max_read_units", None, 200)]}, {"UpdateTable": 1}),
    ),
    "limits.table_write_units": (
        {"limits": {"table_write_units": 20}},
        Expected({"table ProductsTable": [("max_write_units", None, 20)]}, {"UpdateTable": 1}),
    ),
    "limits.concurrency": (
        {"limits": {"concurrency": 5}},
        Expected(
            _each(FUNCTION_KEYS, ("concurrency", None, 5)),
            {"PutFunctionConcurrency": 4},
        ),
    ),
    "limits.rate": (
        {"limits": {"rate": 7}},
        Expected({"stage dev": [("limits.all methods", "50/100", "7/100")]}, {"UpdateStage": 1}),
    ),
    "limits.burst": (
        {"limits": {"burst": 8}},
        Expected({"stage dev": [("limits.all methods", "50/100", "50/8")]}, {"UpdateStage": 1}),
    ),
    "limits.methods": (
        {"limits": {"methods": {"PUT /products/{productId}": "5/10"}}},
        Expected(
            {"stage dev": [("limits.PUT /products/{productId}", None, "5/10")]},
            {"UpdateStage": 1},
        ),
    ),
    "functions.runtime": (
        {"functions": {"runtime": "python3.12"}},
        _settings("runtime", "python3.13", "python3.12"),
    ),
    "functions.memory_mb": (
        {"functions": {"memory_mb": 512}},
        _settings("memory_mb", 256, 512),
    ),
    "functions.timeout_s": ({"functions": {"timeout_s": 5}}, _settings("timeout_s", 10, 5)),
    "functions.log_level": (
        {"functions": {"log_level": "DEBUG"}},
        _settings("environment.LOG_LEVEL", "INFO", "DEBUG"),
    ),
    "functions.tracing": (
        {"functions": {"tracing": True}},
        Expected(
            {
                **_each(FUNCTION_KEYS + LIVE_KEYS, ("tracing", "PassThrough", "Active")),
                **_each(POLICY_KEYS, ("rights.Traces", None, ANYTHING)),
            },
            {
                "UpdateFunctionConfiguration": 4,
                "PublishVersion": 4,
                "UpdateAlias": 4,
                "PutRolePolicy": 4,
            },
        ),
    ),
    "functions.environment": (
        {"functions": {"environment": {"GREETING": "hello"}}},
        Expected(
            _each(
                FUNCTION_KEYS + LIVE_KEYS,
                ("environment.OWN_VARIABLES", None, "GREETING"),
                ("environment.GREETING", None, "hello"),
            ),
            {"UpdateFunctionConfiguration": 4, "PublishVersion": 4, "UpdateAlias": 4},
        ),
    ),
    "functions.architecture": (
        {"functions": {"architecture": "arm64"}},
        Expected(
            _each(LIVE_KEYS, ("architecture", "x86_64", "arm64")),
            {"UpdateFunctionCode": 4, "PublishVersion": 4, "UpdateAlias": 4},
        ),
    ),
    "functions.log_retention_days": (
        {"functions": {"log_retention_days": 30}},
        Expected(_each(GROUP_KEYS, ("retention_days", 14, 30)), {"PutRetentionPolicy": 4}),
    ),
    "permissions.boundary": (
        {"permissions": {"boundary": BOUNDARY}},
        Expected(_each(ROLE_KEYS, ("boundary", None, BOUNDARY)), {"PutRolePermissionsBoundary": 4}),
    ),
    "api.name": (
        {"api": {"name": "Shop"}},
        Expected({"rest api Shop": [("name", "ProductsAPI", "Shop")]}, {"UpdateRestApi": 1}),
    ),
    **{
        f"api.{name}": ({"api": {name: value}}, Expected({}, {}))
        for name, value in {
            "version": "2.1.0",
            "contact": "api@shop.example.com",
            "license": "Apache-2.0",
        }.items()
    },
    "production": ({"production": True}, Expected({}, {})),
    "api.cors_headers": (
        {"api": {"cors_headers": ("X-Trace",)}},
        Expected(
            {
                **_each(
                    ["method OPTIONS /products", "method OPTIONS /products/{productId}"],
                    (
                        "headers.Access-Control-Allow-Headers",
                        f"'{','.join((*REQUEST_HEADERS, *Api().cors_headers))}'",
                        f"'{','.join((*REQUEST_HEADERS, 'X-Trace'))}'",
                    ),
                ),
                **NEW_DEPLOYMENT,
            },
            {
                "DeleteMethod": 2,
                "PutMethod": 2,
                "PutMethodResponse": 2,
                "PutIntegration": 2,
                "PutIntegrationResponse": 2,
                "CreateDeployment": 1,
                "UpdateStage": 1,
            },
        ),
    ),
    "api.cors_origin": (
        {"api": {"cors_origin": ORIGIN}},
        Expected(
            {
                **_each(FUNCTION_KEYS + LIVE_KEYS, ("environment.CORS_ORIGIN", "*", ORIGIN)),
                **_each(
                    ["method OPTIONS /products", "method OPTIONS /products/{productId}"],
                    ("headers.Access-Control-Allow-Origin", "'*'", f"'{ORIGIN}'"),
                ),
                **_each(
                    [f"gateway response {kind}" for kind in GATEWAY_PROBLEMS],
                    (
                        "headers.Access-Control-Allow-Origin",
                        "'*'",
                        f"'{ORIGIN}'",
                    ),
                ),
                **NEW_DEPLOYMENT,
            },
            {
                "UpdateFunctionConfiguration": 4,
                "PublishVersion": 4,
                "UpdateAlias": 4,
                "DeleteMethod": 2,
                "PutMethod": 2,
                "PutMethodResponse": 2,
                "PutIntegration": 2,
                "PutIntegrationResponse": 2,
                "PutGatewayResponse": len(GATEWAY_PROBLEMS),
                "CreateDeployment": 1,
                "UpdateStage": 1,
            },
        ),
    ),
    "user_pool.name": (
        {"user_pool": {"name": "shop"}},
        Expected(
            {"user pool shop": [("name", "secure-serverless-app", "shop")]}, {"UpdateUserPool": 1}
        ),
    ),
    "user_pool.client": (
        {"user_pool": {"client": "Web"}},
        Expected(
            {"app client Web": [("name", "ProductsWebAppClient", "Web")]},
            {"UpdateUserPoolClient": 1},
        ),
    ),
    "user_pool.authorizer": (
        {"user_pool": {"authorizer": "Users"}},
        Expected(
            {"authorizer Users": [("name", "CognitoUserAuth", "Users")], **NEW_DEPLOYMENT},
            {"UpdateAuthorizer": 1, "CreateDeployment": 1, "UpdateStage": 1},
        ),
    ),
    "user_pool.self_sign_up": (
        {"user_pool": {"self_sign_up": False}},
        Expected(
            {"user pool secure-serverless-app": [("self_sign_up", True, False)]},
            {"UpdateUserPool": 1},
        ),
    ),
    "user_pool.self_confirm": (
        {"user_pool": {"self_confirm": True}},
        Expected(
            {"user pool secure-serverless-app": [("auto_verified", None, "email")]},
            {"UpdateUserPool": 1},
        ),
    ),
    "user_pool.password_reset": (
        {"user_pool": {"password_reset": True}},
        Expected(
            {"user pool secure-serverless-app": [("recovery", "admin_only", "verified_email")]},
            {"UpdateUserPool": 1},
        ),
    ),
    "user_pool.deletion_protection": (
        {"user_pool": {"deletion_protection": True}},
        Expected(
            {"user pool secure-serverless-app": [("deletion_protection", False, True)]},
            {"UpdateUserPool": 1},
        ),
    ),
    "user_pool.password_length": (
        {"user_pool": {"password_length": 12}},
        Expected(
            {"user pool secure-serverless-app": [("password_length", 8, 12)]},
            {"UpdateUserPool": 1},
        ),
    ),
    "user_pool.id_token_minutes": (
        {"user_pool": {"id_token_minutes": 30}},
        Expected(
            {
                "app client ProductsWebAppClient": [
                    ("id_token", "60 minutes", "30 minutes"),
                    ("access_token", "60 minutes", "30 minutes"),
                ]
            },
            {"UpdateUserPoolClient": 1},
        ),
    ),
    "user_pool.refresh_token_days": (
        {"user_pool": {"refresh_token_days": 1}},
        Expected(
            {
                "app client ProductsWebAppClient": [
                    ("refresh_token", "43200 minutes", "1440 minutes")
                ]
            },
            {"UpdateUserPoolClient": 1},
        ),
    ),
    "api.decimals": (
        {"api": {"decimals": "string"}},
        _settings("environment.DECIMALS", None, "string"),
    ),
    "auth.write_groups": _auth("write_groups", ("a", "b"), "WRITE_GROUPS", "a,b"),
    "auth.owner_only": _auth("owner_only", value=True, variable="OWNER_ONLY", reported="true"),
    "auth.owner_groups": _auth("owner_groups", ("admins",), "OWNER_GROUPS", "admins"),
    "tags": (
        {"tags": {"team": "blue"}},
        Expected(
            _each(
                [
                    "table ProductsTable",
                    *GROUP_KEYS,
                    *FUNCTION_KEYS,
                    *ROLE_KEYS,
                    "rest api ProductsAPI",
                    "stage dev",
                    "user pool secure-serverless-app",
                ],
                ("tags.team", None, "blue"),
                ("tags.productsapi:tags", None, ANYTHING),
            ),
            {"TagResource": 11, "TagRole": 4, "UpdateUserPool": 1},
        ),
    ),
}
