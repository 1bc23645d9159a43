"""Each request is reported as it was answered, also one that failed, and one that is repeated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

import botocore.session
import pytest
from aws_wire import Wire, error, ok
from botocore.exceptions import ConnectionClosedError

from productsapi.aws.caller import Aws
from productsapi.aws.clients import Clients
from productsapi.aws.location import Location
from productsapi.aws.tracing import TracedCall, traced
from productsapi.errors import AwsError

THEN = datetime(2026, 11, 27, 12, 0, tzinfo=timezone.utc)
TABLE = {"TableName": "ProductsTable"}
KEYS = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}


@pytest.fixture
def calls() -> list[TracedCall]:
    return []


@pytest.fixture
def aws(session: botocore.session.Session, calls: list[TracedCall]) -> Aws:
    clients = Clients(session, calls.append, region_name="eu-west-2", **KEYS)
    return Aws(clients, Location("eu-west-2", "123456789012"), pause=lambda _: None)


def test_a_call_is_reported_with_its_answer(aws: Aws, calls: list[TracedCall], wire: Wire) -> None:
    status, headers, body = ok(Table={"TableStatus": "ACTIVE"})
    wire.will((status, {**headers, "x-amzn-requestid": "abc-1"}, body))
    aws.call("dynamodb", "DescribeTable", **TABLE)
    (call,) = calls
    assert str(call.command) == "aws dynamodb describe-table --table-name ProductsTable"
    assert (call.status, call.error, call.request_id) == (200, "", "abc-1")
    assert call.began.tzinfo
    assert call.seconds >= 0


def test_a_refusal_is_reported_with_its_code(aws: Aws, calls: list[TracedCall], wire: Wire) -> None:
    wire.will(error("ResourceNotFoundException"))
    with pytest.raises(AwsError):
        aws.call("dynamodb", "DescribeTable", **TABLE)
    assert [(c.status, c.error) for c in calls] == [(400, "ResourceNotFoundException")]


def test_each_try_is_reported(aws: Aws, calls: list[TracedCall], wire: Wire) -> None:
    wire.will(
        ConnectionClosedError(endpoint_url="https://dynamodb"),
        error("ThrottlingException"),
        ok(Table={"TableStatus": "ACTIVE"}),
    )
    aws.call("dynamodb", "DescribeTable", **TABLE)
    reported = [(call.status, call.error) for call in calls]
    assert reported == [(None, "ConnectionClosedError"), (400, "ThrottlingException"), (200, "")]


def test_what_is_printed_is_masked(aws: Aws, calls: list[TracedCall], wire: Wire) -> None:
    wire.will(ok())
    password = {"UserPoolId": "eu-west-2_a", "Username": "testuser", "Password": "Sup3rS3cret!"}
    aws.call("cognito-idp", "AdminSetUserPassword", **password)
    assert calls[0].params == {**password, "Password": "***"}
    assert "Sup3rS3cret" not in str(calls[0].command)


def test_time_is_that_from_sending_to_answer(session: botocore.session.Session, wire: Wire) -> None:
    clients = Clients(session, region_name="eu-west-2", **KEYS)
    calls: list[TracedCall] = []
    clock: Iterator[float] = iter([10.0, 10.25])
    client = clients.get("dynamodb")
    traced(client, "dynamodb", calls.append, now=lambda: THEN, clock=lambda: next(clock))
    wire.will(ok(Table={"TableStatus": "ACTIVE"}))
    client.describe_table(**TABLE)
    assert [(call.began, call.seconds) for call in calls] == [(THEN, 0.25)]
