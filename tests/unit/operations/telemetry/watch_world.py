"""CloudWatch Logs as a test writes it, and log lines in the forms that really occur."""

from __future__ import annotations

import itertools
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from productsapi.errors import AwsError, NotFound
from productsapi.operations.telemetry.logs import Event, Logs

GROUPS = {name: f"/aws/lambda/{name}-fn" for name in ("create", "get", "update", "delete")}
GROUPS["api"] = "/productsapi/shop/api-access"
MINUTE = 60_000


@dataclass
class FakeLogs:
    """The part of productsapi.aws that Logs needs, over events kept here by group."""

    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    page_size: int = 100
    asked: list[dict[str, Any]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)
    refusal: AwsError | None = None
    together: threading.Barrier | None = None
    """Where given, as many calls as it waits for must be under way at once."""

    def pages(self, service: str, operation: str, **params: Any) -> Iterator[dict[str, Any]]:
        assert (service, operation) == ("logs", "FilterLogEvents")
        self.asked.append(params)
        if self.together:
            self.together.wait(timeout=600)
        if self.refusal:
            raise self.refusal
        group = params["logGroupName"]
        if group not in self.events:
            raise NotFound(operation, "ResourceNotFoundException", f"no {group}")
        found = [each for each in self.events[group] if _fits(each, params)]
        found.sort(key=lambda each: (each["timestamp"], each["ingestionTime"]))
        for first in range(0, max(len(found), 1), self.page_size):
            yield {"events": found[first : first + self.page_size]}

    def add(
        self, source: str, time: int, message: str, *, stream: str = "s1", ingested: int = 0
    ) -> None:
        events = self.events.setdefault(GROUPS[source], [])
        events.append(
            {
                "eventId": f"e{next(self.numbers)}",
                "logStreamName": stream,
                "timestamp": time,
                "ingestionTime": ingested or time,
                "message": message,
            }
        )

    def logs(self, *sources: str) -> Logs:
        return Logs(self, {name: GROUPS[name] for name in sources or GROUPS})  # type: ignore[arg-type]

    def everywhere(self) -> FakeLogs:
        """With all groups there, if only empty."""
        for group in GROUPS.values():
            self.events.setdefault(group, [])
        return self


def _fits(event: dict[str, Any], params: dict[str, Any]) -> bool:
    """As AWS takes a pattern of quoted phrases: all of them are in the message."""
    pattern = params.get("filterPattern", "")
    phrases = re.findall(r'"([^"]*)"', pattern)
    assert pattern == " ".join(f'"{phrase}"' for phrase in phrases)
    return (
        all(phrase in event["message"] for phrase in phrases)
        and event["timestamp"] >= params["startTime"]
        and event["timestamp"] <= params.get("endTime", event["timestamp"])
        and event["logStreamName"] in params.get("logStreamNames", [event["logStreamName"]])
    )


def ours(
    request_id: str, *, route: str = "GET /products", status: int = 200, ms: float = 3.5,
    level: str = "INFO", **more: Any,
) -> str:  # fmt: skip
    """A line of our functions."""
    line = {
        "level": level, "requestId": request_id, "route": route, "status": status,
        "durationMs": ms, "sub": "95bc0e23", **more,
    }  # fmt: skip
    return json.dumps(line) + "\n"


def access(request_id: str, invocation: str = "-", status: str = "200", **more: Any) -> str:
    """A line of an access log; all its values are texts."""
    return json.dumps(
        {
            "requestId": request_id,
            "extendedRequestId": f"ext-{request_id}=",
            "integrationRequestId": invocation,
            "httpMethod": "GET",
            "resourcePath": "/products",
            "status": status,
            "responseLatency": "42",
            **more,
        }
    )


def start(invocation: str) -> str:
    return f"START RequestId: {invocation} Version: 7\n"


def end(invocation: str) -> str:
    return f"END RequestId: {invocation}\n"


def reported(invocation: str, *, init: bool = False, status: str = "") -> str:
    return (
        f"REPORT RequestId: {invocation}\tDuration: 3.18 ms\tBilled Duration: 4 ms\t"
        "Memory Size: 256 MB\tMax Memory Used: 63 MB\t"
        + ("Init Duration: 251.04 ms\t" if init else "")
        + (f"Status: {status}" if status else "")
        + "\n"
    )


def messages(events: list[Event]) -> list[str]:
    return [event.message for event in events]
