"""Which thing a call makes, and which things a call names: plain rules over its parameters.

A thing is its kind and what identifies it, its parents first: `("stage", "a1b2c3", "dev")`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Thing = tuple[str, ...]


@dataclass(frozen=True)
class Making:
    """A create: `given` parameters identify its thing, then what the answer `reported`."""

    kind: str
    given: tuple[str, ...] = ()
    reported: str = ""
    """The path of an id in the answer: `UserPool.Id`."""
    listed: bool = True
    tagged: bool = False
    """Whether the thing can carry tags."""


MAKINGS = {
    "CreateTable": Making("table", ("TableName",), tagged=True),
    "CreateRole": Making("role", ("RoleName",), tagged=True),
    "PutRolePolicy": Making("role policy", ("RoleName", "PolicyName")),
    "CreateLogGroup": Making("log group", ("logGroupName",), tagged=True),
    "CreateFunction": Making("function", ("FunctionName",), tagged=True),
    "PublishVersion": Making("qualifier", ("FunctionName",), "Version"),
    "CreateAlias": Making("qualifier", ("FunctionName", "Name")),
    "AddPermission": Making(
        "statement", ("FunctionName", "Qualifier", "StatementId"), listed=False
    ),
    "CreateRestApi": Making("api", reported="id", tagged=True),
    "CreateResource": Making("resource", ("restapi_id",), "id"),
    "PutMethod": Making("method", ("restapi_id", "resource_id", "http_method"), listed=False),
    "PutIntegration": Making(
        "integration", ("restapi_id", "resource_id", "http_method"), listed=False
    ),
    "PutMethodResponse": Making(
        "method response",
        ("restapi_id", "resource_id", "http_method", "status_code"),
        listed=False,
    ),
    "PutGatewayResponse": Making("gateway response", ("restapi_id", "response_type")),
    "CreateAuthorizer": Making("authorizer", ("restapi_id",), "id"),
    "CreateRequestValidator": Making("validator", ("restapi_id",), "id"),
    "CreateModel": Making("model", ("restapi_id", "name")),
    "CreateDeployment": Making("deployment", ("restapi_id",), "id"),
    "CreateStage": Making("stage", ("restapi_id", "stageName"), tagged=True),
    "CreateApiKey": Making("key", reported="id", tagged=True),
    "CreateUsagePlan": Making("usage plan", reported="id", tagged=True),
    "CreateUsagePlanKey": Making("plan key", ("usageplanId", "keyId")),
    "CreateUserPool": Making("pool", reported="UserPool.Id", tagged=True),
    "CreateUserPoolClient": Making("client", ("UserPoolId",), "UserPoolClient.ClientId"),
    "CreateGroup": Making("group", ("UserPoolId", "GroupName")),
    "AdminCreateUser": Making("user", ("UserPoolId", "Username")),
    "PutParameter": Making("parameter", ("Name",)),
    "CreateSecret": Making("secret", ("Name",), tagged=True),
    "PutMetricAlarm": Making("alarm", ("AlarmName",), tagged=True),
    "PutDashboard": Making("dashboard", ("DashboardName",)),
    "CreateTopic": Making("topic", ("Name",), tagged=True),
}
"""Each create that a deploy may make; operations' names are unique among these services."""

NAMING = (
    ("table", "TableName"),
    ("role", "RoleName"),
    ("role policy", "RoleName", "PolicyName"),
    ("log group", "logGroupName"),
    ("function", "FunctionName"),
    ("qualifier", "FunctionName", "Qualifier"),
    ("qualifier", "FunctionName", "FunctionVersion"),
    ("qualifier", "FunctionName", "Name"),
    ("statement", "FunctionName", "Qualifier", "StatementId"),
    ("api", "restapi_id"),
    ("resource", "restapi_id", "resource_id"),
    ("resource", "restapi_id", "parent_id"),
    ("method", "restapi_id", "resource_id", "http_method"),
    ("gateway response", "restapi_id", "response_type"),
    ("authorizer", "restapi_id", "authorizer_id"),
    ("authorizer", "restapi_id", "authorizerId"),
    ("validator", "restapi_id", "requestvalidator_id"),
    ("validator", "restapi_id", "requestValidatorId"),
    ("model", "restapi_id", "model_name"),
    ("deployment", "restapi_id", "deployment_id"),
    ("deployment", "restapi_id", "deploymentId"),
    ("stage", "restapi_id", "stage_name"),
    ("stage", "apiId", "stage"),
    ("key", "api_Key"),
    ("key", "keyId"),
    ("usage plan", "usageplanId"),
    ("plan key", "usageplanId", "keyId"),
    ("pool", "UserPoolId"),
    ("client", "UserPoolId", "ClientId"),
    ("group", "UserPoolId", "GroupName"),
    ("user", "UserPoolId", "Username"),
    ("secret", "SecretId"),
    ("dashboard", "DashboardName"),
)
"""By kind the parameters that name a thing of it, its parents' first."""

