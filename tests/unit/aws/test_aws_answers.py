"""Answers that aren't any: never an empty result, never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sources
from aws_wire import Wire, error, ok, xml
from botocore.loaders import Loader
from botocore.model import ServiceModel

from productsapi.aws.caller import Aws
from productsapi.aws.response_check import NEEDED
from productsapi.aws.retries import UNPARSEABLE_RESPONSE
from productsapi.errors import AwsError, Interrupted, Unintelligible

MAY_BE_EMPTY = {
    "GetBasePathMappings": "of a domain without any; AWS's refusal shows the rest (G7)",
}
READS = ("Get", "List", "Describe", "Scan", "Filter", "Simulate", "AdminGet", "AdminList")
TABLE = {"TableName": "ProductsTable"}
ASKED: dict[tuple[str, str], dict[str, Any]] = {
    ("dynamodb", "DescribeTable"): TABLE,
    ("dynamodb", "Scan"): TABLE,
    ("cognito-idp", "ListUsers"): {"UserPoolId": "eu-west-2_1"},
    ("lambda", "GetFunction"): {"FunctionName": "f"},
    ("apigateway", "GetRestApis"): {},
    ("apigateway", "GetStages"): {"restApiId": "a1"},
    ("logs", "DescribeLogGroups"): {},
    ("secretsmanager", "DescribeSecret"): {"SecretId": "s"},
    ("iam", "GetRole"): {"RoleName": "r"},
    ("iam", "ListRolePolicies"): {"RoleName": "r"},
    ("sns", "GetTopicAttributes"): {"TopicArn": "arn:aws:sns:eu-west-2:1:t"},
}
PAGE = b"<html><body>Sign in to the network</body></html>"
NO_ANSWERS = {
    "{}": b"{}",
    "nothing": b"",
    "cut": b'{"Table": {"TableName": "Produ',
    "HTML": PAGE,
    "a document": b"<!DOCTYPE html><p>Welcome",
    "a list": b"[]",
    "text": b'"ok"',
    "no text": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("body", NO_ANSWERS.values(), ids=NO_ANSWERS)
@pytest.mark.parametrize(("service", "operation"), ASKED)
def test_a_200_without_content_is_its_own_error(
    aws: Aws, wire: Wire, pauses: list[float], service: str, operation: str, body: bytes
) -> None:
    if service in {"iam", "sns"} and body == b"{}":
        body = f"<{operation}Response><{operation}Result/></{operation}Response>".encode()
    wire.will((200, {}, body))
    with pytest.raises(Unintelligible) as raised:
        aws.call(service, operation, **ASKED[service, operation])
    assert raised.value.exit_code == 1
    assert "proxy" in raised.value.hint
    assert operation in raised.value.message
    assert (
        UNPARSEABLE_RESPONSE.total
        <= sum(pauses)
        < UNPARSEABLE_RESPONSE.total + UNPARSEABLE_RESPONSE.longest
    )


def test_a_blurred_answer_is_asked_for_again(aws: Aws, wire: Wire) -> None:
    wire.will((200, {}, b'{"Tab'), ok(Table=TABLE))
    assert aws.call("dynamodb", "DescribeTable", **TABLE)["Table"] == TABLE


def test_an_unreadable_answer_to_a_create_may_hide_one(aws: Aws, wire: Wire) -> None:
    """It is as good as lost: the engine looks before it makes another."""
    wire.will((201, {}, b'{"id": "a'))
    with pytest.raises(Interrupted):
        aws.call("apigateway", "CreateRestApi", name="ProductsAPI")
    assert len(wire.requests) == 1


def test_a_change_answered_by_a_page_was_not_made(aws: Aws, wire: Wire) -> None:
    wire.will((200, {}, PAGE))
    with pytest.raises(Unintelligible):
        aws.call("apigateway", "DeleteStage", restApiId="a1", stageName="live")


def test_a_page_beside_an_error_status_is_none_of_aws(aws: Aws, wire: Wire) -> None:
    wire.will((404, {}, PAGE))
    with pytest.raises(Unintelligible, match="HTML"):
        aws.call("apigateway", "GetRestApi", restApiId="a1")


def test_what_has_no_content_may_be_empty(aws: Aws, wire: Wire) -> None:
    wire.will((202, {}, b""))
    aws.call("apigateway", "DeleteStage", restApiId="a1", stageName="live")
    wire.will(xml("<DeleteRoleResponse/>"))
    aws.call("iam", "DeleteRole", RoleName="r")


def test_an_empty_list_is_a_list(aws: Aws, wire: Wire) -> None:
    wire.will(ok(item=[]))
    assert [page["items"] for page in aws.pages("apigateway", "GetRestApis")] == [[]]
    names = "<ListRolePoliciesResult><PolicyNames/></ListRolePoliciesResult>"
    wire.will(xml(f"<ListRolePoliciesResponse>{names}</ListRolePoliciesResponse>"))
    assert aws.call("iam", "ListRolePolicies", RoleName="r")["PolicyNames"] == []


def test_an_error_itself_holds_none_of_its_secrets(aws: Aws, wire: Wire) -> None:
    """A cut answer of GetSecretValue holds the secret."""
    wire.will((200, {}, b'{"ARN": "a", "SecretString": "hunter2hunter2'))
    with pytest.raises(AwsError) as raised:
        aws.call("secretsmanager", "GetSecretValue", SecretId="s")
    assert "hunter2" not in f"{raised.value} {raised.value.message} {raised.value.hint}"


# -- the table ---------------------------------------------------------------------------------


def _models(models: Loader) -> dict[str, ServiceModel]:
    loaded = {service: models.load_service_model(service, "service-2") for service in NEEDED}
    return {name: ServiceModel(loaded[name], name) for name in loaded}


def _texts_in_the_code() -> Iterator[str]:
    for path in sources.PACKAGE.rglob("*.py"):
        if path.name != "answers.py":
            yield from sources.texts(path)


def test_the_table_names_members_that_botocore_knows(models: Loader) -> None:
    for service, model in _models(models).items():
        for operation, members in NEEDED[service].items():
            known = model.operation_model(operation).output_shape.members
            assert {one for each in members for one in each.split("|")} <= set(known)


def test_a_listing_needs_what_botocore_says_it_lists(models: Loader) -> None:
    for service, operations in NEEDED.items():
        pages = models.load_service_model(service, "paginators-1")["pagination"]
        for operation in operations.keys() & pages.keys():
            keys = pages[operation]["result_key"]
            assert operations[operation][0] == (keys if isinstance(keys, str) else keys[0])


def test_every_read_of_the_code_needs_something(models: Loader) -> None:
    texts = set(_texts_in_the_code())
    for service, model in _models(models).items():
        used = {name for name in model.operation_names if name in texts}
        reads = {name for name in used if name.startswith(READS)}
        elsewhere = {n for s in NEEDED if s != service for n in NEEDED[s]}
        assert reads - elsewhere - MAY_BE_EMPTY.keys() <= set(NEEDED[service])


def test_every_row_of_the_table_is_called(models: Loader) -> None:
    texts = set(_texts_in_the_code())
    assert {name for rows in NEEDED.values() for name in rows} <= texts


def test_an_error_is_no_answer_to_check(aws: Aws, wire: Wire) -> None:
    wire.will(error("ValidationException", "no"))
    with pytest.raises(AwsError, match="no"):
        aws.call("dynamodb", "DescribeTable", **TABLE)
