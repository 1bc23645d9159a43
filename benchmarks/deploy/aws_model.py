"""AWS's time as a model: how long calls take, when what they made is ready, how many are allowed.

Pure: the time is given. What is not modelled is reported in ../README.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_calls import Request
from aws_times import (
    DELETING,
    FUNCTION_PENDING,
    FUNCTION_UPDATING,
    INDEX_CREATING,
    ROLE,
    TABLE_CREATING,
    Times,
)

TOTAL = "all operations of API Gateway"
QUOTAS = {
    "CreateRestApi": (1, 1 / 3),
    "DeleteRestApi": (1, 1 / 30),
    "CreateDeployment": (1, 1 / 5),
    "CreateResource": (5, 5.0),
    "DeleteResource": (5, 5.0),
    "GetResources": (5, 5 / 2),
    TOTAL: (40, 10.0),
}
"""API Gateway's quotas as AWS documents them: calls at once, and calls a second."""

LATEST = "$LATEST"
REFUSED_WHILE_BUSY = {"UpdateFunctionCode", "UpdateFunctionConfiguration", "PublishVersion"}
REFUSED_WHILE_CREATING = {"TagResource", "UntagResource", "UpdateTable", "DeleteTable"}
REFUSED_WHILE_INDEXING = {"UpdateTable", "DeleteTable"}
REFUSED_WHILE_DELETING = {"CreateTable", *REFUSED_WHILE_CREATING}
GOES_ON = {"at the edge"}
"""What a command may leave to AWS: nobody can do anything about it."""


@dataclass
class Bucket:
    """`size` tokens at first, `rate` new ones a second; each call takes one."""

    size: float
    rate: float
    tokens: float = field(init=False)
    looked: float | None = None

    def __post_init__(self) -> None:
        self.tokens = self.size

    def has_one(self, now: float) -> bool:
        """Whether there is a token at `now`, which never goes back."""
        passed = 0.0 if self.looked is None else now - self.looked
        self.tokens = min(self.size, self.tokens + passed * self.rate)
        self.looked = now
        return self.tokens >= 1 - 1e-9

    def take(self) -> None:
        self.tokens -= 1


@dataclass(frozen=True)
class Refusal:
    status: int
    code: str
    message: str


