"""The table in memory is as strict as DynamoDB, held against moto's."""

from __future__ import annotations

from typing import Any

import pytest
from harness import TABLE
from made_apis import INDEX, MakeApi
from memory_table import MemoryTable
from shared.service_errors import ServiceError

NAME, VALUE = {"#v": "version"}, {":one": {"N": "1"}}
KEY = {"productId": {"S": "a"}}

WRONG: list[tuple[str, dict[str, Any]]] = [
    ("put_item", {"Item": {"category": {"S": "x"}}}),
    ("put_item", {"Item": {"productId": {"S": ""}}}),
    ("put_item", {"Item": {**KEY, "n": {"N": "1" * 39}}}),
    ("put_item", {"Item": {**KEY, "s": {"S": "x" * 410_000}}}),
    ("put_item", {"Item": {**KEY, "category": {"N": "1"}}}),
    ("get_item", {"Key": {**KEY, "category": {"S": "x"}}}),
    ("update_item", {"Key": KEY, "UpdateExpression": "SET productId = :one",
                     "ExpressionAttributeValues": {":one": {"S": "b"}}}),
    ("update_item", {"Key": KEY, "UpdateExpression": "SET #v = :one, #v = :one",
                     "ExpressionAttributeNames": NAME, "ExpressionAttributeValues": VALUE}),
    ("update_item", {"Key": KEY, "UpdateExpression": "SET #v = absent + :one",
                     "ExpressionAttributeNames": NAME, "ExpressionAttributeValues": VALUE}),
    ("update_item", {"Key": KEY, "UpdateExpression": "SET #v = :two",
                     "ExpressionAttributeNames": NAME, "ExpressionAttributeValues": VALUE}),
    ("delete_item", {"Key": KEY, "ConditionExpression": "attribute_exists(#v)",
                     "ExpressionAttributeNames": {**NAME, "#unused": "x"}}),
    ("delete_item", {"Key": KEY, "ConditionExpression": "#v = :one AND",
                     "ExpressionAttributeNames": NAME, "ExpressionAttributeValues": VALUE}),
    ("query", {"KeyConditionExpression": "#v = :one",
               "ExpressionAttributeNames": NAME, "ExpressionAttributeValues": VALUE}),
]  # fmt: skip


MOTO_TAKES = {2, 4, 5, 11}
"""Places in WRONG: more digits, a wrong type for an index, a foreign key, half a condition."""


@pytest.mark.parametrize("location", range(len(WRONG)))
def test_refuses_what_dynamodb_refuses(make_api: MakeApi, location: int) -> None:
    operation, asked = WRONG[location]
    client = make_api(CATEGORY_INDEX=INDEX).client
    if location in MOTO_TAKES and not isinstance(client, MemoryTable):
        return
    client.put_item(TableName=TABLE, Item={**KEY, "category": {"S": "x"}})
    with pytest.raises(ServiceError) as raised:
        getattr(client, operation)(TableName=TABLE, **asked)
    assert raised.value.code == "ValidationException"


def test_an_item_that_failed_a_condition_is_reported(make_api: MakeApi) -> None:
    client = make_api().client
    client.put_item(TableName=TABLE, Item={**KEY, "s": {"S": "x"}})
    for operation, asked in (
        ("put_item", {"Item": KEY}),
        ("delete_item", {"Key": KEY}),
        ("update_item", {"Key": KEY, "UpdateExpression": "REMOVE s"}),
    ):
        with pytest.raises(ServiceError) as raised:
            getattr(client, operation)(
                TableName=TABLE,
                ConditionExpression="attribute_not_exists(productId)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **asked,
            )
        assert raised.value.code == "ConditionalCheckFailedException"
        assert raised.value.item == {**KEY, "s": {"S": "x"}}


def test_limit_counts_before_the_filter(make_api: MakeApi) -> None:
    client = make_api().client
    for name in "abcdef":
        client.put_item(TableName=TABLE, Item={"productId": {"S": name}})
    page = client.scan(
        TableName=TABLE,
        Limit=3,
        FilterExpression="#n = :none",
        ExpressionAttributeNames={"#n": "category"},
        ExpressionAttributeValues={":none": {"S": "x"}},
    )
    assert page["Items"] == []
    assert set(page["LastEvaluatedKey"]) == {"productId"}


def test_an_index_page_ends_with_the_keys_of_both(make_api: MakeApi) -> None:
    client = make_api(CATEGORY_INDEX=INDEX).client
    for name in "ba":
        item = {"productId": {"S": name}, "category": {"S": "x"}}
        client.put_item(TableName=TABLE, Item=item)
    page = client.query(
        TableName=TABLE,
        IndexName=INDEX,
        Limit=1,
        KeyConditionExpression="category = :c",
        ExpressionAttributeValues={":c": {"S": "x"}},
    )
    assert page["LastEvaluatedKey"] == {"productId": {"S": "a"}, "category": {"S": "x"}}
