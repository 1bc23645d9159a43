"""Makes an API on a table of its own, in memory or on a DynamoDB client that is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness import TABLE, Api
from memory_table import MemoryTable

MakeApi = Callable[..., Api]
INDEX = "category-index"


def memory_api(**environment: str) -> Api:
    keys, indexes = shape(environment)
    return Api(MemoryTable(TABLE, keys, indexes), **environment)


def shape(environment: dict[str, str]) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    keys = ("productId", "category") if environment.get("SORT_KEY") else ("productId",)
    index = environment.get("CATEGORY_INDEX")
    return keys, {index: ("category", "productId")} if index else {}


def create_table(client: Any, keys: tuple[str, ...], indexes: dict[str, tuple[str, ...]]) -> None:
    def schema(names: tuple[str, ...]) -> list[dict[str, str]]:
        return [
            {"AttributeName": name, "KeyType": kind}
            for name, kind in zip(names, ("HASH", "RANGE"), strict=False)
        ]

    names = sorted({*keys, *(name for index in indexes.values() for name in index)})
    more: dict[str, Any] = {
        "GlobalSecondaryIndexes": [
            {"IndexName": name, "KeySchema": schema(own), "Projection": {"ProjectionType": "ALL"}}
            for name, own in indexes.items()
        ]
    }
    client.create_table(
        TableName=TABLE,
        KeySchema=schema(keys),
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in names],
        BillingMode="PAY_PER_REQUEST",
        **(more if indexes else {}),
    )
