"""What a teardown with --delete-data destroys for good, counted for the question before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from productsapi.aws.caller import Aws
from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import Action, Plan
from productsapi.errors import AwsError
from productsapi.stack import Stack, kinds
from productsapi.stack.output_names import USER_POOL_ID

MOST_PAGES = 20
"""Looked through at most: 20 MB of items, or 1,200 users; a question mustn't take minutes, and
every MB of a consistent Scan costs 256 read units."""


@dataclass(frozen=True)
class Count:
    """How many there are; `at_least` so many where counting ended early."""

    number: int
    at_least: bool = False


@dataclass(frozen=True)
class Unseen:
    """They can't be counted."""

    why: str


@dataclass(frozen=True)
class Losses:
    """None where nothing of a kind goes; `Unseen` where how many can't be seen."""

    items: Count | Unseen | None
    users: Count | Unseen | None
    url: bool


def losses(plan: Plan, stack: Stack, aws: Aws, known: Outputs) -> Losses:
    """Look at what the plan removes; never at DescribeTable's or DescribeUserPool's estimates."""
    going = {change.key.kind for change in plan.to_do if change.action is Action.DELETE}
    pool_id = known.get(USER_POOL_ID)
    return Losses(
        _items(stack, aws) if kinds.TABLE in going else None,
        _users(aws, pool_id) if kinds.USER_POOL in going and pool_id else None,
        kinds.REST_API in going,
    )


def _items(stack: Stack, aws: Aws) -> Count | Unseen:
    pages = aws.pages(
        "dynamodb",
        "Scan",
        TableName=stack.config.table.name,
        ProjectionExpression="productId",
        ConsistentRead=True,
    )
    return _counted(page["Items"] for page in pages)


def _users(aws: Aws, pool_id: str) -> Count | Unseen:
    """A page may be empty where others follow (C1)."""
    pages = aws.pages("cognito-idp", "ListUsers", UserPoolId=pool_id)
    return _counted(page["Users"] for page in pages)


def _counted(pages: Iterable[list[object]]) -> Count | Unseen:
    rest = iter(pages)
    try:
        number = sum(len(page) for page in islice(rest, MOST_PAGES))
        more = any(True for _ in islice(rest, 1))
    except AwsError as error:  # a count is for information: it must not block
        return Unseen(error.message)
    return Count(number, more)
