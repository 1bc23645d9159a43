"""moto's DynamoDB behind the calls that the rules make: in the wire's form, as shared.dynamodb."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import harness  # noqa: F401 - puts the functions' sources on the path
from botocore.exceptions import ClientError
from shared.service_errors import ServiceError


class MotoTable:
    """`sdk` is boto3's client, whose binaries are bytes."""

    def __init__(self, sdk: Any) -> None:
        self.sdk = sdk

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**asked: Any) -> Any:
            try:
                reported = getattr(self.sdk, name)(**_binaries(asked, base64.b64decode))
            except ClientError as error:
                failed = error.response
                raise ServiceError(
                    error.operation_name,
                    failed["Error"]["Code"],
                    failed["Error"]["Message"],
                    status=failed["ResponseMetadata"]["HTTPStatusCode"],
                    item=failed.get("Item"),
                ) from error
            return _binaries(reported, lambda value: base64.b64encode(value).decode())

        return call


def _binaries(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        return [_binaries(each, change) for each in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ["B"]:
        return {"B": change(value["B"])}
    if list(value) == ["BS"]:
        return {"BS": [change(each) for each in value["BS"]]}
    return {name: _binaries(each, change) for name, each in value.items()}
