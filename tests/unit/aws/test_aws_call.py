"""Calls: how often each is sent, what is ridden over, and what a caller learns of it."""

from __future__ import annotations

from typing import Any

import pytest
from aws_wire import Wire, error, ok, xml, xml_error
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from productsapi.aws.caller import Aws, Stopped
from productsapi.aws.retries import LOST as LOST_CADENCE
from productsapi.aws.retries import PROPAGATION, QUOTA, Cadence
from productsapi.aws.retryable_errors import transient
from productsapi.aws.sending import MAKES_A_SECOND_ONE
from productsapi.errors import AlreadyExists, AwsError, Interrupted, NotFound, Refused

CREATES = {
    "CreateAuthorizer": (
        "apigateway",
        {"restApiId": "a1", "name": "CognitoUserAuth", "type": "COGNITO_USER_POOLS"},
    ),
    "CreateRestApi": ("apigateway", {"name": "ProductsAPI"}),
    "CreateUsagePlan": ("apigateway", {"name": "productsapi-shop"}),
    "CreateApiKey": ("apigateway", {"name": "productsapi-shop"}),
    "CreateDeployment": ("apigateway", {"restApiId": "a1"}),
    "CreateUserPool": ("cognito-idp", {"PoolName": "pool"}),
    "CreateUserPoolClient": ("cognito-idp", {"UserPoolId": "eu-west-2_1", "ClientName": "app"}),
}
REPEATABLE = {
    "GetRestApi": ("apigateway", {"restApiId": "a1"}),
    "DescribeTable": ("dynamodb", {"TableName": "ProductsTable"}),
    "DeleteFunction": ("lambda", {"FunctionName": "getproductfunction"}),
    "AddPermission": (
        "lambda",
        {"FunctionName": "f", "StatementId": "s", "Action": "a", "Principal": "p"},
    ),
    "UpdateUserPool": ("cognito-idp", {"UserPoolId": "eu-west-2_1"}),
    "GetRole": ("iam", {"RoleName": "role"}),
}
LOST = {
    "cut": ConnectionClosedError(endpoint_url="https://aws"),
    "timed out": ReadTimeoutError(endpoint_url="https://aws"),
    "500": error("InternalFailure", status=500),
    "503": error("ServiceUnavailable", status=503),
}
THROTTLE = error("TooManyRequestsException", "Too Many Requests", 429)
TABLE = {"TableName": "ProductsTable"}
NO_TABLE = error("ResourceNotFoundException", "not found")


def test_every_create_that_makes_a_second_one_is_tried() -> None:
    assert set(CREATES) == MAKES_A_SECOND_ONE


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
@pytest.mark.parametrize("operation", CREATES)
def test_a_create_that_makes_a_second_one_is_sent_once(
    aws: Aws, wire: Wire, pauses: list[float], operation: str, fault: Any
) -> None:
    service, params = CREATES[operation]
    wire.will(fault)
    with pytest.raises(Interrupted):
        aws.call(service, operation, **params)
    assert (len(wire.requests), pauses) == (1, [])


@pytest.mark.parametrize("operation", CREATES)
def test_only_a_throttle_of_those_is_repeated_by_us(
    aws: Aws, wire: Wire, pauses: list[float], reported: list[str], operation: str
) -> None:
    service, params = CREATES[operation]
    made = {"UserPool": {"Id": "p"}, "UserPoolClient": {"ClientId": "c"}}
    wire.will(THROTTLE, THROTTLE, ok(id="a1", **made))
    aws.call(service, operation, **params)
    assert len(wire.requests) == 3
    assert pauses == [QUOTA.first] * 2
    passing = transient(service, operation, "TooManyRequestsException", "")
    assert passing
    assert reported == [passing.reason] * 2


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
@pytest.mark.parametrize("operation", REPEATABLE)
def test_what_is_safe_to_repeat_is_repeated_for_30_s(
    aws: Aws, wire: Wire, pauses: list[float], operation: str, fault: Any
) -> None:
    """B1: by our own table, whatever the SDK's version does. K14: deletes too."""
    service, params = REPEATABLE[operation]
    wire.will(xml_error("ServiceFailure", status=500) if service == "iam" else fault)
    with pytest.raises(Interrupted):
        aws.call(service, operation, **params)
    assert len(wire.requests) == len(pauses) + 1
    assert 30 <= sum(pauses) < 30 + LOST_CADENCE.longest


@pytest.mark.parametrize("operation", ["PutParameter", "DeleteParameter"])
def test_the_leases_changes_are_sent_once_too(aws: Aws, wire: Wire, operation: str) -> None:
    """Sent again after a lost answer, it could remove or overwrite the next run's lease."""
    value = {"Value": "x", "Type": "String"} if operation == "PutParameter" else {}
    wire.will(LOST["cut"])
    with pytest.raises(Interrupted):
        aws.call("ssm", operation, Name="/productsapi/shop/lease", **value)
    assert len(wire.requests) == 1


def test_a_guard_is_asked_before_each_unsafe_create(aws: Aws, wire: Wire) -> None:
    asked: list[int] = []
    guarded = aws.guarded(lambda: asked.append(len(wire.requests)))
    wire.will(THROTTLE, ok(id="a1"))
    guarded.call("apigateway", "CreateRestApi", name="ProductsAPI")
    guarded.call("apigateway", "GetRestApi", restApiId="a1")
    assert asked == [0, 1]


def test_a_create_that_the_guard_refuses_is_not_sent(aws: Aws, wire: Wire) -> None:
    def refuse() -> None:
        raise Refused("the lease is lost")

    with pytest.raises(Refused):
        aws.guarded(refuse).call("apigateway", "CreateRestApi", name="ProductsAPI")
    assert wire.requests == []


