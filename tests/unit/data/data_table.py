"""A table in memory behind the calls of an import, with the faults that a test asks for."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "handlers"))

from memory_table import MemoryTable
from shared.service_errors import ServiceError

from productsapi.errors import AwsError, Cancelled

NAMES = re.compile(r"'([^']*)':\?")


class FakeAws:
    """`throttled`: so many statements are noted to be too many; `lost`: keys changed meanwhile."""

    def __init__(self, keys: tuple[str, ...] = ("productId",), throttled: int = 0) -> None:
        self.table = MemoryTable("Products", keys)
        self.throttled = throttled
        self.unprocessed = 0
        self.faster: list[dict[str, Any]] = []
        self.calls: list[str] = []

    def call(self, service: str, operation: str, **asked: Any) -> dict[str, Any]:
        self.calls.append(operation)
        try:
            reported: dict[str, Any] = getattr(self, operation)(asked)
        except ServiceError as error:
            raise AwsError(operation, error.code, error.message) from error
        return reported

    def BatchExecuteStatement(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"Responses": [self._inserted(each) for each in asked["Statements"]]}

    def _inserted(self, statement: dict[str, Any]) -> dict[str, Any]:
        assert statement["Statement"].startswith('INSERT INTO "Products" VALUE {')
        if self.throttled:
            self.throttled -= 1
            return {"Error": {"Code": "ThrottlingError", "Message": "slow down"}}
        names = NAMES.findall(statement["Statement"])
        item = dict(zip(names, statement["Parameters"], strict=True))
        try:
            self.PutItem({"TableName": "Products", "Item": item,
                          "ConditionExpression": "attribute_not_exists(productId)"})  # fmt: skip
        except ServiceError as error:
            duplicate = error.code == "ConditionalCheckFailedException"
            code = "DuplicateItem" if duplicate else "ValidationError"
            return {"Error": {"Code": code, "Message": error.message}}
        return {}

    def TransactWriteItems(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        puts = [each["Put"] for each in asked["TransactItems"]]
        assert len(puts) <= 100
        reasons = [self._reason(put) for put in puts]
        if any(code != "None" for code, _ in reasons):
            error = Cancelled("TransactWriteItems", "TransactionCanceledException", "cancelled")
            error.reasons = reasons
            raise error
        before = dict(self.table.items)
        try:
            for put in puts:
                self.PutItem(put)
        except ServiceError:
            self.table.items = before
            raise
        return {}

    def _reason(self, put: dict[str, Any]) -> tuple[str, str]:
        if self.throttled:
            self.throttled -= 1
            return "ThrottlingError", "slow down"
        exists = (put["Item"]["productId"]["S"],) in self.table.items
        return ("ConditionalCheckFailed", "") if exists else ("None", "")

    def PutItem(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self.table.put_item(**asked)

    def UpdateItem(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if self.faster:
            self.table.put_item(TableName="Products", Item=self.faster.pop())
        return self.table.update_item(ReturnValues="NONE", **asked)

    def BatchGetItem(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        keys = asked["RequestItems"]["Products"]["Keys"]
        left = []
        if self.unprocessed:
            self.unprocessed -= 1
            keys, left = keys[:1], keys[1:]
        answers = [self.table.get_item(TableName="Products", Key=key) for key in keys]
        items = [answer["Item"] for answer in answers if "Item" in answer]
        unprocessed = {"Products": {"Keys": left}} if left else {}
        return {"Responses": {"Products": items}, "UnprocessedKeys": unprocessed}
