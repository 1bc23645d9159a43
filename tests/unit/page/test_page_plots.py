"""Series over time: as measured, or counted from log lines; what nobody measured is no zero."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import pytest

from productsapi.errors import NotFound
from productsapi.page.plots import ACCESS_LOG, LINES, MEASURED, Plots

NOW = 1_800_000_030.0
MINUTE = 1_800_000_000 - 1_800_000_000 % 60


@dataclass
class Watched:
    """CloudWatch with these metrics, by name and statistic, and these log lines by group."""

    metrics: dict[tuple[str, str], dict[float, float]] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)

    def pages(self, _service: str, operation: str, **asked: Any) -> Iterator[dict[str, Any]]:
        if operation == "GetMetricData":
            yield {"MetricDataResults": [self._result(q) for q in asked["MetricDataQueries"]]}
            return
        if asked["logGroupName"] not in self.lines:
            raise NotFound(operation, "ResourceNotFoundException", "none")
        events = [
            {"logStreamName": "s", "timestamp": MINUTE * 1000 - n, "message": line, "eventId": line}
            for n, line in enumerate(self.lines[asked["logGroupName"]])
        ]
        yield {"events": events[::-1]}

    def _result(self, query: dict[str, Any]) -> dict[str, Any]:
        stat = query["MetricStat"]
        found = self.metrics.get((stat["Metric"]["MetricName"], stat["Stat"]), {})
        moments = [datetime.fromtimestamp(moment, timezone.utc) for moment in found]
        return {"Id": query["Id"], "Timestamps": moments, "Values": list(found.values())}


def look(watched: Watched, **asked: str) -> dict[str, Any]:
    groups = {"create": "/create", "api": "/access"}
    plots = Plots(watched, "Api", "dev", groups, clock=lambda: NOW)  # type: ignore[arg-type]
    return plots.look({"since": "10m", **asked})


def line(status: int, ms: float) -> str:
    return json.dumps({"route": "GET /products", "status": status, "durationMs": ms, "at": ms})


def test_what_is_measured_is_drawn() -> None:
    metrics = {
        ("Count", "SampleCount"): {MINUTE - 120: 7.0, MINUTE: 2.0},
        ("5XXError", "Sum"): {MINUTE: 1.0},
        ("Latency", "p95"): {MINUTE: 12.5},
    }
    reported = look(Watched(metrics))
    assert reported["from"] == MEASURED
    assert reported["series"]["requests"][-3:] == [7, 0, 2]
    assert reported["series"]["serverErrors"][-1] == 1
    assert reported["series"]["clientErrors"][-1] == 0, "where requests are counted, none is none"
    assert reported["series"]["p95"][-2:] == [None, 12.5]
    assert set(reported["series"]["p50"]) == {None}


@pytest.mark.parametrize(("group", "counted"), [("/access", ACCESS_LOG), ("/create", LINES)])
def test_what_is_not_measured_is_counted(group: str, counted: str) -> None:
    lines = [line(200, 10), line(404, 20), line(500, 30), "no request", "{}"]
    reported = look(Watched(lines={group: lines}))
    assert reported["from"] == counted
    series = {name: points[-2:] for name, points in reported["series"].items()}
    assert series == {
        "requests": [2, 1],
        "clientErrors": [1, 0],
        "serverErrors": [1, 0],
        "p50": [25, 10],
        "p95": [pytest.approx(29.5), 10],
    }


def test_where_nothing_is_known_nothing_is_drawn() -> None:
    reported = look(Watched())
    assert (reported["from"], reported["series"]) == (None, {})
