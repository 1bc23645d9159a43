"""Tags of what exists, brought to the wanted ones: each service spells this its own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from productsapi.aws.caller import Aws
from productsapi.stack import Stack, tag_list


@dataclass(frozen=True)
class _Spelling:
    """A service's names of operations and parameters, by botocore's model of it."""

    resource: str
    keys: str = "TagKeys"
    tags: str = "Tags"
    listed: bool = True
    """Whether tags are a list of `Key` and `Value`; else a map."""
    tag: str = "TagResource"
    untag: str = "UntagResource"


SPELLINGS: Mapping[str, _Spelling] = {
    "apigateway": _Spelling("resourceArn", "tagKeys", "tags", listed=False),
    "cloudwatch": _Spelling("ResourceARN"),
    "dynamodb": _Spelling("ResourceArn"),
    "iam": _Spelling("RoleName", tag="TagRole", untag="UntagRole"),
    "lambda": _Spelling("Resource", listed=False),
    "logs": _Spelling("resourceArn", "tagKeys", "tags", listed=False),
    "secretsmanager": _Spelling("SecretId"),
    "sns": _Spelling("ResourceArn"),
}
"""By service."""


class Tagged(NamedTuple):
    """What carries tags: an ARN, of a role and of a secret the name."""

    service: str
    resource: str


def set_tags(
    stack: Stack,
    aws: Aws,
    tagged: Tagged,
    had: Mapping[str, str],
    beside: Mapping[str, str] | None = None,
) -> None:
    """The stack's tags, and those `beside` them.

    Those of ours that the configuration has no more go first: see Stack.no_longer.
    """
    if former := stack.no_longer(had):
        remove_tags(aws, tagged, former)
    add_tags(aws, tagged, {**stack.tags, **(beside or {})})


def add_tags(aws: Aws, tagged: Tagged, tags: Mapping[str, str]) -> None:
    spelling = SPELLINGS[tagged.service]
    sent = tag_list(tags) if spelling.listed else dict(tags)
    named = {spelling.resource: tagged.resource, spelling.tags: sent}
    aws.call(tagged.service, spelling.tag, **named)


def remove_tags(aws: Aws, tagged: Tagged, keys: list[str]) -> None:
    spelling = SPELLINGS[tagged.service]
    named = {spelling.resource: tagged.resource, spelling.keys: keys}
    aws.call(tagged.service, spelling.untag, **named)
