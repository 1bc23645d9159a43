"""The client's answers and errors are the SDK's, and its repeats end with its time."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import harness  # noqa: F401 - puts the functions' sources on the path
import pytest
from shared.connection import NoAnswer, Reply
from shared.dynamodb import DynamoDB, answer_of
from shared.endpoint import endpoint_of
from shared.service_errors import UNREADABLE, UNTRUSTED, ServiceError

ENVIRONMENT = {
    "AWS_REGION": "eu-west-2",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_ACCESS_KEY_ID": "AKID",
    "AWS_SECRET_ACCESS_KEY": "secret",
}
ITEM = {"productId": {"S": "a"}, "n": {"N": "1"}, "l": {"L": [{"BOOL": True}, {"NULL": True}]}}
WHOLE: list[tuple[str, dict[str, Any]]] = [
    ("PutItem", {}),
    ("GetItem", {}),
    ("GetItem", {"Item": ITEM}),
    ("UpdateItem", {"Attributes": ITEM}),
    ("DeleteItem", {}),
    ("Query", {"Items": [ITEM], "Count": 1, "ScannedCount": 1}),
    ("Scan", {"Items": [], "Count": 0, "ScannedCount": 4, "LastEvaluatedKey": ITEM}),
]


def reply(body: Any, status: int = 200, **headers: str) -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    reported = {"x-amz-crc32": str(zlib.crc32(content)), "x-amzn-requestid": "R1", **headers}
    return Reply(status, {k: v for k, v in reported.items() if v}, content)


@cache
def operation_model(operation: str) -> Any:
    import botocore.session

    return botocore.session.Session().get_service_model("dynamodb").operation_model(operation)


def parsed_by_the_sdk(operation: str, given: Reply) -> dict[str, Any]:
    from botocore.parsers import create_parser

    model = operation_model(operation)
    parser = create_parser("json")
    response = {"status_code": given.status, "headers": given.headers, "body": given.body}
    reported: dict[str, Any] = parser.parse(response, model.output_shape)
    if given.status >= 300:
        code = reported["Error"]["Code"]
        shapes = {shape.name: shape for shape in model.error_shapes}
        if code in shapes:
            reported.update(parser.parse(response, shapes[code]))
    return reported


@pytest.mark.parametrize(("operation", "reported"), WHOLE)
def test_an_answer_is_read_as_the_sdk_does(operation: str, reported: dict[str, Any]) -> None:
    given = reply(reported)
    sdk = parsed_by_the_sdk(operation, given)
    sdk.pop("ResponseMetadata")
    assert answer_of(operation, given) == sdk


def modelled_errors() -> Iterator[tuple[str, str]]:
    for operation in dict.fromkeys(operation for operation, _ in WHOLE):
        for shape in operation_model(operation).error_shapes:
            yield operation, shape.name


@pytest.mark.parametrize("form", ["com.amazonaws.dynamodb.v20120810#{}", "{}", "{}:http://a/"])
@pytest.mark.parametrize("text", ["message", "Message"])
def test_an_error_is_read_as_the_sdk_does(form: str, text: str) -> None:
    for operation, code in modelled_errors():
        body = {"__type": form.format(code), text: "why", "Item": ITEM}
        given = reply(body, 500 if code.startswith("Internal") else 400)
        sdk = parsed_by_the_sdk(operation, given)
        with pytest.raises(ServiceError) as raised:
            answer_of(operation, given)
        ours = raised.value
        assert (ours.code, ours.message) == (sdk["Error"]["Code"], sdk["Error"]["Message"])
        assert ours.item == sdk.get("Item", ITEM)
        assert (ours.status, ours.request_id) == (given.status, "R1")


def test_it_repeats_what_the_sdk_repeats() -> None:
    """And more: what passes without being a throttle, such as a transaction's conflict."""
    from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker

    codes = {code for _, code in modelled_errors()}
    codes |= set(ThrottledRetryableChecker._THROTTLED_ERROR_CODES)
    codes |= set(TransientRetryableChecker._TRANSIENT_ERROR_CODES)
    elsewhere = {"BandwidthLimitExceeded", "EC2ThrottledException", "PriorRequestNotComplete",
                 "RequestThrottled", "RequestThrottledException", "SlowDown",
                 "TransactionInProgressException"}  # fmt: skip
    for code in codes - elsewhere:
        passes = ServiceError("Scan", code, status=400).passes
        sdk = code in {
            *ThrottledRetryableChecker._THROTTLED_ERROR_CODES,
            *TransientRetryableChecker._TRANSIENT_ERROR_CODES,
        }
        assert passes >= sdk, code
    assert ServiceError("UpdateItem", "TransactionInProgressException", status=400).passes
    assert not ServiceError("Scan", "ValidationException", status=400).passes
    assert all(ServiceError("Scan", "X", status=status).passes for status in (500, 502, 503, 504))


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("Scan", {}),
        ("Scan", {"Items": None}),
        ("Query", {"Items": {}}),
        ("UpdateItem", {}),
        ("GetItem", {"Item": None}),
        ("GetItem", []),
        ("GetItem", b""),
        ("GetItem", b"<html>"),
        ("PutItem", b'{"Attributes": {'),
        ("PutItem", b"\xff"),
    ],
)
def test_what_is_no_answer_is_never_an_empty_one(operation: str, body: Any) -> None:
    with pytest.raises(ServiceError) as raised:
        answer_of(operation, reply(body))
    assert raised.value.code == UNREADABLE
    assert raised.value.passes
    assert raised.value.maybe_done


