"""An emulator's answers as if AWS gave them: otherwise in a few places, on purpose.

A rehearsal whose report doesn't show each of these has missed something.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from fault_calls import Request
from fault_kinds import Answer, error_answer
from life_compare import Difference
from life_tunnel import Answering

ACCOUNT = "123456789012"
RETRYABLE = "The role defined for the function cannot be assumed by Lambda."
MISSING = "Cannot do operations on a non-existent table"


@dataclass(frozen=True)
class Put:
    """One difference, by the row of the report that is to show it."""

    operation: str
    what: str
    where: str
    local: str
    aws: str


PUT_IN = (
    Put("CreateFunction", "codes", "refusal", "none", "400 InvalidParameterValueException"),
    Put("DeleteStage", "codes", "status and code", "202", "204"),
    Put("DescribeTable", "texts", "body.message", "Requested resource not found", MISSING),
    Put("DescribeTable", "shapes", "body.Table.TableClassSummary", "absent", "object"),
    Put("GetRestApi", "shapes", "body.apiKeySource", "text", "absent"),
    Put("GetGatewayResponses", "orders", "body.item", "", ""),
)
"""`local` and `aws` are how the row's cells begin."""


def _changed(answer: Answer, change: Callable[[dict[str, Any]], None]) -> Answer:
    reported = json.loads(answer.body)
    change(reported)
    return Answer(answer.status, answer.headers, json.dumps(reported).encode())


@dataclass
class Pretended:
    """In front of an emulator that has another account's id."""

    upstream: Answering
    _refused: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, host: str, request: Request) -> Answer:
        operation, named = request.named
        if operation == "CreateFunction" and self._first(named.get("FunctionName", "")):
            return error_answer("lambda", 400, "InvalidParameterValueException", RETRYABLE)
        answer = self.upstream(host, request)
        if operation == "DeleteStage" and answer.status == 202:
            return Answer(204, answer.headers, answer.body)
        if operation == "DescribeTable":
            return _changed(answer, _table)
        if operation == "GetRestApi" and answer.status == 200:
            return _changed(answer, lambda reported: reported.pop("apiKeySource", None))
        if operation == "GetGatewayResponses" and answer.status == 200:
            return _changed(answer, _backwards)
        return answer

    def _first(self, name: str) -> bool:
        with self._lock:
            first = name not in self._refused
            self._refused.add(name)
        return first


def _backwards(reported: dict[str, Any]) -> None:
    reported["item"].sort(key=lambda each: each["responseType"], reverse=True)


def _table(reported: dict[str, Any]) -> None:
    if "Table" in reported:
        reported["Table"]["TableClassSummary"] = {"TableClass": "STANDARD"}
    elif "message" in reported:
        reported["message"] = MISSING


def shows(differences: Iterable[Difference], put: Put) -> bool:
    """Whether a report has the row."""
    return any(
        (each.operation, each.what, each.where) == (put.operation, put.what, put.where)
        and each.local.startswith(put.local)
        and each.aws.startswith(put.aws)
        for each in differences
    )
