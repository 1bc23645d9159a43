"""Least privilege, with IAM enforced: what each function's role may do, and all that it may not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from e2e_project import Deployed

from productsapi.function_role_policies import TABLE_ACTIONS
from productsapi.routes import FUNCTIONS

ON_THE_TABLE = (
    "PutItem", "GetItem", "Query", "Scan", "UpdateItem", "DeleteItem", "BatchWriteItem",
    "BatchGetItem", "DescribeTable", "DeleteTable", "UpdateTable", "ListTables",
)  # fmt: skip
ELSEWHERE = (
    "logs:CreateLogGroup", "logs:DeleteLogGroup", "iam:PassRole", "lambda:InvokeFunction",
    "cognito-idp:ListUsers", "sts:AssumeRole",
)  # fmt: skip


def role_of(deployed: Deployed, function: str) -> str:
    lambda_ = deployed.client("lambda")
    name = deployed.reported["functions"][function]
    return str(lambda_.get_function_configuration(FunctionName=name)["Role"])


def allowed(deployed: Deployed, role: str, actions: list[str], resource: str) -> set[str]:
    """By the policies that the role has; the emulator itself finds no role that has a path."""
    iam, name = deployed.client("iam"), role.rpartition("/")[2]
    assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
    documents = [
        json.dumps(iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"])
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
    ]
    answer = iam.simulate_custom_policy(
        PolicyInputList=documents, ActionNames=actions, ResourceArns=[resource]
    )
    results = answer["EvaluationResults"]
    return {each["EvalActionName"] for each in results if each["EvalDecision"] == "allowed"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_may_do_what_its_function_does_only(deployed: Deployed, function: str) -> None:
    reported, role = deployed.reported, role_of(deployed, function)
    table = f"arn:aws:dynamodb:{reported['region']}:{reported['account']}:table/{reported['table']}"
    actions = [*(f"dynamodb:{name}" for name in ON_THE_TABLE), *ELSEWHERE]
    assert allowed(deployed, role, actions, table) == set(TABLE_ACTIONS[function])
    assert allowed(deployed, role, actions, f"{table}-of-another") == set()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_writes_to_its_own_log_group_only(deployed: Deployed, function: str) -> None:
    reported, role = deployed.reported, role_of(deployed, function)
    actions = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:CreateLogGroup"]
    for other in FUNCTIONS:
        group = f"arn:aws:logs:{reported['region']}:{reported['account']}:log-group:/aws/lambda/"
        stream = f"{group}{reported['functions'][other]}:log-stream:x"
        expected = set(actions[:2]) if other == function else set()
        assert allowed(deployed, role, actions, stream) == expected


@pytest.mark.parametrize("function", FUNCTIONS)
def test_its_credentials_open_its_own_calls_only(
    deployed: Deployed, function: str, product_id: str
) -> None:
    """Not by a simulation: the calls themselves, with the role's own keys."""
    keys = deployed.client("sts").assume_role(
        RoleArn=role_of(deployed, function), RoleSessionName="e2e"
    )["Credentials"]
    dynamodb = deployed.client(
        "dynamodb",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    key = {"productId": {"S": product_id}}
    table = {"TableName": deployed.reported["table"]}
    calls: dict[str, Any] = {
        "dynamodb:PutItem": lambda: dynamodb.put_item(**table, Item=key),
        "dynamodb:GetItem": lambda: dynamodb.get_item(**table, Key=key),
        "dynamodb:Query": lambda: dynamodb.query(
            **table,
            KeyConditionExpression="productId = :p",
            ExpressionAttributeValues={":p": key["productId"]},
        ),
        "dynamodb:Scan": lambda: dynamodb.scan(**table, Limit=1),
        "dynamodb:UpdateItem": lambda: dynamodb.update_item(**table, Key=key),
        "dynamodb:DeleteItem": lambda: dynamodb.delete_item(**table, Key=key),
        "dynamodb:DescribeTable": lambda: dynamodb.describe_table(**table),
    }
    try:
        said = {name: _said(make) for name, make in calls.items()}
    finally:
        deployed.client("dynamodb").delete_item(**table, Key=key)
    own = TABLE_ACTIONS[function]
    assert said == {name: "" if name in own else "AccessDeniedException" for name in calls}


def _said(make: Callable[[], Any]) -> str:
    """AWS's code where a call was refused, else nothing."""
    try:
        make()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""
