"""A log group of ours, whoever writes into it: with an end to what it keeps, and our tags."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Note, Observed, Ownership
from productsapi.errors import NotFound, Refused
from productsapi.stack import Stack
from productsapi.stack.tag_sync import Tagged, set_tags

PROTECTED = "deletionProtectionEnabled"


@dataclass(frozen=True)
class LogGroup(Managed):
    stack: Stack

    @property
    @abstractmethod
    def retention_days(self) -> int:
        """Days before AWS deletes what was logged."""

    @property
    def arn(self) -> str:
        return self.stack.location.log_group_arn(self.name)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        """Listed in ASCII order (API_DescribeLogGroups), it comes before all that begin with it.

        So the first one of the first page that has any is enough, however many follow.
        """
        pages = aws.pages("logs", "DescribeLogGroups", logGroupNamePrefix=self.name)
        first = next((group for page in pages for group in page["logGroups"]), None)
        if first is None or first["logGroupName"] != self.name:
            return None
        return self._observed(aws, first)

    def _observed(self, aws: Aws, group: Mapping[str, Any]) -> Observed:
        """Where a policy of the account overrides the days, ours would be drift for ever (O1)."""
        retention = group.get("retentionInDays")
        notes: tuple[Note, ...] = ()
        if policy := group.get("retentionPolicyName"):
            text = f"{self.key}: the account's policy {policy} keeps it for {retention} days, "
            notes = (Note(f"{text}whatever is configured"),)
            retention = self.retention_days
        tags = aws.call("logs", "ListTagsForResource", resourceArn=self.arn)["tags"]
        fields = {"retention_days": retention, "tags": self.stack.ours_among(tags)}
        ownership, owner = self.ownership(tags), self.stack.owner(tags)
        return Observed(fields, ownership=ownership, raw=group, notes=notes, owner=owner)

    def ownership(self, tags: Mapping[str, str]) -> Ownership:
        return self.stack.ownership(tags)

    def want(self, known: Outputs) -> Fields:
        return {"retention_days": self.retention_days, "tags": dict(self.stack.tags)}

    def create(self, aws: Aws, known: Outputs) -> Given:
        aws.call("logs", "CreateLogGroup", logGroupName=self.name, tags=dict(self.stack.tags))
        self._set_retention(aws)
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        if "tags" in changed:
            set_tags(self.stack, aws, Tagged("logs", self.arn), observed.fields["tags"])
        if "retention_days" in changed:
            self._set_retention(aws)
        return {}

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        if not observed.raw.get(PROTECTED):
            return None
        return f"it is protected against deletion; to end that: {self._unprotect}"

    def delete(self, aws: Aws, observed: Observed) -> None:
        if observed.raw.get(PROTECTED):
            raise Refused(
                f"{self.key} is protected against deletion",
                f"{self._unprotect}; then repeat the command",
            )
        with suppress(NotFound):
            aws.call("logs", "DeleteLogGroup", logGroupName=self.name)

    @property
    def _unprotect(self) -> str:
        command = "aws logs put-log-group-deletion-protection"
        return f"{command} --log-group-identifier {self.name} --no-deletion-protection-enabled"

    def _set_retention(self, aws: Aws) -> None:
        days = self.retention_days
        aws.call("logs", "PutRetentionPolicy", logGroupName=self.name, retentionInDays=days)
