"""The model of AWS's time that the deploy benchmark measures against."""

from __future__ import annotations

from typing import Any

import pytest
from aws_calls import Operations, Request
from aws_model import Bucket, Model
from aws_times import CALL, DELETING, FROM_ELSEWHERE, Times

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


def test_a_bucket_gives_its_size_and_then_its_rate() -> None:
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


def test_one_rest_api_in_three_seconds_asking_is_free() -> None:
    model = Model()
    assert code_of(model, gateway("CreateRestApi"), 0.0) is None
    assert code_of(model, gateway("CreateRestApi"), 2.9) == "TooManyRequestsException"
    assert code_of(model, gateway("CreateRestApi"), 3.0) is None


def test_the_gateways_operations_share_one_quota() -> None:
    model = Model()
    answers = [code_of(model, gateway("GetStages"), 0.0) for _ in range(41)]
    assert answers == [None] * 40 + ["TooManyRequestsException"]
    assert code_of(model, gateway("PutMethod"), 0.0) == "TooManyRequestsException"
    assert code_of(model, lambda_("GetFunction"), 0.0) is None
    assert code_of(model, gateway("PutMethod"), 0.1) is None


# -- what isn't ready yet --------------------------------------------------------------------------


def test_a_new_role_cannot_be_assumed_for_some_seconds() -> None:
    model = Model()
    model.took_effect(Request("iam", "CreateRole", ROLE), {}, 10.0)
    ready = 10.0 + model.drawn["role not assumable"]
    refusal = model.refusal(lambda_("CreateFunction"), ready - 0.1)
    assert refusal is not None
    assert (refusal.status, refusal.code) == (400, "InvalidParameterValueException")
    assert refusal.message == "The role defined for the function cannot be assumed by Lambda."
    assert model.refusal(lambda_("CreateFunction"), ready) is None
    assert model.refusal(lambda_("CreateFunction", Role="arn:aws:iam::1:role/old"), 11.0) is None


def test_roles_take_7_to_12_s_with_a_tail() -> None:
    drawn = sorted(Times().role_assumable(f"role {number}") for number in range(2000))
    assert 7 <= drawn[0] < drawn[1750] < 12
    assert 12 < drawn[1900] < drawn[1950] < 14
    assert 14 < drawn[-1] <= 60


def test_lots_hang_on_seed_and_name_alone() -> None:
    assert Times(seed="1").role_assumable("a") == Times(0.25, "1").role_assumable("a")
    assert Times(seed="1").role_assumable("a") != Times(seed="2").role_assumable("a")
    assert Times(seed="1").role_assumable("a") != Times(seed="1").role_assumable("b")


def test_a_name_used_before_is_warm_after_1_5_s() -> None:
    assert Times(used=frozenset({"reader"})).role_assumable("reader") == 1.5


@pytest.mark.parametrize(
    "operation", ["UpdateFunctionCode", "UpdateFunctionConfiguration", "PublishVersion"]
)
def test_a_new_function_is_pending_for_two_seconds(operation: str) -> None:
    model = Model()
    model.took_effect(lambda_("CreateFunction"), {}, 10.0)
    assert state(model, 11.9) == ("Pending", "InProgress")
    assert code_of(model, lambda_(operation), 11.9) == "ResourceConflictException"
    assert state(model, 12.0) == ("Active", "Successful")
    assert code_of(model, lambda_(operation), 12.0) is None
    assert code_of(model, lambda_("CreateAlias"), 11.0) is None


def test_an_update_of_a_function_takes_one_second() -> None:
    model = Model()
    model.took_effect(lambda_("UpdateFunctionCode"), {}, 10.0)
    assert state(model, 10.9) == ("Active", "InProgress")
    assert state(model, 10.9, version="1") == ("Active", "Successful")
    refusal = model.refusal(lambda_("PublishVersion"), 10.9)
    assert refusal is not None
    assert "An update is in progress for resource" in refusal.message
    assert state(model, 11.0) == ("Active", "Successful")


def test_a_published_version_is_no_sooner_ready() -> None:
    model = Model()
    model.took_effect(lambda_("UpdateFunctionCode", Publish=True), {"Version": "2"}, 10.0)
    assert state(model, 10.9, version="2")[0] == "Pending"
    assert state(model, 10.9, version="1")[0] == "Active"
    assert state(model, 11.0, version="2")[0] == "Active"


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


