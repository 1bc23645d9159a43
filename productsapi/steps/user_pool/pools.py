"""The user pools of an account: those of a name, whether one is empty, and twins that go."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.errors import AccessDenied, NotFound
from productsapi.steps.namesakes import Candidate, Kind, Twins

KIND = Kind("user pool", "user pools", "--pool-id")
TWINS = "twins of the user pool"


def named(aws: Aws, name: str) -> list[Candidate]:
    """All pools of the name. The listing tells no tags, so each is looked into."""
    pages = aws.pages("cognito-idp", "ListUserPools", MaxResults=60)
    ids = [pool["Id"] for page in pages for pool in page["UserPools"] if pool["Name"] == name]
    return [pool for pool_id in ids if (pool := described(aws, pool_id))]


@dataclass(frozen=True)
class TwinPools(Twins):
    step = "user_pool"
    kind = "twin user pool"
    output = TWINS

    @property
    def name(self) -> str:
        return self.stack.config.user_pool.name

    def is_empty(self, aws: Aws, identity: str) -> bool:
        return is_empty(aws, identity)

    def remove(self, aws: Aws, identity: str) -> None:
        remove(aws, identity)


def is_empty(aws: Aws, pool_id: str) -> bool:
    """Whether a pool has neither user nor client. Where looking is refused, it counts as full."""
    clients = aws.pages("cognito-idp", "ListUserPoolClients", UserPoolId=pool_id, MaxResults=1)
    try:
        return not has_users(aws, pool_id) and not any(page["UserPoolClients"] for page in clients)
    except AccessDenied:
        return False


def has_users(aws: Aws, pool_id: str) -> bool:
    """Whether any page has one: Cognito may give empty pages before it (C1)."""
    pages = aws.pages("cognito-idp", "ListUsers", UserPoolId=pool_id, Limit=1)
    return any(page["Users"] for page in pages)


def remove(aws: Aws, pool_id: str) -> None:
    """An empty one of ours, its protection first.

    What an update resets goes with it but the tags: by them the next run finds what is left.
    """
    with suppress(NotFound):
        pool = aws.call("cognito-idp", "DescribeUserPool", UserPoolId=pool_id)["UserPool"]
        if pool.get("DeletionProtection") == "ACTIVE":
            aws.call(
                "cognito-idp",
                "UpdateUserPool",
                UserPoolId=pool_id,
                DeletionProtection="INACTIVE",
                UserPoolTags=pool.get("UserPoolTags", {}),
            )
        aws.call("cognito-idp", "DeleteUserPool", UserPoolId=pool_id)


def described(aws: Aws, pool_id: str) -> Candidate | None:
    try:
        return candidate(
            aws.call("cognito-idp", "DescribeUserPool", UserPoolId=pool_id)["UserPool"]
        )
    except NotFound:
        return None


def candidate(pool: Mapping[str, Any]) -> Candidate:
    tags = pool.get("UserPoolTags", {})
    return Candidate(pool["Id"], pool["Name"], tags, pool.get("CreationDate"), pool)
