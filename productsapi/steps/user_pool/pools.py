"""User pools of one name: finding ours, proving one empty, removing duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Kind
from productsapi.engine.outputs import Outputs
from productsapi.errors import AccessDenied, NotFound
from productsapi.stack.duplicates import Candidate, Duplicates, Wording
from productsapi.stack.output_names import USER_POOL_ID

KIND = Wording("user pool", "user pools", "--pool-id")


def named(aws: Aws, name: str, *, but: str | None = None) -> list[Candidate]:
    """All pools of the name `but` one. The listing has no tags, so each is looked into."""
    pages = aws.pages("cognito-idp", "ListUserPools", MaxResults=60)
    ids = [pool["Id"] for page in pages for pool in page["UserPools"] if pool["Name"] == name]
    return [pool for pool_id in ids if pool_id != but and (pool := described(aws, pool_id))]


@dataclass(frozen=True)
class DuplicatePools(Duplicates):
    step = "user_pool"
    kind = Kind("twin user pool")
    of = KIND
    used = USER_POOL_ID

    @property
    def name(self) -> str:
        return self.stack.config.user_pool.name

    def beside(self, aws: Aws, known: Outputs) -> list[Candidate]:
        there = named(aws, self.name, but=known.get(self.used))
        return [pool for pool in there if self.stack.owns(pool.tags)]

    def content(self, aws: Aws, duplicate: Candidate) -> str:
        """A client of ours is no content: nobody signs in through it where there are no users."""
        return content(aws, duplicate, own_client=self.stack.config.user_pool.client)

    def remove_one(self, aws: Aws, duplicate: Candidate) -> None:
        remove(aws, duplicate.identity)


def has_users(aws: Aws, pool_id: str) -> bool:
    """Whether any page has one: Cognito may give empty pages before it (C1)."""
    pages = aws.pages("cognito-idp", "ListUsers", UserPoolId=pool_id, Limit=1)
    return any(page["Users"] for page in pages)


def content(aws: Aws, pool: Candidate, *, own_client: str | None = None) -> str:
    """Why a pool isn't proven to be empty: users, another client than `own_client`, a domain.

    Its users are listed to the end: a page may be empty where others follow (C1).
    """
    if domain := pool.answer.get("CustomDomain") or pool.answer.get("Domain"):
        return f"it has the domain {domain}"
    where = {"UserPoolId": pool.identity}
    try:
        if has_users(aws, pool.identity):
            return "it has users"
        for page in aws.pages("cognito-idp", "ListUserPoolClients", **where, MaxResults=60):
            for client in page["UserPoolClients"]:
                if client["ClientName"] != own_client:
                    return f"it has the app client {client['ClientName']}"
    except AccessDenied:
        return "whether it has users can't be seen (cognito-idp:ListUsers isn't allowed)"
    return ""


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
