"""The model of AWS's time that the deploy benchmark measures against."""

from __future__ import annotations

from typing import Any

import pytest
from aws_calls import Operations, Request
from aws_model import CALL, Bucket, Model

ROLE = {"RoleName": "reader"}
FUNCTION = {"FunctionName": "get", "Role": "arn:aws:iam::1:role/some/path/reader"}
TABLE = {"TableName": "Products"}


def lambda_(operation: str, **given: Any) -> Request:
    return Request("lambda", operation, {**FUNCTION, **given})


def dynamodb(operation: str, **given: Any) -> Request:
    return Request("dynamodb", operation, given or TABLE)


def gateway(operation: str) -> Request:
    return Request("apigateway", operation, {})


def code_of(model: Model, request: Request, now: float) -> str | None:
    refusal = model.refusal(request, now)
    return refusal.code if refusal else None


def state(model: Model, now: float, version: str = "$LATEST") -> tuple[str, str]:
    answer = {"Configuration": {"FunctionName": "get", "Version": version, "Runtime": "x"}}
    seen = model.as_seen(lambda_("GetFunction"), answer, now)["Configuration"]
    return seen["State"], seen["LastUpdateStatus"]


# -- quotas ----------------------------------------------------------------------------------------


def test_a_bucket_gives_its_size_at_once_and_then_its_rate() -> None:
    bucket = Bucket(size=2, rate=0.5)
    for _ in range(2):
        assert bucket.has_one(100.0)
        bucket.take()
    assert not bucket.has_one(101.9)
    assert bucket.has_one(102.0)


def test_a_bucket_never_holds_more_than_its_size() -> None:
    bucket = Bucket(size=1, rate=1.0)
    assert bucket.has_one(0.0)
    assert bucket.has_one(1000.0)
    bucket.take()
    assert not bucket.has_one(1000.5)


def test_one_rest_api_in_three_seconds_and_asking_too_early_costs_nothing() -> None:
    model = Model()
    assert code_of(model, gateway("CreateRestApi"), 0.0) is None
    assert code_of(model, gateway("CreateRestApi"), 2.9) == "TooManyRequestsException"
    assert code_of(model, gateway("CreateRestApi"), 3.0) is None


def test_all_operations_of_the_gateway_share_one_quota_and_other_services_none_of_it() -> None:
    model = Model()
    answers = [code_of(model, gateway("GetStages"), 0.0) for _ in range(41)]
    assert answers == [None] * 40 + ["TooManyRequestsException"]
    assert code_of(model, gateway("PutMethod"), 0.0) == "TooManyRequestsException"
    assert code_of(model, lambda_("GetFunction"), 0.0) is None
    assert code_of(model, gateway("PutMethod"), 0.1) is None


# -- what isn't ready yet --------------------------------------------------------------------------


def test_a_role_cannot_be_assumed_for_eight_seconds() -> None:
    model = Model()
    model.took_effect(Request("iam", "CreateRole", ROLE), {}, 10.0)
    refusal = model.refusal(lambda_("CreateFunction"), 17.9)
    assert refusal is not None
    assert (refusal.status, refusal.code) == (400, "InvalidParameterValueException")
    assert refusal.message == "The role defined for the function cannot be assumed by Lambda."
    assert model.refusal(lambda_("CreateFunction"), 18.0) is None
    assert model.refusal(lambda_("CreateFunction", Role="arn:aws:iam::1:role/old"), 11.0) is None


@pytest.mark.parametrize(
    "operation", ["UpdateFunctionCode", "UpdateFunctionConfiguration", "PublishVersion"]
)
def test_a_new_function_is_pending_for_two_seconds_and_not_worked_on(operation: str) -> None:
    model = Model()
    model.took_effect(lambda_("CreateFunction"), {}, 10.0)
    assert state(model, 11.9) == ("Pending", "InProgress")
    assert code_of(model, lambda_(operation), 11.9) == "ResourceConflictException"
    assert state(model, 12.0) == ("Active", "Successful")
    assert code_of(model, lambda_(operation), 12.0) is None
    assert code_of(model, lambda_("CreateAlias"), 11.0) is None


def test_an_update_is_in_progress_for_two_seconds_and_versions_are_as_they_were() -> None:
    model = Model()
    model.took_effect(lambda_("UpdateFunctionCode"), {}, 10.0)
    assert state(model, 11.9) == ("Active", "InProgress")
    assert state(model, 11.9, version="1") == ("Active", "Successful")
    refusal = model.refusal(lambda_("PublishVersion"), 11.9)
    assert refusal is not None
    assert "An update is in progress for resource" in refusal.message
    assert state(model, 12.0) == ("Active", "Successful")


