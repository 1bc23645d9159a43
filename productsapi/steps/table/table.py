"""The table itself: its keys, how it is paid for, and the looking before it is removed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.aws.retries import STATE
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.engine.teardown import Protected
from productsapi.errors import AccessDenied, NotFound
from productsapi.stack import Stack, features, kinds, tag_list
from productsapi.stack.duplicates import IN_DOUBT, doubt
from productsapi.stack.output_names import pointer_to
from productsapi.stack.tag_sync import Tagged, set_tags
from productsapi.steps.table import capacity
from productsapi.steps.table.pointers import MADE_NOW, POINTERS

PARTITION_KEY = "productId"
NEW_TABLE = (
    "a table's keys are fixed when it is made: set table.sort_key to what it has, "
    "or give table.name a new name and copy the items over"
)
IMMUTABLE = {"partition_key": NEW_TABLE, "sort_key": NEW_TABLE}


@dataclass(frozen=True)
class Table(Managed):
    stack: Stack
    indexes: tuple[dict[str, Any], ...] = ()
    """What a new one is made with, as CreateTable takes them."""
    step = "table"
    kind = kinds.TABLE
    immutable = IMMUTABLE
    outputs = (
        *map(pointer_to, POINTERS.values()),
        features.STORED,
        IN_DOUBT,
        MADE_NOW,
    )

    @property
    def name(self) -> str:
        return self.stack.config.table.name

    @property
    def arn(self) -> str:
        return self.stack.location.table_arn(self.name)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        aws.prefetch("dynamodb", "ListTagsOfResource", ResourceArn=self.arn)
        try:
            table = aws.call("dynamodb", "DescribeTable", TableName=self.name)["Table"]
        except NotFound:
            return None
        if table["TableStatus"] == "DELETING":
            self._wait_until_gone(aws.forgetting())
            return None
        if table["TableStatus"] == "CREATING":  # its tags and backups aren't returned yet
            table = self._wait_until_active(aws.forgetting())
        tags = features.settled_tags(self.stack, aws, table)
        fields = {
            **_keys(table),
            "billing": table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
            **capacity.from_aws(table),
            "deletion_protection": table.get("DeletionProtectionEnabled", False),
            "tags": self.stack.ours_among(tags),
        }
        pointers = {pointer_to(POINTERS[t]): tags[t] for t in POINTERS if t in tags}
        outputs = {**pointers, **features.outputs(tags), **doubt(self.stack, tags)}
        return Observed(fields, outputs, self.stack.ownership(tags), owner=self.stack.owner(tags))

    def want(self, known: Outputs) -> Fields:
        return {
            "partition_key": f"{PARTITION_KEY} (S)",
            "sort_key": _key(self.stack.config.table.sort_key),
            "billing": "PAY_PER_REQUEST",
            **capacity.wanted(self.stack.config),
            "deletion_protection": self.stack.config.table.deletion_protection,
            "tags": dict(self.stack.tags),
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        table = self.stack.config.table
        keys = {PARTITION_KEY: "HASH"} | ({table.sort_key: "RANGE"} if table.sort_key else {})
        indexed = (part["AttributeName"] for each in self.indexes for part in each["KeySchema"])
        attributes = dict.fromkeys((*keys, *indexed))
        aws.call(
            "dynamodb",
            "CreateTable",
            TableName=self.name,
            AttributeDefinitions=[{"AttributeName": a, "AttributeType": "S"} for a in attributes],
            KeySchema=[{"AttributeName": k, "KeyType": keys[k]} for k in keys],
            BillingMode="PAY_PER_REQUEST",
            DeletionProtectionEnabled=table.deletion_protection,
            Tags=tag_list(self.stack.tags),
            **({"GlobalSecondaryIndexes": list(self.indexes)} if self.indexes else {}),
            **capacity.when_made(self.stack.config),
        )
        self._wait_until_active(aws)
        return {MADE_NOW: "yes"}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        """One setting at a time: UpdateTable refuses some of them together."""
        protection = self.stack.config.table.deletion_protection
        settings: dict[str, dict[str, Any]] = {
            "billing": {"BillingMode": "PAY_PER_REQUEST"},
            "capacity": capacity.when_changed(self.stack.config),
            "deletion_protection": {"DeletionProtectionEnabled": protection},
        }
        if "tags" in changed:
            set_tags(self.stack, aws, Tagged("dynamodb", self.arn), observed.fields["tags"])
        for field, setting in settings.items():
            if field in changed or (field == "capacity" and changed & capacity.FIELDS.keys()):
                aws.call("dynamodb", "UpdateTable", TableName=self.name, **setting)
                self._wait_until_active(aws)
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        with suppress(NotFound):
            aws.call("dynamodb", "DeleteTable", TableName=self.name)
            self._wait_until_gone(aws)

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        if observed.fields["deletion_protection"]:
            if self.stack.delete_data:
                raise Protected([self.key], ["table.deletion_protection"])
            return "its deletion protection is on"
        if self.stack.delete_data:
            return None
        try:  # never DescribeTable's ItemCount: AWS brings it up to date every six hours or so
            pages = aws.pages("dynamodb", "Scan", TableName=self.name, Limit=1, ConsistentRead=True)
            holds_items = any(page["Items"] for page in pages)
        except AccessDenied:
            return "whether it holds items can't be seen (dynamodb:Scan isn't allowed)"
        except NotFound:  # of the data alone, as just after a table is made (D3), says nothing
            there = not self._is_gone(aws)
            return "whether it holds items can't be seen: Scan isn't served" if there else None
        return "it holds items (--delete-data removes them)" if holds_items else None

    def _wait_until_active(self, aws: Aws) -> dict[str, Any]:
        table: dict[str, Any] = {}

        def active() -> bool:
            table.update(aws.call("dynamodb", "DescribeTable", TableName=self.name)["Table"])
            return bool(table["TableStatus"] == "ACTIVE")

        aws.wait_until(active, "DynamoDB is preparing the table", STATE)
        return table

    def _wait_until_gone(self, aws: Aws) -> None:
        aws.wait_until(lambda: self._is_gone(aws), "DynamoDB is removing the table", STATE)

    def _is_gone(self, aws: Aws) -> bool:
        try:
            aws.call("dynamodb", "DescribeTable", TableName=self.name)
        except NotFound:
            return True
        return False


def _keys(table: Mapping[str, Any]) -> Fields:
    types = {d["AttributeName"]: d["AttributeType"] for d in table["AttributeDefinitions"]}
    by_role = {k["KeyType"]: k["AttributeName"] for k in table["KeySchema"]}
    partition, sort = by_role["HASH"], by_role.get("RANGE")
    return {
        "partition_key": f"{partition} ({types[partition]})",
        "sort_key": _key(sort, types.get(sort or "", "S")),
    }


def _key(name: str | None, kind: str = "S") -> str | None:
    return f"{name} ({kind})" if name else None
