"""A log group of ours, whoever writes into it: with an end to what it keeps, and our tags."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Observed, Outputs, Resource
from productsapi.errors import NotFound
from productsapi.steps.stack import Stack


@dataclass(frozen=True)
class LogGroup(Resource):
    stack: Stack

    @property
    @abstractmethod
    def retention_days(self) -> int:
        """Days before AWS deletes what was logged."""

    @property
    def arn(self) -> str:
        return self.stack.place.log_group_arn(self.name)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        """The name itself sorts before all longer ones, so it is on the first page mostly."""
        pages = aws.pages("logs", "DescribeLogGroups", logGroupNamePrefix=self.name)
        groups = (group for page in pages for group in page["logGroups"])
        group = next((each for each in groups if each["logGroupName"] == self.name), None)
        return self._observed(aws, group.get("retentionInDays")) if group else None

    def _observed(self, aws: Aws, retention: int | None) -> Observed:
        tags = aws.call("logs", "ListTagsForResource", resourceArn=self.arn)["tags"]
        fields = {"retention_days": retention, "tags": self.stack.ours_among(tags)}
        return Observed(fields, claim=self.stack.claim(tags))

    def want(self, known: Outputs) -> Fields:
        return {"retention_days": self.retention_days, "tags": dict(self.stack.tags)}

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        aws.call("logs", "CreateLogGroup", logGroupName=self.name, tags=dict(self.stack.tags))
        self._set_retention(aws)
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        if "tags" in changed:
            if former := self.stack.no_longer(observed.fields["tags"]):
                aws.call("logs", "UntagResource", resourceArn=self.arn, tagKeys=former)
            aws.call("logs", "TagResource", resourceArn=self.arn, tags=dict(self.stack.tags))
        if "retention_days" in changed:
            self._set_retention(aws)
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        with suppress(NotFound):
            aws.call("logs", "DeleteLogGroup", logGroupName=self.name)

    def _set_retention(self, aws: Aws) -> None:
        days = self.retention_days
        aws.call("logs", "PutRetentionPolicy", logGroupName=self.name, retentionInDays=days)