@pytest.mark.parametrize("status", [200, 400])
def test_a_body_of_another_checksum_is_none(status: int) -> None:
    """Bytes that changed on the way may still be JSON."""
    changed = reply({"__type": "ValidationException"}, status, **{"x-amz-crc32": "7"})
    with pytest.raises(ServiceError) as raised:
        answer_of("GetItem", changed)
    assert raised.value.code == UNREADABLE


def test_without_a_checksum_the_body_stands() -> None:
    assert answer_of("GetItem", reply({"Item": ITEM}, **{"x-amz-crc32": ""})) == {"Item": ITEM}


def test_no_product_is_proven_by_a_checksum_or_not() -> None:
    """Where AWS answers; a local cloud may send none. Nothing else hangs on it."""
    bare = reply({}, **{"x-amz-crc32": ""})
    with pytest.raises(ServiceError) as raised:
        answer_of("GetItem", bare, is_aws=True)
    assert raised.value.code == UNREADABLE
    assert raised.value.passes
    assert answer_of("GetItem", reply({}), is_aws=True) == {}
    assert answer_of("GetItem", bare) == {}
    assert answer_of("PutItem", bare, is_aws=True) == {}


def test_the_client_asks_for_it_of_aws_alone() -> None:
    bare, whole = reply({}, **{"x-amz-crc32": ""}), reply({"Item": ITEM})
    aws = Scripted(bare, whole)
    aws.endpoint = endpoint_of({"AWS_REGION": "eu-west-2"})
    assert aws.table.get_item(TableName="T") == {"Item": ITEM}
    assert Scripted(bare, whole).table.get_item(TableName="T") == {}


@pytest.mark.parametrize("status", [103, 204, 301, 418])
def test_another_status_is_no_answer(status: int) -> None:
    with pytest.raises(ServiceError):
        answer_of("PutItem", reply({}, status))


class Scripted:
    """A connection whose replies are given; each look at the clock is a moment later."""

    def __init__(self, *replies: Reply | NoAnswer) -> None:
        self.replies = list(replies)
        self.sent: list[dict[str, str]] = []
        self.seconds = 0.0
        self.client = DynamoDB(
            ENVIRONMENT, clock=lambda: self.seconds, now=lambda: 1e9, sleep=self.sleep
        )
        self.endpoint = self.client.connection.endpoint
        self.client.connection = self  # type: ignore[assignment]
        self.table = self.client.within(5.0)

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def post(self, headers: dict[str, str], body: bytes, until: float) -> Reply:
        self.sent.append(headers)
        self.seconds += 0.1
        reported = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reported, NoAnswer):
            raise reported
        return reported


def lost(*, sent: bool) -> NoAnswer:
    return NoAnswer(ConnectionResetError(), sent=sent)


def untrusted() -> NoAnswer:
    import ssl

    return NoAnswer(ssl.SSLCertVerificationError(), sent=False)


THROTTLED = reply({"__type": "ThrottlingException"}, 400)
FAILED = reply({"__type": "InternalServerError"}, 500)
CONDITION = reply({"__type": "ConditionalCheckFailedException", "Item": ITEM}, 400)


@pytest.mark.parametrize(
    ("before", "reported"),
    [
        ([THROTTLED], False),
        ([lost(sent=False)], False),
        ([lost(sent=True)], True),
        ([FAILED], True),
        ([reply(b"cut")], True),
        ([FAILED, THROTTLED, lost(sent=False)], True),
        ([], False),
    ],
)
def test_what_may_be_done_twice_is_reported(before: list[Any], reported: bool) -> None:
    """And what can't have been done isn't: a throttle, a connection that was never made."""
    scripted = Scripted(*before, CONDITION)
    with pytest.raises(ServiceError) as raised:
        scripted.table.put_item(TableName="T", Item=ITEM)
    assert raised.value.was_retried is reported
    assert raised.value.item == ITEM
    assert len(scripted.sent) == len(before) + 1


