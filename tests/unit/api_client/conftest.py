"""A user pool of moto's in this process, and a door to Cognito that answers what a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from moto import mock_aws

from productsapi.api_client.users import UserPool
from productsapi.errors import AwsError


class MotoAws:
    """The part of productsapi.aws that UserPool needs, on a plain boto3 client."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.calls: list[str] = []

    def call(self, _service: str, operation: str, **params: Any) -> dict[str, Any]:
        self.calls.append(operation)
        try:
            return getattr(self.client, xform_name(operation))(**params)
        except ClientError as error:
            answer = error.response["Error"]
            raise AwsError(operation, answer["Code"], answer["Message"]) from error

    def pages(self, _service: str, operation: str, **params: Any) -> Iterator[dict[str, Any]]:
        self.calls.append(operation)
        try:
            yield from self.client.get_paginator(xform_name(operation)).paginate(**params)
        except ClientError as error:
            answer = error.response["Error"]
            raise AwsError(operation, answer["Code"], answer["Message"]) from error


@dataclass
class ScriptedAws:
    """Answers each operation from its list, an error by raising it; keeps what it was asked."""

    answers: dict[str, list[dict[str, Any] | BaseException]]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def call(self, _service: str, operation: str, **params: Any) -> dict[str, Any]:
        self.asked.append((operation, params))
        answer = self.answers[operation].pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def pages(self, service: str, operation: str, **params: Any) -> Iterator[dict[str, Any]]:
        yield self.call(service, operation, **params)

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.asked]


Scripted = Callable[..., tuple[UserPool, ScriptedAws]]


@pytest.fixture
def scripted() -> Scripted:
    """Make a UserPool and its ScriptedAws from answers by operation."""

    def make(**answers: list[dict[str, Any] | BaseException]) -> tuple[UserPool, ScriptedAws]:
        aws = ScriptedAws(answers)
        return UserPool(aws, "eu-west-2_pool", "client"), aws

    return make


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[UserPool]:
    """Make a UserPool on a real (moto) pool with a password policy and our client's flows."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        client = boto3.client("cognito-idp", region_name="eu-west-2")
        made = client.create_user_pool(
            PoolName="pool",
            Policies={"PasswordPolicy": {"MinimumLength": 8, "RequireNumbers": True}},
            AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
        )["UserPool"]
        app = client.create_user_pool_client(
            UserPoolId=made["Id"],
            ClientName="app",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]
        yield UserPool(MotoAws(client), made["Id"], app["ClientId"])
