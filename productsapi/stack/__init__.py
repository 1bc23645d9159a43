"""The stack: its configuration, its location, and the names and tags of what belongs to it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cached_property

from productsapi import packaging
from productsapi.aws.location import Location
from productsapi.config import Config
from productsapi.dependencies import Target
from productsapi.engine.resource import Ownership
from productsapi.stack.release_note import ReleaseNote

STACK_TAG = "productsapi:stack"
TAGS_TAG = "productsapi:tags"
"""Beside the configuration's own tags: which those are, in short, so that one that is taken out of
the configuration is known from somebody else's. AWS ends a tag's value at 256 characters."""
SHORT = 6
"""Characters of a tag's name in short: 36 bits, so that hardly any other name looks the same."""
CATEGORY_INDEX = "category-index"
ALIAS = "live"
"""The functions' alias that the gateway invokes."""
ROLE_NAME_LIMIT = 64


def target_of(config: Config, *, local: bool) -> Target:
    """What others' packages are for: the local cloud runs the functions on this Python."""
    functions = config.functions
    return Target() if local else Target(functions.runtime, functions.architecture)


@dataclass(frozen=True)
class Stack:
    """One stack as it should be, and what the user allows beyond the usual.

    `delete_data` only matters to a teardown. `delete_foreign` removes what others have put into
    what is ours. `adopt` takes over same-named ones without a stack's tag; where there are several
    of a name, `api_id` and `user_pool_id` say which. `make_public` lets a private API become one
    that anyone reaches.
    `release_hold` makes live again what was rolled back from.
    `find_doubles` looks through the account for what was made twice. `after_a_kill` isn't the
    user's: the run before was killed, and may have made what no listing shows yet.
    """

    config: Config
    location: Location
    delete_data: bool = False
    delete_foreign: bool = False
    adopt: bool = False
    api_id: str | None = None
    user_pool_id: str | None = None
    make_public: bool = False
    release_hold: bool = False
    find_doubles: bool = False
    after_a_kill: bool = False
    release_note: ReleaseNote = field(default=ReleaseNote(), compare=False)
    """What this run's release says of itself, should it make one."""
    began: datetime = field(default_factory=lambda: datetime.now(timezone.utc), compare=False)
    """When this run began: what it publishes is marked with it."""
    tags: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        own = self.config.tags
        remembered = {TAGS_TAG: "".join(map(_short, sorted(own)))} if own else {}
        tags = {STACK_TAG: self.config.stack, **own, **remembered}
        object.__setattr__(self, "tags", tags)

    @cached_property
    def code(self) -> Mapping[str, bytes]:
        """The functions' zips. Only a deploy or a plan needs them. Raises ConfigError."""
        return packaging.packages(self.config.sources, self.target)

    @property
    def target(self) -> Target:
        """What others' packages are for."""
        return target_of(self.config, local=self.location.local)

    def owns(self, tags: Mapping[str, str]) -> bool:
        """Whether tags say that what carries them is this stack's."""
        return tags.get(STACK_TAG) == self.config.stack

    def ownership(self, tags: Mapping[str, str]) -> Ownership:
        """Whose it is that carries these tags."""
        if STACK_TAG in tags:
            return Ownership.OURS if self.owns(tags) else Ownership.OTHER_STACK
        return Ownership.ADOPTED if self.adopt else Ownership.UNTAGGED

    def owner(self, tags: Mapping[str, str]) -> str:
        """The other stack that these tags name; empty where they name none, or this one."""
        return "" if self.owns(tags) else tags.get(STACK_TAG, "")

    def ours_among(self, tags: Mapping[str, str]) -> dict[str, str]:
        """The tags that we set, now or formerly, as they are; others' are none of our business."""
        text = tags.get(TAGS_TAG, "")
        former = {text[at : at + SHORT] for at in range(0, len(text), SHORT)}
        ours = {*self.tags, TAGS_TAG}
        return {n: v for n, v in tags.items() if n in ours or _short(n) in former}

    def no_longer(self, tags: Mapping[str, str]) -> list[str]:
        """The names among our tags that the configuration has no more.

        Removed before the others are set: until then it is remembered that they are ours.
        """
        return sorted(self.ours_among(tags).keys() - self.tags.keys())

    def function_name(self, function: str) -> str:
        return self.config.functions.names.of(function)

    def function_arn(self, function: str) -> str:
        return self.location.function_arn(self.function_name(function))

    def log_group(self, function: str) -> str:
        return f"/aws/lambda/{self.function_name(function)}"

    @property
    def role_path(self) -> str:
        return f"/productsapi/{self.config.stack}/"

    def role_name(self, function: str) -> str:
        return role_name(self.function_name(function), self.location.region)

    def role_arn(self, function: str) -> str:
        return self.location.role_arn(self.role_path, self.role_name(function))


def role_name(function_name: str, region: str) -> str:
    """IAM names are the account's, function names the Region's: the role carries both."""
    name = f"{function_name}-{region}"
    if len(name) <= ROLE_NAME_LIMIT:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: ROLE_NAME_LIMIT - 9]}-{digest}"


def _short(tag: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(tag.encode()).digest())[:SHORT].decode()


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags in the form of DynamoDB and IAM."""
    return [{"Key": name, "Value": value} for name, value in tags.items()]


def tag_map(tags: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}