OF_INTEGRATIONS = {
    "GetIntegration", "UpdateIntegration", "DeleteIntegration", "PutIntegrationResponse",
    "GetIntegrationResponse", "UpdateIntegrationResponse", "DeleteIntegrationResponse",
}  # fmt: skip
"""They name the method's integration, though only by the method."""
OF_METHOD_RESPONSES = {"GetMethodResponse", "UpdateMethodResponse", "PutIntegrationResponse"}

ARNS = (
    (re.compile(r":dynamodb:[^:]*:\d+:table/([^/]+)"), "table"),
    (re.compile(r":iam::\d+:role/(?:.*/)?([^/]+)$"), "role"),
    (re.compile(r":lambda:[^:]*:\d+:function:([^:]+)$"), "function"),
    (re.compile(r":logs:[^:]*:\d+:log-group:([^:]+)"), "log group"),
    (re.compile(r":cognito-idp:[^:]*:\d+:userpool/([^/]+)$"), "pool"),
    (re.compile(r":apigateway:[^:]*::/restapis/([^/]+)$"), "api"),
    (re.compile(r":apigateway:[^:]*::/restapis/([^/]+)/stages/([^/]+)$"), "stage"),
    (re.compile(r":apigateway:[^:]*::/apikeys/([^/]+)$"), "key"),
    (re.compile(r":apigateway:[^:]*::/usageplans/([^/]+)$"), "usage plan"),
    (re.compile(r":secretsmanager:[^:]*:\d+:secret:(.+)-\w{6}$"), "secret"),
    (re.compile(r":cloudwatch:[^:]*:\d+:alarm:(.+)$"), "alarm"),
    (re.compile(r":sns:[^:]*:\d+:([^:]+)$"), "topic"),
)
"""What an ARN names: the groups are its parts."""

HOLD_ARNS = {
    "Role", "Resource", "ResourceArn", "ResourceARN", "resourceArn", "resource_arn", "TopicArn",
    "providerARNs", "cloudwatchRoleArn", "SecretId", "KeyId",
}  # fmt: skip
"""Parameters whose ARN must be known; others, such as an integration's, aren't looked up."""


def made(operation: str, given: Mapping[str, Any], answer: Mapping[str, Any]) -> Thing | None:
    """What the call has made, if that can be known."""
    making = MAKINGS.get(operation)
    if making is None:
        return None
    given = plain(given)
    parts = [str(given[name]) for name in making.given if name in given]
    if making.reported:
        parts.append(str(_inner(answer, making.reported) or ""))
    whole = len(parts) == len(making.given) + bool(making.reported)
    return (making.kind, *parts) if whole and all(parts) else None


def named(operation: str, given: Mapping[str, Any]) -> frozenset[Thing]:
    """The things that a call is about or refers to."""
    given = plain(given)
    found: set[Thing] = {
        (kind, *(str(given[name]) for name in names))
        for kind, *names in NAMING
        if all(given.get(name) for name in names)
    }
    if operation in OF_INTEGRATIONS:
        found |= {("integration", *thing[1:]) for thing in found if thing[0] == "method"}
    if operation in OF_METHOD_RESPONSES:
        status = str(given.get("status_code"))
        found |= {("method response", *t[1:], status) for t in found if t[0] == "method"}
    if operation in {"GetParameter", "DeleteParameter", "AddTagsToResource"}:
        found.add(("parameter", str(given.get("Name") or given.get("ResourceId"))))
    return frozenset(found | set(_by_arn(given)))


def _by_arn(given: Mapping[str, Any]) -> Iterator[Thing]:
    for name in HOLD_ARNS & set(given):
        values = given[name] if isinstance(given[name], list) else [given[name]]
        for value in values:
            for pattern, kind in ARNS:
                if found := pattern.search(str(value)):
                    yield kind, *found.groups()


def plain(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters with patches as what they set, lists of one as that one, names for ARNs."""
    reported = dict(given)
    for patch in given.get("patchOperations") or ():
        reported[str(patch.get("path", "")).rpartition("/")[2]] = patch.get("value")
    for stage in given.get("apiStages") or ():
        reported |= stage
    if "FunctionName" in reported:
        name = str(reported["FunctionName"]).rpartition(":function:")[2]
        reported["FunctionName"], _, of = name.partition(":")
        reported |= {"Qualifier": of} if of else {}
    return reported


def _inner(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
