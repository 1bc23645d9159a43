"""The index that serves `?category=` with a Query; without it a filtered list scans the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.aws.retries import Cadence
from productsapi.config import Config
from productsapi.engine.names import Key
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.errors import NotFound
from productsapi.routes import FUNCTIONS
from productsapi.stack import CATEGORY_INDEX, kinds
from productsapi.steps.table import capacity
from productsapi.steps.table.part import TablePart

KEYS = {"category": "HASH", "productId": "RANGE"}
BACKFILL = Cadence(first=1, longest=15, total=3600)
"""AWS fills a new index from the table: eight minutes for five items, longer for many (K5)."""
UNDER_WAY = 5.0
"""Seconds that calls of the former code may still take, which ask the index."""


def definition(config: Config) -> dict[str, Any]:
    """The index as CreateTable and UpdateTable take it."""
    return {
        "IndexName": CATEGORY_INDEX,
        "KeySchema": [{"AttributeName": name, "KeyType": KEYS[name]} for name in KEYS],
        "Projection": {"ProjectionType": "ALL"},
        **capacity.when_made(config),
    }


@dataclass(frozen=True)
class CategoryIndex(TablePart, Managed):
    """A setting of the table with calls, and a long wait, of its own."""

    kind = kinds.CATEGORY_INDEX

    @property
    def depends_on(self) -> tuple[Key, ...]:
        """Removed only once no function asks it any more."""
        names = [self.stack.function_name(function) for function in FUNCTIONS]
        callers = () if self.stack.config.table.category_index else names
        return (self.parent, *(kinds.LIVE_CODE(name) for name in callers))

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        try:
            index = self._index(aws)
        except NotFound:
            return None
        if index is None or index.get("IndexStatus") == "DELETING":
            return Observed({"keys": None})
        ready = index.get("IndexStatus") != "CREATING"
        keys = _keys(index) if ready else f"{_keys(index)} (being filled)"
        return Observed({"keys": keys, **capacity.from_aws(index)})

    def want(self, known: Outputs) -> Fields:
        config = self.stack.config
        if not config.table.category_index:
            return {"keys": None}
        return {"keys": _keys(definition(config)), **capacity.wanted(config)}

    def create(self, aws: Aws, known: Outputs) -> Given:
        """A new table was made with it, so there is only its end to wait for."""
        if self.stack.config.table.category_index:
            if self._index(aws) is None:
                self._change(aws, "Create", definition(self.stack.config))
            self._wait(aws, gone=False)
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        """What a killed run began is gone on with: an index may be half made, or half gone."""
        index = self._index(aws)
        if index is not None and not self._fits(index):
            if index["IndexStatus"] != "DELETING":
                aws.wait(UNDER_WAY, "calls that ask the category index may still be under way")
                self._change(aws, "Delete", {"IndexName": CATEGORY_INDEX})
            self._wait(aws, gone=True)
        elif index is not None and changed & capacity.FIELDS.keys():
            most = capacity.when_changed(self.stack.config)
            self._change(aws, "Update", {"IndexName": CATEGORY_INDEX, **most})
        return self.create(aws, known)

    def _fits(self, index: Mapping[str, Any]) -> bool:
        config = self.stack.config
        same = _keys(index) == _keys(definition(config))
        return bool(config.table.category_index and same and index["IndexStatus"] != "DELETING")

    def _change(self, aws: Aws, action: str, index: Mapping[str, Any]) -> None:
        attributes = {
            "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in KEYS]
        }
        aws.call(
            "dynamodb",
            "UpdateTable",
            TableName=self.name,
            GlobalSecondaryIndexUpdates=[{action: index}],
            **(attributes if action == "Create" else {}),
        )

    def _wait(self, aws: Aws, *, gone: bool) -> None:
        status: str | None = None

        def settled() -> bool:
            nonlocal status
            index = self._index(aws)
            status = index["IndexStatus"] if index else None
            return status is None if gone else status == "ACTIVE"

        def reason() -> str:
            doing = "removing" if gone else "filling"
            text = f"DynamoDB is {doing} the category index, for eight minutes or more"
            return f"{text} (IndexStatus: {status or 'none'})"

        aws.wait_until(settled, reason, BACKFILL)

    def _index(self, aws: Aws) -> dict[str, Any] | None:
        table = aws.call("dynamodb", "DescribeTable", TableName=self.name)["Table"]
        indexes: list[dict[str, Any]] = table.get("GlobalSecondaryIndexes", [])
        return next((i for i in indexes if i["IndexName"] == CATEGORY_INDEX), None)


def _keys(index: Mapping[str, Any]) -> str:
    by_role = {k["KeyType"]: k["AttributeName"] for k in index["KeySchema"]}
    return ", ".join(by_role[role] for role in ("HASH", "RANGE") if role in by_role)