@pytest.mark.parametrize("failure", [THROTTLED, FAILED, lost(sent=False), reply(b"")])
def test_it_tries_until_its_time_is_over(failure: Any) -> None:
    """A count gives a short outage up, or runs past the function's own time-out."""
    scripted = Scripted(failure)
    with pytest.raises(ServiceError) as raised:
        scripted.table.scan(TableName="T")
    assert raised.value.passes
    assert 3 < scripted.seconds <= 5
    assert len(scripted.sent) > 6


def test_a_retry_after_isnt_waited_for() -> None:
    slow = reply({"__type": "ThrottlingException"}, 400, **{"retry-after": "8"})
    for _ in range(20):  # the pause is drawn by lot
        scripted = Scripted(slow, reply({"Items": []}))
        assert scripted.table.scan(TableName="T") == {"Items": []}
        assert scripted.seconds < 0.26  # two answers, and the first pause at its longest


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (reply({"__type": "ValidationException"}, 400), "ValidationException"),
        (reply({"__type": "AccessDeniedException"}, 400), "AccessDeniedException"),
        (untrusted(), UNTRUSTED),
    ],
)
def test_what_no_repeat_cures_isnt_repeated(failure: Any, code: str) -> None:
    scripted = Scripted(failure)
    with pytest.raises(ServiceError) as raised:
        scripted.table.get_item(TableName="T", Key={})
    assert raised.value.code == code
    assert len(scripted.sent) == 1


def skewed(date: str) -> Reply:
    return reply({"__type": "InvalidSignatureException"}, 400, date=date)


def test_a_wrong_clock_is_set_by_the_answer_once() -> None:
    scripted = Scripted(skewed("Sun, 09 Sep 2001 02:46:40 GMT"), reply({"Items": []}))
    scripted.table.scan(TableName="T")
    moments = [headers["x-amz-date"] for headers in scripted.sent]
    assert moments == ["20010909T014640Z", "20010909T024640Z"]
    scripted.replies = [skewed("Sun, 09 Sep 2001 02:46:40 GMT")]
    with pytest.raises(ServiceError, match="InvalidSignature"):
        scripted.table.scan(TableName="T")
    assert len(scripted.sent) == 3


@pytest.mark.parametrize("date", ["", "soon", "Sun, 09 Sep 2001 01:46:41 GMT"])
def test_a_clock_that_is_right_stays(date: str) -> None:
    scripted = Scripted(skewed(date))
    with pytest.raises(ServiceError, match="InvalidSignature"):
        scripted.table.scan(TableName="T")
    assert len(scripted.sent) == 1


def test_credentials_are_read_at_each_call() -> None:
    scripted = Scripted(reply({"Items": []}))
    scripted.table.scan(TableName="T")
    scripted.client.environment = {**ENVIRONMENT, "AWS_ACCESS_KEY_ID": "NEXT"}
    scripted.table.scan(TableName="T")
    assert ["NEXT" in headers["authorization"] for headers in scripted.sent] == [False, True]


def test_no_text_of_an_answer_is_an_errors_own() -> None:
    """It may repeat what was sent, and errors are logged."""
    body = {"__type": "ValidationException", "message": "SECRET"}
    with pytest.raises(ServiceError) as raised:
        answer_of("PutItem", reply(body, 400))
    assert "SECRET" not in str(raised.value)
    assert raised.value.message == "SECRET"


CALLS: list[tuple[str, Callable[[Any], Any]]] = [
    ("PutItem", lambda table: table.put_item(TableName="T")),
    ("GetItem", lambda table: table.get_item(TableName="T")),
    ("UpdateItem", lambda table: table.update_item(TableName="T")),
    ("DeleteItem", lambda table: table.delete_item(TableName="T")),
    ("Query", lambda table: table.query(TableName="T")),
    ("Scan", lambda table: table.scan(TableName="T")),
]


@pytest.mark.parametrize(("operation", "call"), CALLS)
def test_each_call_names_its_operation(operation: str, call: Callable[[Any], Any]) -> None:
    scripted = Scripted(reply({"Items": [], "Attributes": {}}))
    call(scripted.table)
    [headers] = scripted.sent
    assert headers["x-amz-target"] == f"DynamoDB_20120810.{operation}"
    assert headers["accept-encoding"] == "identity"
    assert headers["host"] == "127.0.0.1:1"


@pytest.mark.parametrize("token", ["a\r\nx: y", "a\nb", "\u20ac"])
def test_no_credential_makes_a_header_of_its_own(token: str) -> None:
    """Nothing of it is sent: no connection is even tried."""
    client = DynamoDB({**ENVIRONMENT, "AWS_SESSION_TOKEN": token})
    with pytest.raises(ValueError, match=r"line|ascii"):
        client.within(1).scan(TableName="T")