def test_a_deleted_table_is_there_for_some_seconds() -> None:
    model = Model()
    model.took_effect(dynamodb("DeleteTable"), {"TableDescription": TABLE}, 10.0)
    shown = model.instead(dynamodb("DescribeTable"), 14.9)
    assert shown == {"Table": {**TABLE, "TableStatus": "DELETING"}}
    assert code_of(model, dynamodb("CreateTable"), 14.9) == "ResourceInUseException"
    assert model.instead(dynamodb("DescribeTable"), 40.0) is None
    assert code_of(model, dynamodb("CreateTable"), 40.0) is None
    assert 5 <= model.drawn[DELETING] <= 30
    assert model.busy(14.9) == ["Products is deleting"]


def test_an_index_takes_8_minutes_and_only_if_made() -> None:
    model, given = Model(), {**TABLE, "GlobalSecondaryIndexUpdates": [{"Create": {}}]}
    model.took_effect(dynamodb("UpdateTable", **TABLE), {}, 0.0)
    assert code_of(model, dynamodb("DeleteTable"), 1.0) is None
    model.took_effect(dynamodb("UpdateTable", **given), {}, 10.0)
    index = {"IndexName": "i", "IndexStatus": "ACTIVE"}
    answer = {"Table": {**TABLE, "GlobalSecondaryIndexes": [index]}}
    seen = model.as_seen(dynamodb("DescribeTable"), answer, 489.9)["Table"]
    assert seen["GlobalSecondaryIndexes"] == [{**index, "IndexStatus": "CREATING"}]
    assert code_of(model, dynamodb("DeleteTable"), 489.9) == "ResourceInUseException"  # K5
    assert code_of(model, dynamodb("DeleteTable"), 490.0) is None
    assert model.as_seen(dynamodb("DescribeTable"), answer, 490.0) == answer


def test_what_isnt_ready_when_a_command_ends_is_named() -> None:
    model = Model()
    model.took_effect(lambda_("CreateFunction"), {}, 10.0)
    assert model.busy(11.0) == ["get is pending"]
    assert model.busy(12.0) == []


def test_what_aws_goes_on_with_needs_no_waiting_for() -> None:
    model = Model()
    model.took_effect(gateway("CreateDeployment"), {}, 10.0)
    assert model.busy(11.0) == []
    [(what, seconds)] = model.goes_on(11.0).items()
    assert what == "the former deployment is at the edge"
    assert 4 <= seconds <= 29


def test_most_calls_take_the_same_time_and_five_longer() -> None:
    model = Model()
    assert model.seconds(lambda_("GetFunction")) == CALL == 0.08
    slower = [lambda_("CreateFunction"), dynamodb("CreateTable"), gateway("DeleteRestApi")]
    assert [model.seconds(each) for each in slower] == [0.6, 0.3, 0.9]
    assert model.seconds(Request("cognito-idp", "CreateUserPool", {})) == 0.5


def test_a_refusal_is_never_free() -> None:
    assert Model().seconds(lambda_("CreateFunction"), refused=True) == 0.35
    assert Model().seconds(lambda_("GetFunction"), refused=True) == CALL


def test_from_elsewhere_each_call_takes_as_much_longer() -> None:
    model = Model(Times(FROM_ELSEWHERE))
    assert model.seconds(lambda_("GetFunction")) == 0.25
    assert model.seconds(lambda_("CreateFunction")) == pytest.approx(0.6 + 0.17)
    assert model.seconds(lambda_("CreateFunction"), refused=True) == pytest.approx(0.52)


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
def test_the_gateways_calls_are_named_by_their_path(
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


def test_other_services_calls_by_header_or_form(
    operations: Operations,
) -> None:
    target = signed("dynamodb", **{"x-amz-target": "DynamoDB_20120810.DescribeTable"})
    described = operations.of("POST", "/", target, b'{"TableName": "Products"}')
    assert (described.operation, described.resource) == ("DescribeTable", "Products")
    form = signed("iam", **{"content-type": "application/x-www-form-urlencoded"})
    made = operations.of("POST", "/", form, b"Action=CreateRole&RoleName=reader")
    assert (made.operation, made.given) == ("CreateRole", ROLE)
    assert (described.reads, made.reads) == (True, False)
