"""Listings: every page, by each service's own tokens, just as botocore's paginators walk them."""

from __future__ import annotations

import ast
from typing import Any

import pytest
import sources
from aws_wire import Wire, error, ok
from botocore import xform_name
from botocore.loaders import Loader
from botocore.stub import Stubber

from productsapi.aws.caller import Aws
from productsapi.errors import AwsError, NotFound

API = {"restApiId": "a1", "limit": 500}
POOL = {"UserPoolId": "eu-west-2_1"}
LISTINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("apigateway", "GetRestApis"): {"limit": 500},
    ("apigateway", "GetResources"): {**API, "embed": ["methods"]},
    ("apigateway", "GetApiKeys"): {"nameQuery": "productsapi-shop", "limit": 500},
    ("apigateway", "GetUsagePlans"): {"limit": 500},
    ("apigateway", "GetAuthorizers"): API,
    ("apigateway", "GetDeployments"): API,
    ("apigateway", "GetGatewayResponses"): API,
    ("apigateway", "GetDomainNames"): {"limit": 500},
    ("apigateway", "GetBasePathMappings"): {"domainName": "shop.example.com", "limit": 500},
    ("route53", "ListResourceRecordSets"): {"HostedZoneId": "Z1", "StartRecordName": "a.example"},
    ("cloudwatch", "DescribeAlarms"): {"AlarmNames": ["a"], "AlarmTypes": ["MetricAlarm"]},
    ("cloudwatch", "GetMetricData"): {"MetricDataQueries": [], "StartTime": 1, "EndTime": 2},
    ("cognito-idp", "ListUserPools"): {"MaxResults": 60},
    ("cognito-idp", "ListUserPoolClients"): {**POOL, "MaxResults": 60},
    ("cognito-idp", "ListUsers"): POOL,
    ("cognito-idp", "AdminListGroupsForUser"): {**POOL, "Username": "testuser"},
    ("dynamodb", "ListTagsOfResource"): {"ResourceArn": "arn:aws:dynamodb:eu-west-2:1:table/t"},
    ("dynamodb", "ListTables"): {},
    ("iam", "ListRoles"): {"PathPrefix": "/productsapi/shop/", "MaxItems": 1000},
    ("iam", "SimulatePrincipalPolicy"): {
        "PolicySourceArn": "arn:aws:iam::1:user/u",
        "ActionNames": [],
    },
    ("iam", "ListRolePolicies"): {"RoleName": "role"},
    ("iam", "ListAttachedRolePolicies"): {"RoleName": "role"},
    ("lambda", "ListAliases"): {"FunctionName": "f"},
    ("lambda", "ListVersionsByFunction"): {"FunctionName": "f"},
    ("logs", "DescribeLogGroups"): {"logGroupNamePrefix": "/aws/lambda/"},
    ("logs", "FilterLogEvents"): {"logGroupName": "/aws/lambda/f", "startTime": 1},
}


UNPROCESSED = {"BatchGetItem"}
"""No pages, though botocore walks it so: what a throttle left out is asked for after a pause."""


def test_every_listing_of_the_code_is_tried_here(models: Loader) -> None:
    """Every operation named in the code that botocore knows to answer in pages."""
    paged = set()
    for service in {service for service, _ in LISTINGS}:
        paged |= set(models.load_service_model(service, "paginators-1")["pagination"])
    looks = {"Scan", "Query"}  # tokens of their own kind: see the test of it below
    looks |= UNPROCESSED
    said = {text for path in sources.PACKAGE.rglob("*.py") for text in sources.texts(path)}
    assert paged & said - looks == {name for _, name in LISTINGS}


def test_no_listing_is_asked_for_its_first_page_only(models: Loader) -> None:
    """C1: a page may be short, or empty, and others follow."""
    found = []
    for path in sources.PACKAGE.rglob("*.py"):
        for node in sources.nodes(path):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            texts = [a.value for a in node.args[:2] if isinstance(a, ast.Constant)]
            if node.func.attr != "call" or len(texts) < 2:
                continue
            service, operation = texts
            pages = models.load_service_model(service, "paginators-1")["pagination"]
            if operation in pages and operation not in UNPROCESSED:
                found.append(f"{path.name}:{node.lineno} {operation}")
    assert not found


