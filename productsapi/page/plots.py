"""Requests, errors and latency over time: as measured, or counted from log lines.

What nobody has measured is None, which isn't zero.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.operations.telemetry.log_lines import read
from productsapi.operations.telemetry.logs import GATEWAY, Event, Logs
from productsapi.operations.telemetry.metric_queries import Answers, Measure, ask
from productsapi.operations.telemetry.report import MOST_LINES, OUR_LINE
from productsapi.operations.telemetry.request_counts import (
    CLIENT_ERRORS,
    SERVER_ERRORS,
    Served,
    percentile,
    served,
)
from productsapi.operations.telemetry.time_spans import Window, window
from productsapi.page.logs import since

MEASURED = "API Gateway's metrics"
ACCESS_LOG = "the API's access log"
LINES = "the functions' log lines: what the gateway itself refused isn't among them"


@dataclass(frozen=True)
class Plots:
    """Of one API's stage. `groups` are the log groups by source."""

    aws: Aws
    api: str
    stage: str
    groups: Mapping[str, str]
    clock: Callable[[], float] = time.time

    def look(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """For `since` (1h)."""
        now = self.clock()
        span = window(since(asked, "1h", now), now)
        series, counted, notes = self._series(span)
        described = {"start": span.start, "period": span.period, "points": span.points}
        return {"window": described, "series": series, "from": counted, "notes": notes}

    def _series(self, span: Window) -> tuple[dict[str, Any], str | None, list[str]]:
        measures = self._measures()
        answers = ask(self.aws, measures.values(), span)
        notes = list(answers.notes)
        if answers.total(measures["requests"]) is not None:
            return measured(measures, answers), MEASURED, notes
        gateway = {n: g for n, g in self.groups.items() if n == GATEWAY}
        functions = {n: g for n, g in self.groups.items() if n != GATEWAY}
        for groups, pattern, counted in ((gateway, "", ACCESS_LOG), (functions, OUR_LINE, LINES)):
            events = Logs(self.aws, groups).events(span.start * 1000, pattern=pattern)
            found = list(islice(_requests(events), MOST_LINES + 1))
            if len(found) > MOST_LINES:
                notes.append(f"Only the first {MOST_LINES} requests are counted: ask for less.")
            if found:
                return counted_from(found[:MOST_LINES], span), counted, notes
        return {}, None, notes

    def _measures(self) -> dict[str, Measure]:
        about = ("AWS/ApiGateway", (("ApiName", self.api), ("Stage", self.stage)))
        return {
            "requests": Measure(*about, "Count", "SampleCount"),
            "clientErrors": Measure(*about, "4XXError", "Sum"),
            "serverErrors": Measure(*about, "5XXError", "Sum"),
            "p50": Measure(*about, "Latency", "p50"),
            "p95": Measure(*about, "Latency", "p95"),
        }


def measured(measures: Mapping[str, Measure], answers: Answers) -> dict[str, list[float | None]]:
    """Counts are 0 where requests are counted and none is reported; a latency is then None."""
    span = answers.window
    series: dict[str, list[float | None]] = {}
    for name, measure in measures.items():
        points: list[float | None] = [None if name in {"p50", "p95"} else 0] * span.points
        for moment, value in answers.values.get(measure, {}).items():
            points[span.location(moment)] = value
        series[name] = points
    return series


def counted_from(requests: Iterable[tuple[float, Served]], span: Window) -> dict[str, Any]:
    """The same, of each request's time and how it went."""
    by_point: list[list[Served]] = [[] for _ in range(span.points)]
    for moment, request in requests:
        if span.start <= moment < span.end:
            by_point[span.location(moment)].append(request)
    times = [[r.ms for r in point if r.ms is not None] for point in by_point]
    return {
        "requests": [len(point) for point in by_point],
        "clientErrors": [sum(r.status in CLIENT_ERRORS for r in point) for point in by_point],
        "serverErrors": [sum(r.status in SERVER_ERRORS for r in point) for point in by_point],
        "p50": [percentile(each, 50) for each in times],
        "p95": [percentile(each, 95) for each in times],
    }


def _requests(events: Iterable[Event]) -> Iterable[tuple[float, Served]]:
    for event in events:
        if request := served(read(event.message).fields):
            yield event.time / 1000, request
