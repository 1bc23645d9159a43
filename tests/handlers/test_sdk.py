"""The client the functions make for themselves in Lambda."""

from __future__ import annotations

from typing import Any

import pytest
from harness import CLIENT, SMARTPHONE, TABLE, Api
from shared.entry import dynamodb


def test_its_attempts_end_before_the_functions_time() -> None:
    sdk = pytest.importorskip("shared.sdk")
    config = sdk.CONFIG
    attempts = config.retries["total_max_attempts"]
    pauses = sum(2**attempt for attempt in range(attempts - 1))  # at most, between the attempts
    assert attempts * max(config.connect_timeout, config.read_timeout) + pauses < 10
    assert config.retries["mode"] == "standard"


def test_it_serves_the_rules(moto_client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Region and credentials come from the environment, as in Lambda."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    moto_client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "productId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "productId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    api = Api(None)
    environment = {"TABLE_NAME": TABLE, "CLIENT_IDS": CLIENT, "AWS_LAMBDA_FUNCTION_NAME": "f"}
    for name, handler in api.handlers.items():
        api.handlers[name] = handler.using(environment, dynamodb)
    assert all(handler.client is not None for handler in api.handlers.values())
    assert api.post(SMARTPHONE).status == 201
    assert api.post(SMARTPHONE).status == 409
    assert api.put("PROD001", {"stock": None}, headers={"If-Match": '"1"'}).status == 200
    assert len(api.list(category="Electronics").json["items"]) == 1
    assert api.delete("PROD001").status == 204
    moto_client.delete_table(TableName=TABLE)
