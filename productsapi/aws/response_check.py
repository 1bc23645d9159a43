"""Checks that a response holds the members its caller needs: a 200 alone proves nothing.

botocore takes a cut body, a proxy's HTML page or `{}` for an answer without any member, and then
«there is none» and «nothing was understood» look the same. Here they don't.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from productsapi.aws.error_mapping import NotAnAnswer
from productsapi.errors import Unintelligible

ERRORS_BEGIN = 300
JSON_PROTOCOLS = ("json", "rest-json")

ITEMS = ("items",)
ID = ("id",)
NEEDED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "acm": {"DescribeCertificate": ("Certificate",)},
    "apigateway": {
        **dict.fromkeys(
            (
                "GetApiKeys",
                "GetAuthorizers",
                "GetDeployments",
                "GetDomainNames",
                "GetGatewayResponses",
                "GetResources",
                "GetRestApis",
                "GetUsagePlans",
            ),
            ITEMS,
        ),
        **dict.fromkeys(
            (
                "CreateApiKey",
                "CreateAuthorizer",
                "CreateDeployment",
                "CreateResource",
                "CreateRestApi",
                "CreateUsagePlan",
                "GetDeployment",
                "GetRestApi",
                "GetUsagePlan",
            ),
            ID,
        ),
        "GetBasePathMapping": ("restApiId",),
        "GetDomainName": ("domainName",),
        "GetAccount": ("throttleSettings|features|cloudwatchRoleArn",),
        "GetStages": ("item",),
        "GetTags": ("tags",),
    },
    "cloudwatch": {
        "DescribeAlarms": ("MetricAlarms",),
        "GetDashboard": ("DashboardBody",),
        "GetMetricData": ("MetricDataResults",),
        "ListTagsForResource": ("Tags",),
    },
    "cognito-idp": {
        "AdminGetUser": ("Username", "UserAttributes"),
        "AdminListGroupsForUser": ("Groups",),
        "CreateUserPool": ("UserPool",),
        "CreateUserPoolClient": ("UserPoolClient",),
        "DescribeUserPool": ("UserPool",),
        "DescribeUserPoolClient": ("UserPoolClient",),
        "ListUserPoolClients": ("UserPoolClients",),
        "ListUserPools": ("UserPools",),
        "ListUsers": ("Users",),
        "InitiateAuth": ("AuthenticationResult|ChallengeName",),
    },
    "dynamodb": {
        "BatchExecuteStatement": ("Responses",),
        "BatchGetItem": ("Responses", "UnprocessedKeys"),
        "DescribeContinuousBackups": ("ContinuousBackupsDescription",),
        "DescribeTable": ("Table",),
        "ListTables": ("TableNames",),
        "ListTagsOfResource": ("Tags",),
        "Query": ("Items",),
        "Scan": ("Items",),
    },
    "iam": {
        "CreateRole": ("Role",),
        "GetAccountSummary": ("SummaryMap",),
        "GetRole": ("Role",),
        "GetRolePolicy": ("PolicyDocument",),
        "ListAttachedRolePolicies": ("AttachedPolicies",),
        "ListRolePolicies": ("PolicyNames",),
        "ListRoles": ("Roles",),
        "SimulatePrincipalPolicy": ("EvaluationResults",),
    },
    "lambda": {
        "GetAccountSettings": ("AccountLimit", "AccountUsage"),
        "GetAlias": ("FunctionVersion",),
        "GetFunction": ("Configuration",),
        "GetPolicy": ("Policy",),
        "Invoke": ("Payload",),
        "ListAliases": ("Aliases",),
        "ListVersionsByFunction": ("Versions",),
        "PublishVersion": ("Version",),
    },
    "logs": {
        "DescribeLogGroups": ("logGroups",),
        "FilterLogEvents": ("events",),
        "ListTagsForResource": ("tags",),
    },
    "resourcegroupstaggingapi": {"GetResources": ("ResourceTagMappingList",)},
    "route53": {
        "GetHostedZone": ("HostedZone",),
        "ListResourceRecordSets": ("ResourceRecordSets",),
    },
    "secretsmanager": {"DescribeSecret": ("ARN",), "GetSecretValue": ("ARN",)},
    "sns": {
        "GetTopicAttributes": ("Attributes",),
        "ListSubscriptionsByTopic": ("Subscriptions",),
        "ListTagsForResource": ("Tags",),
    },
    "ssm": {"GetParameter": ("Parameter",), "PutParameter": ("Version",)},
    "sts": {"GetCallerIdentity": ("Account", "Arn")},
}
"""By service and operation: the members that AWS always sends («or» is `|`).

An empty collection is sent too, as `[]` or `{}`: API Gateway's «item» (aws-sdk-js, which asks AWS
itself in features/apigateway/apigateway.feature; LocalStack's recordings of AWS, which hold
`"tags": {}` and `"stageKeys": []`), DynamoDB's and Cognito's lists (models), and as an empty
element by IAM and SNS, which botocore reads as `[]`. What is left out where nothing is set is
deeper: a role's `Tags`, a table's `GlobalSecondaryIndexes`.
"""


def check(service: str, operation: str, answer: Mapping[str, Any]) -> None:
    """Raises Unintelligible where an answer lacks what it always holds."""
    needed = NEEDED.get(service, {}).get(operation, ())
    if lacking := [each for each in needed if not any(m in answer for m in each.split("|"))]:
        reported = answer.get("ResponseMetadata", {})
        raise Unintelligible(
            operation,
            f"the answer lacks {' and '.join(lacking)}",
            status=reported.get("HTTPStatusCode", 0),
            request_id=reported.get("RequestId", ""),
        )


def before_parse(operation_model: Any, response_dict: Mapping[str, Any], **_: Any) -> None:
    """For botocore's event of that name: its parsers of JSON swallow what they can't read.

    Raises NotAnAnswer, where those of XML raise too.
    """
    if response_dict["status_code"] >= ERRORS_BEGIN or operation_model.has_streaming_output:
        return
    body = response_dict["body"]
    if body[:200].lstrip().lower().startswith((b"<html", b"<!doctype html")):
        raise NotAnAnswer("a page of HTML")
    if operation_model.service_model.resolved_protocol not in JSON_PROTOCOLS:
        return
    if not body.strip():
        if _in_the_body(operation_model.output_shape):
            raise NotAnAnswer("an empty body")
        return
    try:
        reported = json.loads(body)
    except ValueError as error:
        raise NotAnAnswer("a body that isn't JSON, or not all of it") from error
    if not isinstance(reported, dict):
        raise NotAnAnswer("a body that isn't an object")


def _in_the_body(shape: Any) -> bool:
    members = shape.members.values() if shape else ()
    return any("location" not in member.serialization for member in members)