@pytest.mark.parametrize(("service", "operation"), LISTINGS)
def test_all_pages_are_asked_for_as_botocore_asks(aws: Aws, service: str, operation: str) -> None:
    client = aws.clients.get(service)
    params = LISTINGS[service, operation]
    model = client.get_paginator(_snake(operation))._pagination_cfg
    given, got = (
        token if isinstance(token, str) else token[0]  # Route 53 has three of them
        for token in (model["input_token"], model["output_token"])
    )
    result, *_ = (
        [model["result_key"]] if isinstance(model["result_key"], str) else model["result_key"]
    )
    more = {model["more_results"]: True} if "more_results" in model else {}
    each = {"MaxItems": "300"} if service == "route53" else {}  # else it is no answer to the stub
    answers: list[dict[str, Any]] = [
        {result: [], got: mark, **more, **each} for mark in ("one", "two")
    ]
    answers.append({result: [], **dict.fromkeys(more, False), **each})

    def script(stub: Stubber) -> None:
        for mark, answer in zip([None, "one", "two"], answers, strict=True):
            expected = params if mark is None else {**params, given: mark}
            stub.add_response(_snake(operation), answer, expected)

    with Stubber(client) as stub:
        script(stub)
        ours = list(aws.pages(service, operation, **params))
        script(stub)
        theirs = list(client.get_paginator(_snake(operation)).paginate(**params))
        stub.assert_no_pending_responses()
    assert ours == theirs == answers


def test_a_marker_without_is_truncated_is_the_end(aws: Aws) -> None:
    """IAM says with IsTruncated whether there is more."""
    client = aws.clients.get("iam")
    with Stubber(client) as stub:
        answer = {"PolicyNames": ["p"], "IsTruncated": False, "Marker": "left over"}
        stub.add_response("list_role_policies", answer)
        assert list(aws.pages("iam", "ListRolePolicies", RoleName="r")) == [answer]


def test_an_ignored_token_is_not_asked_with_for_ever(aws: Aws, wire: Wire) -> None:
    wire.will(ok(item=[], position="again"))
    with pytest.raises(AwsError, match="the same token"):
        list(aws.pages("apigateway", "GetRestApis"))
    assert len(wire.requests) == 2


def test_an_error_between_pages_comes_in_its_place(aws: Aws, wire: Wire) -> None:
    wire.will(ok(item=[{"id": "a"}], position="2"), error("NotFoundException", status=404))
    pages = aws.pages("apigateway", "GetRestApis")
    assert next(pages)["items"] == [{"id": "a"}]
    with pytest.raises(NotFound):
        next(pages)


def test_a_throttle_between_pages_repeats_its_page(
    aws: Aws, wire: Wire, pauses: list[float]
) -> None:
    throttle = error("TooManyRequestsException", status=429)
    wire.will(ok(item=[{"id": "a"}], position="2"), throttle, ok(item=[{"id": "b"}]))
    pages = aws.pages("apigateway", "GetRestApis", limit=500)
    assert [item["id"] for page in pages for item in page["items"]] == ["a", "b"]
    assert len(pauses) == 1
    assert [request.url.split("?")[1] for request in wire.requests] == [
        "limit=500", *["limit=500&position=2"] * 2,
    ]  # fmt: skip


def test_a_remembered_listing_is_walked_from_memory(aws: Aws, wire: Wire) -> None:
    looking = aws.remembering()
    wire.will(ok(item=[{"id": "a"}], position="2"), ok(item=[{"id": "b"}]))
    for _ in range(2):
        assert len(list(looking.pages("apigateway", "GetRestApis", limit=500))) == 2
    assert len(wire.requests) == 2


def _snake(operation: str) -> str:
    return str(xform_name(operation))


def test_a_scan_goes_on_by_the_last_key_it_looked_at(aws: Aws, wire: Wire) -> None:
    key = {"productId": {"S": "p"}}
    wire.will(ok(Items=[], LastEvaluatedKey=key), ok(Items=[key]))
    pages = aws.pages("dynamodb", "Scan", TableName="t", Limit=1)
    assert [page["Items"] for page in pages] == [[], [key]]
    assert b'"ExclusiveStartKey": {"productId": {"S": "p"}}' in wire.requests[1].body
