"""Many new items in one call, none of which overwrites another one.

BatchWriteItem overwrites blindly. PartiQL's INSERT doesn't: a batch of 25 says of each whether it
was new (DuplicateItem), and costs what a plain write costs, where a transaction costs twice that
(Developer Guide, «PartiQL insert statements», «DynamoDB transactions: capacity management»).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.errors import AlreadyExists, AwsError

LONGEST = 8192
"""Characters of a statement."""
PLAIN = re.compile(r"[A-Za-z0-9_.:-]+")
"""Names that can't be anything else in a statement. Whoever names a field otherwise gets a call of
its own, in which no name is part of a text."""
DUPLICATE = "DuplicateItem"
NOT_TRIED = "NotTried"
"""It failed with others of its batch: by itself it may succeed."""
THROTTLED = {
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "ThrottlingError",
    "TransactionConflict",
    "InternalServerError",
}
"""After these the same statement may succeed a moment later."""


def insert(aws: Aws, table: str, items: Sequence[Mapping[str, Any]]) -> list[str]:
    """Store each that is new. Gives each item's end: "", DUPLICATE, or AWS's «CODE: text».

    Raises AwsError where the call as a whole was refused.
    """
    ends = [""] * len(items)
    together = {n: text for n, item in enumerate(items) if (text := statement(table, item))}
    if together:
        statements = [
            {"Statement": text, "Parameters": list(items[n].values())}
            for n, text in together.items()
        ]
        response = aws.call("dynamodb", "BatchExecuteStatement", Statements=statements)["Responses"]
        for n, answer in zip(together, response, strict=True):
            if error := answer.get("Error"):
                ends[n] = _end(error.get("Code", ""), error.get("Message", ""))
    for n, item in enumerate(items):
        if n not in together:
            ends[n] = _alone(aws, table, item)
    return ends


def statement(table: str, item: Mapping[str, Any]) -> str | None:
    """None for what can't, or mustn't, be said in one."""
    if not all(PLAIN.fullmatch(name) for name in (table, *item)):
        return None
    fields = ",".join(f"'{name}':?" for name in item)
    text = f'INSERT INTO "{table}" VALUE {{{fields}}}'
    return text if len(text) <= LONGEST else None


def _alone(aws: Aws, table: str, item: Mapping[str, Any]) -> str:
    condition = "attribute_not_exists(productId)"
    try:
        aws.call("dynamodb", "PutItem", TableName=table, Item=item, ConditionExpression=condition)
    except AwsError as error:
        if error.code == "ConditionalCheckFailedException" or isinstance(error, AlreadyExists):
            return DUPLICATE
        if error.code != "ValidationException":
            raise
        return _end("ValidationError", error.text)
    return ""


def _end(code: str, text: str) -> str:
    return code if code == DUPLICATE else f"{code}: {text}"


@dataclass(frozen=True)
class Inserting:
    """A way to store new items, of which a call takes `most`; `units` is what each KB costs."""

    most: int
    units: int
    insert: Callable[[Aws, str, Sequence[Mapping[str, Any]]], list[str]]


STATEMENTS = Inserting(25, 1, insert)
"""As many as BatchExecuteStatement takes."""