def test_a_version_published_with_the_update_is_no_sooner_ready_than_it() -> None:
    model = Model()
    model.took_effect(lambda_("UpdateFunctionCode", Publish=True), {"Version": "2"}, 10.0)
    assert state(model, 11.9, version="2")[0] == "Pending"
    assert state(model, 11.9, version="1")[0] == "Active"
    assert state(model, 12.0, version="2")[0] == "Active"


def test_a_table_is_being_created_for_four_seconds() -> None:
    model = Model()
    model.took_effect(dynamodb("CreateTable"), {}, 10.0)
    answer = {"Table": {**TABLE, "TableStatus": "ACTIVE"}}
    during = model.as_seen(dynamodb("DescribeTable"), answer, 13.9)
    assert during["Table"]["TableStatus"] == "CREATING"
    tagging = dynamodb("TagResource", ResourceArn="arn:aws:dynamodb:eu:1:table/Products")
    assert code_of(model, tagging, 13.9) == "ResourceInUseException"
    assert code_of(model, dynamodb("DeleteTable"), 13.9) == "ResourceInUseException"
    assert code_of(model, tagging, 14.0) is None
    assert model.as_seen(dynamodb("DescribeTable"), answer, 14.0) == answer


def test_what_is_not_ready_when_a_command_ends_is_told() -> None:
    model = Model()
    model.took_effect(lambda_("CreateFunction"), {}, 10.0)
    assert model.busy(11.0) == ["get is pending"]
    assert model.busy(12.0) == []


def test_most_calls_take_the_same_time_and_three_take_longer() -> None:
    model = Model()
    assert model.seconds(lambda_("GetFunction")) == CALL == 0.08
    slower = [lambda_("CreateFunction"), dynamodb("CreateTable")]
    assert [model.seconds(each) for each in slower] == [0.6, 0.3]
    assert model.seconds(Request("cognito-idp", "CreateUserPool", {})) == 0.5


# -- which operation a request asks for ------------------------------------------------------------


@pytest.fixture(scope="module")
def operations() -> Operations:
    return Operations()


def signed(service: str, **headers: str) -> dict[str, str]:
    scope = f"Credential=test/20260101/eu-west-2/{service}/aws4_request"
    return {"authorization": f"AWS4-HMAC-SHA256 {scope}, Signature=x", **headers}


@pytest.mark.parametrize(
    ("verb", "target", "operation"),
    [
        ("POST", "/restapis", "CreateRestApi"),
        ("POST", "/restapis?mode=import", "ImportRestApi"),
        ("GET", "/restapis/a/resources?limit=500&embed=methods", "GetResources"),
        ("PUT", "/restapis/a/resources/r/methods/GET/integration", "PutIntegration"),
        ("GET", "/restapis/a/stages", "GetStages"),
        ("GET", "/restapis/a/stages/dev", "GetStage"),
        ("DELETE", "/restapis/a", "DeleteRestApi"),
    ],
)
def test_operations_of_the_gateway_are_told_by_method_and_path(
    operations: Operations, verb: str, target: str, operation: str
) -> None:
    assert operations.of(verb, target, signed("apigateway"), b"").operation == operation


def test_parameters_are_found_in_path_query_and_body(operations: Operations) -> None:
    target = "/2015-03-31/functions/a%2Db/aliases/live?Qualifier=1"
    request = operations.of("PUT", target, signed("lambda"), b'{"FunctionVersion": "2"}')
    assert request.operation == "UpdateAlias"
    assert request.given == {
        "FunctionName": "a-b",
        "Name": "live",
        "Qualifier": "1",
        "FunctionVersion": "2",
    }


def test_operations_of_the_other_services_are_told_by_header_or_form(
    operations: Operations,
) -> None:
    target = signed("dynamodb", **{"x-amz-target": "DynamoDB_20120810.DescribeTable"})
    described = operations.of("POST", "/", target, b'{"TableName": "Products"}')
    assert (described.operation, described.resource) == ("DescribeTable", "Products")
    form = signed("iam", **{"content-type": "application/x-www-form-urlencoded"})
    made = operations.of("POST", "/", form, b"Action=CreateRole&RoleName=reader")
    assert (made.operation, made.given) == ("CreateRole", ROLE)
    assert (described.reads, made.reads) == (True, False)
