"""What a function tells who deploys about its role's rights (K6), without changing anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from boto3 import client as sdk
from harness import SMARTPHONE, TABLE, Api
from memory_table import MemoryTable, refused
from moto import mock_aws
from moto_table import MotoTable
from shared.entry import ASKED
from shared.rights import INDEX

OPERATIONS = ["PutItem", "GetItem", "UpdateItem", "DeleteItem", "Query", "Scan"]
INDEXED = "category-index"


class Failing(MemoryTable):
    """Refuses some calls, as IAM does, or fails in another way."""

    def __init__(self, **errors: Exception) -> None:
        super().__init__(TABLE)
        for name, error in errors.items():
            setattr(self, name, self._failing(error))

    def _failing(self, error: Exception) -> Callable[..., Any]:
        def fail(**asked: Any) -> Any:
            raise error

        return fail


def asked(client: Any, operations: Any, **environment: str) -> Any:
    api = Api(client, **environment)
    return api.handlers["create"]({ASKED: operations}, None)


@pytest.mark.parametrize("sort_key", ["", "category"])
def test_k6_asking_changes_nothing_and_is_allowed(sort_key: str) -> None:
    """By moto, which refuses what DynamoDB does: with the very item there that is asked about."""
    keys = ["productId", *([sort_key] if sort_key else [])]
    schema = [
        {"AttributeName": name, "KeyType": kind}
        for name, kind in zip(keys, ("HASH", "RANGE"), strict=False)
    ]
    with mock_aws():
        dynamodb = sdk("dynamodb", "eu-west-2", aws_access_key_id="x", aws_secret_access_key="x")
        dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=schema,
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("productId", "category")
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": INDEXED,
                    "KeySchema": [
                        {"AttributeName": "category", "KeyType": "HASH"},
                        {"AttributeName": "productId", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
        item = {name: {"S": "-"} for name in ("productId", "category", "createdBy")}
        dynamodb.put_item(TableName=TABLE, Item=item)
        reported = asked(
            MotoTable(dynamodb), [*OPERATIONS, INDEX], SORT_KEY=sort_key, CATEGORY_INDEX=INDEXED
        )
        assert reported == {"denied": [], "unknown": []}
        assert dynamodb.scan(TableName=TABLE)["Items"] == [item]


def test_k6_what_is_refused_or_unsure_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    table = Failing(
        put_item=refused("AccessDeniedException", "SECRET"),
        scan=refused("AccessDeniedException"),
        query=refused("ThrottlingException"),
    )
    reported = asked(table, [*OPERATIONS, INDEX, "Nothing"])
    assert reported == {"denied": ["PutItem", "Scan"], "unknown": ["Query", INDEX, "Nothing"]}
    assert "SECRET" not in json.dumps(reported) + capsys.readouterr().out


@pytest.mark.parametrize("given", [None, "PutItem", {}])
def test_what_asks_for_nothing_prints_nothing(given: Any) -> None:
    table = MemoryTable(TABLE)
    assert asked(table, given) == {"denied": [], "unknown": []}
    assert table.calls == []


def test_no_caller_of_the_api_can_ask() -> None:
    """The gateway passes on what a caller sends within names of its own."""
    sent = {ASKED: ",".join(OPERATIONS)}
    api = Api(MemoryTable(TABLE))
    assert api.post({**SMARTPHONE, **sent}, query=sent).code == "invalid_parameter"
    reply = api.post({**SMARTPHONE, **sent}, headers=sent)
    assert (reply.status, reply.json["productId"]) == (201, SMARTPHONE["productId"])