class Model:
    """What this AWS knows besides what its resources are: since when they are there."""

    def __init__(self, times: Times | None = None) -> None:
        self.times = times or Times()
        self.drawn: dict[str, float] = {}
        """The longest of each wait that was drawn by lot in this run, in seconds."""
        self._buckets = {name: Bucket(*quota) for name, quota in QUOTAS.items()}
        self._until: dict[tuple[str, str], float] = {}
        """By what and whose: («pending», a function) is so until then."""
        self._deleted: dict[str, Mapping[str, Any]] = {}
        """Tables as they were reported when they were deleted."""

    def seconds(self, request: Request, *, refused: bool = False) -> float:
        """How long the call takes; a read that finds nothing isn't refused."""
        return self.times.of_call(request.operation, refused=refused and not request.reads)

    def refusal(self, request: Request, now: float) -> Refusal | None:
        """Why AWS would refuse this call, if it would."""
        if request.service == "apigateway":
            return self._throttled(request.operation, now)
        if request.service == "lambda":
            return self._not_ready(request, now)
        if request.service == "dynamodb":
            return self._table_in_use(request, now)
        return None

    def instead(self, request: Request, now: float) -> dict[str, Any] | None:
        """What AWS still shows of a table that the local cloud has deleted at once."""
        name = table(request)
        shown = request.operation == "DescribeTable" and self._is("deleting", name, now)
        return {"Table": {**self._deleted[name], "TableStatus": "DELETING"}} if shown else None

    def took_effect(self, request: Request, answer: Mapping[str, Any], now: float) -> None:
        """Note what a call that AWS has just answered has set going."""
        given, name = request.given, function(request)
        match request.operation:
            case "CreateRole":
                role = str(given["RoleName"])
                seconds = self._draw(ROLE, self.times.role_assumable(role))
                self._until["not assumable", role] = now + seconds
            case "CreateFunction":
                self._until["pending", name] = now + FUNCTION_PENDING
                self._until.pop(("updating", name), None)
            case "UpdateFunctionCode" | "UpdateFunctionConfiguration":
                self._until["updating", name] = now + FUNCTION_UPDATING
                if given.get("Publish"):
                    version = f"{name}:{answer.get('Version')}"
                    self._until["pending", version] = now + FUNCTION_UPDATING
            case "CreateTable":
                self._until["creating", table(request)] = now + TABLE_CREATING
            case "UpdateTable" if _makes_an_index(given):
                self._until["indexing", table(request)] = now + INDEX_CREATING
            case "DeleteTable":
                self._deleted[table(request)] = answer.get("TableDescription", {})
                seconds = self._draw(DELETING, self.times.table_deleting(table(request)))
                self._until["deleting", table(request)] = now + seconds
            case "CreateDeployment" | "UpdateStage":
                lag = self.times.edge_lag(request.operation)
                self._until["at the edge", "the former deployment"] = now + lag

    def as_seen(self, request: Request, answer: dict[str, Any], now: float) -> dict[str, Any]:
        """An answer with the states of things as they would be when AWS looked."""
        if request.service == "dynamodb":
            return self._table_as_seen(answer, now)
        if request.service == "lambda" and "Configuration" in answer:
            return {**answer, "Configuration": self._function_as_seen(answer["Configuration"], now)}
        if request.service == "lambda" and "Runtime" in answer:
            return self._function_as_seen(answer, now)
        return answer

    def busy(self, now: float) -> list[str]:
        """What isn't ready yet: a command that ends meanwhile isn't faster, it is early."""
        return [
            f"{whose} is {what}"
            for (what, whose), end in self._until.items()
            if now < end and what not in GOES_ON
        ]

    def goes_on(self, now: float) -> dict[str, float]:
        """Seconds for which AWS itself goes on when a command has ended."""
        return {
            f"{whose} is {what}": end - now
            for (what, whose), end in self._until.items()
            if now < end and what in GOES_ON
        }

    def _draw(self, wait: str, seconds: float) -> float:
        self.drawn[wait] = max(seconds, self.drawn.get(wait, 0.0))
        return seconds

    def _throttled(self, operation: str, now: float) -> Refusal | None:
        buckets = [self._buckets[n] for n in (operation, TOTAL) if n in self._buckets]
        if not all(bucket.has_one(now) for bucket in buckets):
            return Refusal(429, "TooManyRequestsException", "Too Many Requests")
        for bucket in buckets:
            bucket.take()
        return None

    def _table_in_use(self, request: Request, now: float) -> Refusal | None:
        name, operation = table(request), request.operation
        for what, refused, reported in (
            ("creating", REFUSED_WHILE_CREATING, "Table is being created"),
            ("indexing", REFUSED_WHILE_INDEXING, "Table is being updated"),
            ("deleting", REFUSED_WHILE_DELETING, "Table is being deleted"),
        ):
            if operation in refused and self._is(what, name, now):
                text = "Attempt to change a resource which is still in use"
                return Refusal(400, "ResourceInUseException", f"{text}: {reported}: {name}")
        return None

    def _not_ready(self, request: Request, now: float) -> Refusal | None:
        if request.operation in {"CreateFunction", "UpdateFunctionConfiguration"}:
            role = _last(request.given.get("Role"), "/")
            if self._is("not assumable", role, now):
                text = "The role defined for the function cannot be assumed by Lambda."
                return Refusal(400, "InvalidParameterValueException", text)
        if request.operation in REFUSED_WHILE_BUSY:
            name, text = function(request), "The operation cannot be performed at this time. "
            if self._is("pending", name, now):
                text += "The function is currently in the following state: Pending"
                return Refusal(409, "ResourceConflictException", text)
            if self._is("updating", name, now):
                text += f"An update is in progress for resource: {name}"
                return Refusal(409, "ResourceConflictException", text)
        return None

    def _function_as_seen(self, configuration: Mapping[str, Any], now: float) -> dict[str, Any]:
        """A version has a state of its own, but is no readier than the function it was made of."""
        name, version = str(configuration["FunctionName"]), configuration.get("Version", LATEST)
        pending = any(self._is("pending", whose, now) for whose in (name, f"{name}:{version}"))
        updating = version == LATEST and self._is("updating", name, now)
        return {
            **configuration,
            "State": "Pending" if pending else "Active",
            "StateReason": "The function is being created." if pending else "",
            "StateReasonCode": "Creating" if pending else "",
            "LastUpdateStatus": "InProgress" if updating or pending else "Successful",
        }

    def _table_as_seen(self, answer: dict[str, Any], now: float) -> dict[str, Any]:
        for key in ("Table", "TableDescription"):
            name = answer[key]["TableName"] if key in answer else ""
            if self._is("creating", name, now):
                return {**answer, key: {**answer[key], "TableStatus": "CREATING"}}
            if self._is("indexing", name, now):
                indexes = answer[key].get("GlobalSecondaryIndexes", [])
                shown = [{**index, "IndexStatus": "CREATING"} for index in indexes]
                reported = {"TableStatus": "UPDATING", "GlobalSecondaryIndexes": shown}
                return {**answer, key: {**answer[key], **reported}}
        return answer

    def _is(self, what: str, whose: str, now: float) -> bool:
        return now < self._until.get((what, whose), 0.0)


def function(request: Request) -> str:
    """A function's name, of which AWS also takes the ARN."""
    return _last(request.given.get("FunctionName"), ":function:").partition(":")[0]


def table(request: Request) -> str:
    """A table's name, of which some calls take the ARN only."""
    return _last(request.given.get("TableName") or request.given.get("ResourceArn"), "/")


def _makes_an_index(given: Mapping[str, Any]) -> bool:
    return any("Create" in each for each in given.get("GlobalSecondaryIndexUpdates") or ())


def _last(text: Any, separator: str) -> str:
    return str(text or "").rpartition(separator)[2]