def test_a_fault_that_passes_is_not_seen_by_the_caller(aws: Aws, wire: Wire) -> None:
    wire.will(*list(LOST.values())[:3], ok(Table={"TableName": "ProductsTable"}))
    assert aws.call("dynamodb", "DescribeTable", **TABLE)["Table"] == TABLE


def test_the_users_retry_settings_change_none_of_this(
    aws: Aws, wire: Wire, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "9")
    monkeypatch.setenv("AWS_RETRY_MODE", "legacy")
    wire.will(LOST["500"])
    for operation, waited in {"CreateRestApi": 0, "GetRestApi": 30}.items():
        service, params = {**CREATES, **REPEATABLE}[operation]
        wire.requests.clear()
        pauses.clear()
        with pytest.raises(Interrupted):
            aws.call(service, operation, **params)
        assert len(wire.requests) == len(pauses) + 1
        assert sum(pauses) // 10 * 10 == waited


def test_a_refusal_that_does_not_pass_is_named_at_once(
    aws: Aws, wire: Wire, pauses: list[float]
) -> None:
    """«Function already exist» has the code of «an update is in progress»."""
    wire.will(error("ResourceConflictException", "Function already exist: getproductfunction", 409))
    with pytest.raises(AlreadyExists):
        aws.call(
            "lambda", "CreateFunction", FunctionName="f", Role="arn:aws:iam::1:role/r", Code={}
        )
    assert pauses == []


def test_each_kind_of_wait_has_its_own_patience(
    aws: Aws, wire: Wire, pauses: list[float], reported: list[str]
) -> None:
    """A throttle before it doesn't shorten the wait for the role."""
    role = error("InvalidParameterValueException", "The role cannot be assumed by Lambda.")
    create = {"FunctionName": "f", "Role": "arn:aws:iam::1:role/r", "Code": {}}
    wire.will(THROTTLE, role, role, THROTTLE, role, ok(FunctionName="f"))
    aws.call("lambda", "CreateFunction", **create)
    assert pauses == [QUOTA.first, *[PROPAGATION.first] * 2, QUOTA.first, PROPAGATION.first]
    assert len(set(reported)) == 2


def test_what_does_not_pass_in_time_ends_in_awss_words(
    aws: Aws, wire: Wire, pauses: list[float]
) -> None:
    wire.will(error("InvalidParameterValueException", "The role cannot be assumed by Lambda."))
    with pytest.raises(AwsError, match="cannot be assumed by Lambda"):
        aws.call(
            "lambda", "CreateFunction", FunctionName="f", Role="arn:aws:iam::1:role/r", Code={}
        )
    assert PROPAGATION.total <= sum(pauses) < PROPAGATION.total + PROPAGATION.longest


def test_the_end_of_the_run_ends_a_wait(aws: Aws, wire: Wire) -> None:
    wire.will(THROTTLE)
    aws.stop.set()
    with pytest.raises(Stopped, match="rate limit"):
        aws.call("cognito-idp", "CreateUserPool", PoolName="pool")
    assert len(wire.requests) == 1


def test_without_a_tests_clock_a_wait_is_one_on_stop(aws: Aws) -> None:
    real = Aws(aws.clients, aws.location)
    real.wait(0.001, "a moment")
    real.stop.set()
    with pytest.raises(Stopped):
        real.wait(600, "too long")


def test_only_a_reporting_copy_reports_waits(aws: Aws, wire: Wire, reported: list[str]) -> None:
    heard: list[str] = []
    wire.will(THROTTLE, ok(UserPool={"Id": "eu-west-2_1"}))
    aws.reporting_waits(heard.append).call("cognito-idp", "CreateUserPool", PoolName="pool")
    assert (len(heard), reported) == (1, [])


# -- waiting for a state ---------------------------------------------------------------------------

SHORT = Cadence(first=1, longest=2, total=4)


def test_wait_until_looks_first_and_waits_if_it_must(aws: Aws, pauses: list[float]) -> None:
    aws.wait_until(lambda: True, "never reported", SHORT)
    looks = iter([False, False, True])
    aws.wait_until(lambda: next(looks), "being made", SHORT)
    assert pauses == [1, 1.5]


def test_a_cadence_is_dense_for_its_time_then_slower() -> None:
    assert list(Cadence(first=1, dense=3, longest=2, total=8).pauses()) == [1, 1, 1, 1.5, 2, 2]


def test_wait_until_looks_at_the_end_and_says_what_for(aws: Aws, pauses: list[float]) -> None:
    looks = iter([False, False, False, True])
    aws.wait_until(lambda: next(looks), "being made", SHORT)
    assert sum(pauses) >= SHORT.total
    with pytest.raises(AwsError, match=r"not done after 4 s and 4 looks: being made") as raised:
        aws.wait_until(lambda: False, "being made", SHORT)
    assert "repeat the command" in raised.value.hint


def test_accepts_lists_an_operations_parameters(aws: Aws) -> None:
    assert {"UserPoolId", "PoolName"} <= aws.accepts("cognito-idp", "UpdateUserPool")


def test_the_answer_of_an_xml_service_is_read_too(aws: Aws, wire: Wire) -> None:
    role = "<GetRoleResult><Role><RoleName>r</RoleName></Role></GetRoleResult>"
    wire.will(xml(f"<GetRoleResponse>{role}</GetRoleResponse>"))
    assert aws.call("iam", "GetRole", RoleName="r")["Role"]["RoleName"] == "r"


def test_a_missing_thing_is_not_found(aws: Aws, wire: Wire) -> None:
    wire.will(NO_TABLE)
    with pytest.raises(NotFound):
        aws.call("dynamodb", "DescribeTable", **TABLE)
