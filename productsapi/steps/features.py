"""The features that can be switched on and off, and the mark of those that were on.

Switched off, a feature costs no call: whether something of it is left, to be removed, is told by a
tag of the table, which any run reads anyway. It is written before anything of a feature is made,
and taken away after all of it has gone, so that a run killed in between leaves nothing unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

from productsapi.aws.caller import Aws
from productsapi.config import Config
from productsapi.engine.names import Key, Output
from productsapi.engine.resource import Given, Outputs, Resource, refusal
from productsapi.errors import NotFound
from productsapi.steps import kinds
from productsapi.steps.lateness import looked_at_again
from productsapi.steps.stack import Stack, tag_map

TAG = "productsapi:features"
TOLD = Output("features told")
"""The tag's text: names, one blank between them."""
YOUNG = timedelta(minutes=5)
REFUSED = "=refused"
"""After the name of one that AWS refused, and that may be left out."""
IF_ALLOWED = "if_allowed"
ONCE_REFUSED = "AWS refused it to an earlier deploy; `productsapi deploy --try-skipped` tries again"

SWITCHES: Mapping[str, Callable[[Config], bool | str]] = {
    "access-log": lambda config: config.access_log.enabled,
    "alarms": lambda config: config.monitoring.alarms,
    "alarm-mail": lambda config: config.monitoring.alarms if config.monitoring.email else False,
    "dashboard": lambda config: config.monitoring.dashboard,
    "api-key": lambda config: config.api.key,
}
"""By name: how the configuration switches it."""


@dataclass(frozen=True)
class FeaturePart(Resource):
    """Something that is there while its feature is on; without `on` it is only found, to go."""

    stack: Stack
    on: bool = True
    of: ClassVar[str]
    """The feature's name."""

    @property
    def wanted(self) -> bool:
        return self.on

    @property
    def feature(self) -> str:
        return self.of if may_be_left_out(self.stack.config, self.of) else ""

    @property
    def depends_on(self) -> tuple[Key, ...]:
        return (marks_key(self.stack),)


def marks_key(stack: Stack) -> Key:
    return kinds.FEATURE_MARKS(stack.config.table.name)


def may_be_left_out(config: Config, name: str) -> bool:
    return name in SWITCHES and SWITCHES[name](config) == IF_ALLOWED


def wanted(config: Config) -> tuple[str, ...]:
    """The names of those that the configuration switches on."""
    return tuple(name for name, switch in SWITCHES.items() if switch(config))


def outputs(stack: Stack, tags: Mapping[str, str]) -> Given:
    """What the table's tags tell, as outputs.

    The features that were on, and why those can't be had that AWS refused and that may be left out.
    """
    text = tags.get(TAG)
    if text is None:
        return {}
    found = {TOLD: text}
    for name, refused in parsed(text).items():
        if refused and may_be_left_out(stack.config, name) and not stack.try_skipped:
            found[refusal(name)] = ONCE_REFUSED
    return found


def told_by(stack: Stack, aws: Aws) -> str | None:
    """The tag's text, by the same calls that tell the table; None where it isn't there or ours."""
    name = stack.config.table.name
    try:
        table = aws.call("dynamodb", "DescribeTable", TableName=name)["Table"]
    except NotFound:
        return None
    if table["TableStatus"] == "DELETING":
        return None
    tags = settled_tags(stack, aws, table)
    return tags.get(TAG) if stack.owns(tags) else None


def settled_tags(stack: Stack, aws: Aws, table: Mapping[str, Any]) -> dict[str, str]:
    """Of a table that is minutes old they may be late. Raises NotFound."""
    made, look = table.get("CreationDateTime"), partial(tags_of_table, stack)
    if made and stack.began - made < YOUNG:
        what = f"the tags of the table {stack.config.table.name}"
        return looked_at_again(aws, what, look, shown=stack.owns)
    return look(aws)


def tags_of_table(stack: Stack, aws: Aws) -> dict[str, str]:
    arn = stack.place.table_arn(stack.config.table.name)
    pages = aws.pages("dynamodb", "ListTagsOfResource", ResourceArn=arn)
    return tag_map([tag for page in pages for tag in page["Tags"]])


def parsed(text: str | None) -> dict[str, bool]:
    """The names that a tag's text holds, each with whether it was refused."""
    names = (text or "").split()
    return {name.removesuffix(REFUSED): name.endswith(REFUSED) for name in names}


def remember(stack: Stack, aws: Aws, known: Outputs, refused: Iterable[str]) -> None:
    """Note which features were refused, so that the next plan doesn't promise them."""
    write(stack, aws, parsed(known.get(TOLD)) | dict.fromkeys(refused, True))


def write(stack: Stack, aws: Aws, told: Mapping[str, bool]) -> str:
    """Set the tag, or take it away where there is nothing to tell; gives its text."""
    arn = stack.place.table_arn(stack.config.table.name)
    text = " ".join(f"{name}{REFUSED if refused else ''}" for name, refused in sorted(told.items()))
    if text:
        tags = [{"Key": TAG, "Value": text}]
        aws.call("dynamodb", "TagResource", ResourceArn=arn, Tags=tags)
    else:
        aws.call("dynamodb", "UntagResource", ResourceArn=arn, TagKeys=[TAG])
    return text
