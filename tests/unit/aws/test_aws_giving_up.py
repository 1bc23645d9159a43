"""The last word about a call: how often and how long was tried, and no secret that it sent."""

from __future__ import annotations

from typing import Any

import pytest
from aws_wire import Wire, error, ok
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from productsapi.aws.caller import Aws
from productsapi.aws.retries import LOST
from productsapi.errors import AlreadyExists, AwsError, Interrupted

TABLE = {"TableName": "t"}
CUT = ConnectionClosedError(endpoint_url="https://aws")
KEY = {"usagePlanId": "p1", "keyId": "k1", "keyType": "API_KEY"}
RESPONSE = {"restApiId": "a1", "resourceId": "r1", "httpMethod": "GET", "statusCode": "200"}
EXISTS = error("ConflictException", "there is one", 409)


def test_it_reports_time_tries_status_and_request(aws: Aws, wire: Wire) -> None:
    """K13."""
    status, headers, body = error("InternalServerError", "oops", 503)
    wire.will((status, {**headers, "x-amzn-requestid": "4711"}, body))
    with pytest.raises(Interrupted) as raised:
        aws.call("dynamodb", "DescribeTable", **TABLE)
    assert str(raised.value) == raised.value.message
    assert f"given up after {len(wire.requests)} tries in 3" in raised.value.message
    assert raised.value.message.endswith("s, HTTP 503, request 4711")
    assert "DescribeTable: oops (InternalServerError)" in raised.value.message


def test_an_empty_text_is_reported_as_one(aws: Aws, wire: Wire) -> None:
    """K13, K14: a 500 with nothing in it."""
    wire.will((500, {}, b""))
    with pytest.raises(Interrupted, match=r"CreateDeployment: .+ \(500\); asked once, HTTP 500"):
        aws.call("apigateway", "CreateDeployment", restApiId="a1")
    wire.will(error("OddException", ""))
    with pytest.raises(AwsError, match="AWS gives no reason"):
        aws.call("dynamodb", "DescribeTable", **TABLE)


def test_the_time_that_tries_take_counts(aws: Aws, wire: Wire) -> None:
    """A read that times out after 70 s isn't repeated for half an hour."""
    now = [0.0]

    def pause(seconds: float) -> None:
        now[0] += seconds + 70

    slow = Aws(aws.clients, aws.location, pause=pause, clock=lambda: now[0])
    wire.will(ReadTimeoutError(endpoint_url="https://aws"))
    with pytest.raises(Interrupted, match="after 2 tries in 70 s"):
        slow.call("dynamodb", "DescribeTable", **TABLE)


def test_a_refusal_after_waits_is_reported_as_it_is(aws: Aws, wire: Wire) -> None:
    wire.will(CUT, error("ValidationException", "no"))
    with pytest.raises(AwsError) as raised:
        aws.call("dynamodb", "DescribeTable", **TABLE)
    assert raised.value.message == "DescribeTable: no (ValidationException)"


def test_a_short_fault_is_ridden_over_with_any_sdk(
    aws: Aws, wire: Wire, pauses: list[float]
) -> None:
    """B1: 0.2 s of 503 from one service, again and again: no quota of retries runs out."""
    fault = error("ServiceUnavailable", status=503)
    for _ in range(40):
        wire.will(fault, ok(Table={}))
        aws.call("dynamodb", "DescribeTable", **TABLE)
    assert pauses == [LOST.first] * 40


@pytest.mark.parametrize(
    ("operation", "params"), [("CreateUsagePlanKey", KEY), ("PutMethodResponse", RESPONSE)]
)
def test_there_is_one_says_that_the_lost_call_did_it(
    aws: Aws, wire: Wire, operation: str, params: dict[str, Any]
) -> None:
    """G19; without a lost answer it is somebody else's."""
    wire.will(CUT, EXISTS)
    aws.call("apigateway", operation, **params)
    wire.will(EXISTS)
    with pytest.raises(AlreadyExists):
        aws.call("apigateway", operation, **params)


def test_an_authorizer_of_the_name_is_one_that_exists(aws: Aws, wire: Wire) -> None:
    """G19."""
    wire.will(error("BadRequestException", "Authorizer name must be unique. It already exists"))
    with pytest.raises(AlreadyExists):
        aws.call("apigateway", "CreateAuthorizer", restApiId="a1", name="n", type="TOKEN")


SECRETS: dict[str, tuple[str, dict[str, Any]]] = {
    "CreateApiKey": ("apigateway", {"name": "n", "value": "hunter2hunter2"}),
    "PutSecretValue": ("secretsmanager", {"SecretId": "s", "SecretString": "hunter2hunter2"}),
    "AdminSetUserPassword": (
        "cognito-idp",
        {"UserPoolId": "eu-west-2_1", "Username": "alice", "Password": "hunter2hunter2"},
    ),
    "InitiateAuth": (
        "cognito-idp",
        {
            "ClientId": "c1",
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "alice", "PASSWORD": "hunter2hunter2"},
        },
    ),
    "RevokeToken": ("cognito-idp", {"ClientId": "c1", "Token": "hunter2hunter2"}),
    "UpdateFunctionConfiguration": (
        "lambda",
        {"FunctionName": "f", "Environment": {"Variables": {"DB": "hunter2hunter2"}}},
    ),
}


@pytest.mark.parametrize("operation", SECRETS)
def test_a_secret_that_aws_quotes_is_masked(aws: Aws, wire: Wire, operation: str) -> None:
    """K10."""
    service, params = SECRETS[operation]
    wire.will(error("ValidationException", "Value 'hunter2hunter2' of alice at 'x' is too odd"))
    with pytest.raises(AwsError) as raised:
        aws.call(service, operation, **params)
    reported = f"{raised.value} {raised.value.message} {raised.value.text} {raised.value.args}"
    assert "hunter2" not in reported
    assert "Value '***'" in reported
    assert "of alice" in reported  # names are no secrets
