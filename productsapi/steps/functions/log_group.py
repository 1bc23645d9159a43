"""Where a function's logs go, and when they end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Observed, Outputs, Resource
from productsapi.errors import NotFound
from productsapi.steps.former import former_names, left_over
from productsapi.steps.stack import Stack


@dataclass(frozen=True)
class LogGroup(Resource):
    """Made before the function, so that no log is ever written without an end to its keeping."""

    stack: Stack
    function: str
    step = "functions"
    kind = "log group"

    @property
    def name(self) -> str:
        return self.stack.log_group(self.function)

    @property
    def arn(self) -> str:
        return self.stack.place.log_group_arn(self.name)

    @property
    def after(self) -> tuple[str, ...]:
        """The role first: it is what all else of a function is found by later, see former.py."""
        return (f"role {self.stack.role_name(self.function)}",)

    def others(self, aws: Aws) -> Iterable[Resource]:
        return [FormerLogGroup(self.stack, self.function, n) for n in former_names(self.stack, aws)]

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        """The name itself sorts before all longer ones, so it is on the first page or nowhere."""
        page = aws.call("logs", "DescribeLogGroups", logGroupNamePrefix=self.name)
        group = next((g for g in page["logGroups"] if g["logGroupName"] == self.name), None)
        return self._observed(aws, group.get("retentionInDays")) if group else None

    def _observed(self, aws: Aws, retention: int | None) -> Observed:
        tags = aws.call("logs", "ListTagsForResource", resourceArn=self.arn).get("tags", {})
        fields = {"retention_days": retention, "tags": self.stack.ours_among(tags)}
        return Observed(fields, claim=self.stack.claim(tags))

    def want(self, known: Outputs) -> Fields:
        days = self.stack.config.functions.log_retention_days
        return {"retention_days": days, "tags": dict(self.stack.tags)}

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
        days = self.stack.config.functions.log_retention_days
        aws.call("logs", "PutRetentionPolicy", logGroupName=self.name, retentionInDays=days)


@dataclass(frozen=True)
class FormerLogGroup(LogGroup):
    """The logs of a function that is called otherwise now."""

    former: str
    wanted = False

    @property
    def name(self) -> str:
        return f"/aws/lambda/{self.former}"

    @property
    def until(self) -> tuple[str, ...]:
        return (f"function {self.former}",)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        return left_over(super().read(aws, known))
