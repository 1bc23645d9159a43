"""A call as the aws command that makes it: spelled, quoted and masked as the CLI takes it.

That the CLI itself reads the commands so is proven by tests/awscli.
"""

from __future__ import annotations

import subprocess
from datetime import datetime, timezone
from typing import Any

import pytest

from productsapi.aws.clients import Clients
from productsapi.aws.command_line import command, quoted
from productsapi.aws.masking import masked

CALLS = [
    ("dynamodb DescribeTable", {"TableName": "Products Table"},
     "aws dynamodb describe-table --table-name 'Products Table'"),
    ("dynamodb CreateTable", {"TableName": "T", "DeletionProtectionEnabled": False,
                              "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]},
     ("aws dynamodb create-table --table-name T --no-deletion-protection-enabled --key-schema "
     """'[{"AttributeName": "id", "KeyType": "HASH"}]'""")),
    ("dynamodb UntagResource", {"ResourceArn": "arn:aws:x", "TagKeys": ["productsapi:a", "b"]},
     "aws dynamodb untag-resource --resource-arn arn:aws:x --tag-keys productsapi:a b"),
    ("dynamodb UntagResource", {"ResourceArn": "a", "TagKeys": ["--b", "{c"]},
     """aws dynamodb untag-resource --resource-arn a --tag-keys '["--b", "{c"]'"""),
    ("dynamodb UntagResource", {"ResourceArn": "a", "TagKeys": []},
     "aws dynamodb untag-resource --resource-arn a --tag-keys '[]'"),
    ("cognito-idp DescribeUserPool", {"UserPoolId": "eu-west-2_a"},
     "aws cognito-idp describe-user-pool --user-pool-id eu-west-2_a"),
    ("apigateway CreateRestApi", {"name": "A", "version": "-1"},
     "aws apigateway create-rest-api --name A --api-version=-1"),
    ("apigateway PutIntegration", {"restApiId": "a", "resourceId": "r", "httpMethod": "GET",
                                   "type": "MOCK", "timeoutInMillis": 50},
     ("aws apigateway put-integration --rest-api-id a --resource-id r --http-method GET "
     "--type MOCK --timeout-in-millis 50")),
    ("lambda CreateFunction", {"FunctionName": "f", "Code": {"ZipFile": b"PK"}, "Role": "r"},
     "aws lambda create-function --function-name f --zip-file fileb://f.zip --role r"),
    ("lambda CreateFunction", {"FunctionName": "f", "Code": {"S3Bucket": "b"}},
     """aws lambda create-function --function-name f --code '{"S3Bucket": "b"}'"""),
    ("lambda UpdateFunctionCode", {"FunctionName": "f", "ZipFile": b"PK", "Publish": True},
     "aws lambda update-function-code --function-name f --zip-file fileb://f.zip --publish"),
    ("lambda PublishVersion", {"FunctionName": "f", "CodeSha256": "x="},
     "aws lambda publish-version --function-name f --code-sha256 x="),
    ("lambda Invoke", {"FunctionName": "f", "Payload": b"{}"},
     "aws lambda invoke --function-name f --payload fileb://payload /dev/stdout"),
    ("sns Subscribe", {"TopicArn": "t", "Protocol": "email", "Endpoint": "a@example.com"},
     "aws sns subscribe --topic-arn t --protocol email --notification-endpoint a@example.com"),
    ("iam ListRoles", {"MaxItems": 1000}, "aws iam list-roles --page-size 1000"),
    ("iam ListRoles", {"MaxItems": 1000, "Marker": "m"},
     "aws iam list-roles --max-items 1000 --marker m"),
    ("logs FilterLogEvents", {"logGroupName": "g", "newHere": {"a": 1}},
     """aws logs filter-log-events --log-group-name g --new-here '{"a": 1}'"""),
    ("logs FilterLogEvents", {"logGroupName": "g", "startTime": 5},
     "aws logs filter-log-events --log-group-name g --start-time 5"),
    ("cloudwatch GetMetricStatistics",
     {"Namespace": "n", "StartTime": datetime(2026, 1, 2, tzinfo=timezone.utc)},
     "aws cloudwatch get-metric-statistics --namespace n --start-time 2026-01-02T00:00:00+00:00"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "params", "line"), CALLS)
def test_a_call_is_spelled_as_the_cli_does(
    clients: Clients, call: str, params: dict[str, Any], line: str
) -> None:
    service, operation = call.split()
    model = clients.get(service).meta.service_model.operation_model(operation)
    assert str(command(service, operation, model.input_shape, params)) == line


@pytest.mark.parametrize(
    "word", ["plain", "", "it's", "a\nb\tc", "\x1b[2J", "$(id) `id` \\", "\u202eabc'\\", "ü€"]
)
def test_a_shell_reads_back_what_was_quoted(word: str) -> None:
    line = quoted(word)
    assert "\n" not in line
    assert "\x1b" not in line
    script = f"printf '%s' {line}"
    read = subprocess.run(
        ["/bin/bash", "-c", script], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"}
    )
    assert read.stdout.decode() == word


SECRET = "Sup3rS3cret!"
SECRETS = [
    ("cognito-idp AdminSetUserPassword",
     {"UserPoolId": "p", "Username": "testuser", "Password": SECRET}),
    ("cognito-idp InitiateAuth",
     {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": "c", "AuthParameters": {"PASSWORD": SECRET}}),
    ("apigateway CreateApiKey", {"name": "k", "value": SECRET}),
    ("secretsmanager CreateSecret", {"Name": "n", "SecretString": SECRET}),
    ("ssm PutParameter", {"Name": "n", "Value": SECRET}),
    ("lambda UpdateFunctionConfiguration",
     {"FunctionName": "f", "Environment": {"Variables": {"KEY": SECRET}}}),
]  # fmt: skip


@pytest.mark.parametrize(("call", "params"), SECRETS)
def test_a_secret_is_masked_and_what_names_it_is_not(
    clients: Clients, call: str, params: dict[str, Any]
) -> None:
    service, operation = call.split()
    shape = clients.get(service).meta.service_model.operation_model(operation).input_shape
    line = str(command(service, operation, shape, masked(operation, shape, params)))
    assert SECRET not in line
    assert "***" in line
    reported = [value for value in params.values() if isinstance(value, str) and value != SECRET]
    assert all(value in line for value in reported)


def test_variables_that_are_no_secrets_are_reported(clients: Clients) -> None:
    model = clients.get("lambda").meta.service_model.operation_model("CreateFunction")
    params = {"Environment": {"Variables": {"TABLE_NAME": "T", "KEY": SECRET}}}
    found = masked("CreateFunction", model.input_shape, params, plain={"TABLE_NAME"})
    assert found == {"Environment": {"Variables": {"TABLE_NAME": "T", "KEY": "***"}}}
