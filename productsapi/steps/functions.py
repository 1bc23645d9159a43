"""Step 2: the log groups, with an end to what they keep, and the four functions."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Observed, Outputs, Resource
from productsapi.errors import AccessDenied, NotFound
from productsapi.routes import FUNCTIONS
from productsapi.steps import function_settings as settings
from productsapi.steps.stack import Stack


def resources(stack: Stack) -> list[Resource]:
    groups = [LogGroup(stack, function) for function in FUNCTIONS]
    return [*groups, *(Function(stack, function) for function in FUNCTIONS)]


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
class Function(Resource):
    """A function's settings. Its code, and what callers reach, is step 7."""

    stack: Stack
    function: str
    step = "functions"
    kind = "function"
    needs = settings.NEEDS

    @property
    def name(self) -> str:
        return self.stack.function_name(self.function)

    @property
    def provides(self) -> tuple[str, ...]:
        return (f"latest code of {self.function}",)

    @property
    def after(self) -> tuple[str, ...]:
        """The table too: in a teardown it is looked into when no function can write any more."""
        return (
            f"log group {self.stack.log_group(self.function)}",
            f"role {self.stack.role_name(self.function)}",
            f"table {self.stack.config.table.name}",
        )

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        try:
            answer = aws.call("lambda", "GetFunction", FunctionName=self.name)
        except NotFound:
            return None
        if untold := answer.get("TagsError"):
            raise AccessDenied(
                "GetFunction",
                untold["ErrorCode"],
                f"lambda:ListTags isn't allowed: {untold['Message']}",
                "ask for the permission lambda:ListTags, or use another profile (--profile)",
            )
        tags = answer.get("Tags", {})
        configuration = answer["Configuration"]
        fields = {
            **settings.of(configuration),
            "tags": self.stack.ours_among(tags),
        }
        outputs = {f"latest code of {self.function}": configuration["CodeSha256"]}
        return Observed(fields, outputs, self.stack.claim(tags), configuration)

    def want(self, known: Outputs) -> Fields:
        return {**self._want_settings(known), "tags": dict(self.stack.tags)}

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        aws.call(
            "lambda",
            "CreateFunction",
            FunctionName=self.name,
            Code={"ZipFile": self.stack.code[self.function]},
            Architectures=[self.stack.config.functions.architecture],
            Tags=dict(self.stack.tags),
            **settings.parameters(self._want_settings(known)),
        )
        settings.wait_until_settled(aws, self.name)
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        if "tags" in changed:
            arn = self.stack.place.function_arn(self.name)
            aws.call("lambda", "TagResource", Resource=arn, Tags=dict(self.stack.tags))
        if changed - {"tags"}:
            wanted = settings.parameters(self._want_settings(known), observed.raw)
            aws.call("lambda", "UpdateFunctionConfiguration", FunctionName=self.name, **wanted)
            settings.wait_until_settled(aws, self.name)
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        with suppress(NotFound):
            aws.call("lambda", "DeleteFunction", FunctionName=self.name)

    def _want_settings(self, known: Outputs) -> Fields:
        return settings.wanted(self.stack, self.function, known)
