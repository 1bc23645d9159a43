"""The features that can be switched on and off, and the tag that records which were on.

A feature that is off costs no call: a tag of the table, which any run reads anyway, records whether
something of it is left to be removed. The tag is written before a feature's first resource is
created and removed after its last one is gone, so that a killed run leaves nothing unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key, Output
from productsapi.engine.outputs import Given
from productsapi.engine.resource import Resource
from productsapi.errors import NotFound
from productsapi.stack import Stack, kinds, tag_map
from productsapi.stack.eventual_consistency import reread_until_visible
from productsapi.stack.tag_sync import Tagged, add_tags, remove_tags

TAG = "productsapi:features"
STORED = Output("stored features")
"""The tag's text: names, one blank between them."""
YOUNG = timedelta(minutes=5)
REFUSED = "=refused"
"""Behind the name of one that AWS refused to an earlier release, which then went on without it."""


@dataclass(frozen=True)
class FeaturePart(Resource):
    """Part of a feature: wanted while it is `on`; otherwise only found, and removed."""

    stack: Stack
    on: bool = True
    off_by: ClassVar[str]
    """What to set in the configuration to do without it."""

    @property
    def wanted(self) -> bool:
        return self.on

    @property
    def opt_out(self) -> str:
        return self.off_by if self.on else ""

    @property
    def depends_on(self) -> tuple[Key, ...]:
        return (marks_key(self.stack),)


def marks_key(stack: Stack) -> Key:
    return kinds.FEATURE_MARKS(stack.config.table.name)


def outputs(tags: Mapping[str, str]) -> Given:
    """The features that were on, as the table's tags record."""
    text = tags.get(TAG)
    return {} if text is None else {STORED: text}


def reported_by(stack: Stack, aws: Aws) -> str | None:
    """The tag's text, by the same calls that read the table; None where it isn't there or ours."""
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
        return reread_until_visible(aws, what, look, shown=stack.owns)
    return look(aws)


def tags_of_table(stack: Stack, aws: Aws) -> dict[str, str]:
    arn = stack.location.table_arn(stack.config.table.name)
    pages = aws.pages("dynamodb", "ListTagsOfResource", ResourceArn=arn)
    return tag_map([tag for page in pages for tag in page["Tags"]])


def parsed(text: str | None) -> tuple[str, ...]:
    """The names that a tag's text holds."""
    return tuple(name.removesuffix(REFUSED) for name in (text or "").split())


def write(stack: Stack, aws: Aws, names: Iterable[str]) -> str:
    """Set the tag, or remove it where there is nothing to record; returns its text."""
    arn = stack.location.table_arn(stack.config.table.name)
    text = " ".join(sorted(names))
    if text:
        add_tags(aws, Tagged("dynamodb", arn), {TAG: text})
    else:
        remove_tags(aws, Tagged("dynamodb", arn), [TAG])
    return text
