"""The functions' rights, word for word: a right too many is a hole, one too few an outage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from productsapi.aws.location import Location
from productsapi.function_role_policies import (
    allows_more,
    function_rights,
    lambda_trust,
    statements,
    table_operations,
)
from productsapi.routes import FUNCTIONS

PLACES = {
    "aws": Location("eu-west-2", "123456789012"),
    "aws-cn": Location("cn-north-1", "123456789012", "aws-cn", "amazonaws.com.cn"),
    "aws-us-gov": Location("us-gov-west-1", "123456789012", "aws-us-gov"),
}
ACTIONS = {
    "create": ["dynamodb:PutItem"],
    "get": ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"],
    "update": ["dynamodb:GetItem", "dynamodb:UpdateItem"],
    "delete": ["dynamodb:DeleteItem"],
}
WITH_SORT_KEY = {
    **ACTIONS,
    "update": ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"],
    "delete": ["dynamodb:DeleteItem", "dynamodb:Query"],
}


def rights(function: str, location: Location = PLACES["aws"], *, sort_key: bool = False) -> Any:
    group = f"/aws/lambda/{function}productfunction"
    return function_rights(location, function, table="T", log_group=group, sort_key=sort_key)


@pytest.mark.parametrize("sort_key", [False, True])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_gets_its_own_actions_and_log_group(function: str, sort_key: bool) -> None:
    group = f"log-group:/aws/lambda/{function}productfunction:*"
    assert rights(function, sort_key=sort_key) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Table",
                "Effect": "Allow",
                "Action": (WITH_SORT_KEY if sort_key else ACTIONS)[function],
                "Resource": "arn:aws:dynamodb:eu-west-2:123456789012:table/T",
            },
            {
                "Sid": "Logs",
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": f"arn:aws:logs:eu-west-2:123456789012:{group}",
            },
        ],
    }


def test_lambda_and_nobody_else_takes_the_roles_on() -> None:
    assert lambda_trust() == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }


def _statements() -> Iterator[dict[str, Any]]:
    for function in FUNCTIONS:
        for sort_key in (False, True):
            yield from rights(function, sort_key=sort_key)["Statement"]


def test_no_right_is_wider_than_table_and_log_group() -> None:
    for statement in _statements():
        assert not any("*" in action for action in statement["Action"])
        assert "logs:CreateLogGroup" not in statement["Action"]
        assert statement["Resource"].removesuffix(":*").count("*") == 0


@pytest.mark.parametrize("partition", PLACES)
def test_every_resource_is_in_the_places_own_partition(partition: str) -> None:
    document = rights("get", PLACES[partition])
    resources = [statement["Resource"] for statement in document["Statement"]]
    assert all(resource.startswith(f"arn:{partition}:") for resource in resources)


def test_the_documents_are_json_within_the_limit() -> None:
    """IAM counts 10,240 characters without white space for a role's inline policies together."""
    name = "n" * 255
    location = PLACES["aws-us-gov"]
    for function in FUNCTIONS:
        document = function_rights(location, function, table=name, log_group=name, sort_key=True)
        assert len(json.dumps(document)) < 10_240


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_category_index_is_for_who_lists(function: str) -> None:
    location, group = PLACES["aws"], "/aws/lambda/f"
    given = {"table": "T", "log_group": group, "sort_key": False}
    without = function_rights(location, function, **given)["Statement"]
    indexed = function_rights(location, function, **given, index="by-category")["Statement"]
    assert [statement for statement in indexed if statement not in without] == (
        [
            {
                "Sid": "Index",
                "Effect": "Allow",
                "Action": "dynamodb:Query",
                "Resource": "arn:aws:dynamodb:eu-west-2:123456789012:table/T/index/by-category",
            }
        ]
        if function == "get"
        else []
    )


def test_documents_meaning_the_same_are_spelled_alike() -> None:
    """IAM takes one or a list, in any order, everywhere but in Sid and Effect."""
    one = {"Sid": "A", "Effect": "Allow", "Action": "a:b", "Principal": {"Service": "s"}}
    other = {"Principal": {"Service": ["s"]}, "Action": ["a:b"], "Effect": "Allow", "Sid": "A"}
    assert statements({"Statement": one}) == statements({"Statement": [other]})
    assert statements({"Statement": {"Effect": "Deny", "Action": ["b", "a"], "Resource": "*"}}) == [
        {"Effect": "Deny", "Action": ["a", "b"], "Resource": ["*"]}
    ]
    assert statements({}) == []


WANTED = {"Effect": "Allow", "Action": ["t:Get", "t:Put"], "Resource": "arn:t"}


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({}, False),
        ({"Sid": "Another", "Action": "t:Get"}, False),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, False),
        ({"Effect": "Deny", "Action": "*", "Resource": "*"}, False),
        ({"Action": ["t:Get", "t:Scan"]}, True),
        ({"Action": "t:*"}, True),
        ({"Resource": "*"}, True),
        ({"Resource": ["arn:t", "arn:u"]}, True),
        ({"Action": None, "NotAction": "t:Get"}, True),
        ({"Resource": None, "NotResource": "arn:u"}, True),
    ],
)
def test_a_statement_is_held_against_what_is_wanted(changes: dict[str, Any], more: bool) -> None:
    changed = {key: value for key, value in {**WANTED, **changes}.items() if value is not None}
    [statement] = statements({"Statement": changed})
    assert allows_more(statement, statements({"Statement": [WANTED]})) is more
    assert allows_more(statement, []) is (changed["Effect"] == "Allow")


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("sort_key", [True, False])
def test_a_function_is_asked_about_all_it_may(function: str, sort_key: bool) -> None:
    """K6: what its rights say of the table, and of the index where there is one."""
    rights = function_rights(
        Location("eu-west-2", "1"), function, table="t", log_group="g", sort_key=sort_key, index="i"
    )
    of_table, *others = rights["Statement"]
    asked = table_operations(function, sort_key=sort_key, index=True)
    assert [f"dynamodb:{each}" for each in asked if " " not in each] == of_table["Action"]
    assert len(others) - 1 == sum(" " in each for each in asked)
    assert table_operations(function, sort_key=sort_key, index=False) == [
        each for each in asked if " " not in each
    ]


def test_secrets_are_read_by_name_and_no_other() -> None:
    arns = [f"arn:aws:secretsmanager:eu-west-2:123456789012:secret:{n}-AbCdEf" for n in "ab"]
    reported = function_rights(PLACES["aws"], "get", table="T", log_group="/g", sort_key=False)
    more = function_rights(
        PLACES["aws"], "get", table="T", log_group="/g", sort_key=False, secrets=arns
    )
    assert [each for each in more["Statement"] if each not in reported["Statement"]] == [
        {
            "Sid": "Secrets",
            "Effect": "Allow",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": arns,
        }
    ]
