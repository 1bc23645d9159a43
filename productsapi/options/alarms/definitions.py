"""What is an alarm, as plain data: what is watched, from where on, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.options import metrics
from productsapi.options.metrics import Metric
from productsapi.stack import Stack

FEWEST_FAILURES = 3
"""Below so many in five minutes no share of failures is an alarm: one of one isn't, at night."""
REPEATED_UNSEEN = 5
"""What DynamoDB refuses or spoils is sent again by the SDK; a few of that nobody notices."""
PRICE = 0.10
"""Dollars a month for each metric that an alarm watches, in most Regions (AWS's CloudWatch price
page, «standard resolution»). An account's first ten cost nothing."""
SUM = "SUM(METRICS())"
"""An idle function has no figures: the sum is of those that have."""


@dataclass(frozen=True)
class Definition:
    """At or above the threshold, in `points` of the last `periods` times five minutes."""

    name: str
    meaning: str
    watched: Mapping[str, Metric]
    threshold: float
    expression: str = ""
    """What is made of what is watched; nothing of the one metric."""
    points: int = 1
    periods: int = 1

    @property
    def monthly(self) -> float:
        return round(PRICE * len(self.watched), 2)

    def queries(self) -> list[dict[str, Any]]:
        """As PutMetricAlarm's `Metrics`: just one of them is what the alarm looks at."""
        alone = not self.expression
        asked: list[dict[str, Any]] = [
            {"Id": name, "MetricStat": metric.query(), "ReturnData": alone}
            for name, metric in self.watched.items()
        ]
        if not alone:
            asked.append({"Id": "result", "Expression": self.expression, "ReturnData": True})
        return asked


def definitions(stack: Stack) -> tuple[Definition, ...]:
    """All alarms of a stack. No name ends as another one does: see `alarm.alarm_name`."""
    return (*_of_api(stack), *_of_functions(stack), *_of_table(stack))


def _of_api(stack: Stack) -> tuple[Definition, ...]:
    monitoring = stack.config.monitoring
    return (
        Definition(
            "api-errors",
            f"{monitoring.error_percent} percent or more of the requests of five minutes, and at "
            f"least {FEWEST_FAILURES}, were answered with a 5xx.",
            {
                "failures": metrics.of_api(stack, "5XXError", "Sum"),
                "requests": metrics.of_api(stack, "Count", "SampleCount"),
            },
            float(monitoring.error_percent),
            f"IF(failures >= {FEWEST_FAILURES}, 100 * failures / requests, 0)",
        ),
        Definition(
            "api-latency",
            f"One in twenty requests took {monitoring.latency_ms} ms or more, in ten of fifteen "
            "minutes.",
            {"latency": metrics.of_api(stack, "Latency", "p95")},
            float(monitoring.latency_ms),
            points=2,
            periods=3,
        ),
    )


def _of_functions(stack: Stack) -> tuple[Definition, ...]:
    return (
        Definition(
            "function-errors",
            "A function crashed or ran out of time or memory.",
            metrics.of_functions(stack, "Errors", "Sum"),
            1.0,
            SUM,
        ),
        Definition(
            "function-throttles",
            "Lambda turned calls of a function away: more at once than it, or the account, may.",
            metrics.of_functions(stack, "Throttles", "Sum"),
            1.0,
            SUM,
        ),
    )


def _of_table(stack: Stack) -> tuple[Definition, ...]:
    table = stack.config.table
    events = {"reads": "ReadThrottleEvents", "writes": "WriteThrottleEvents"}
    throttled = {name: metrics.of_table(stack, event) for name, event in events.items()}
    if table.category_index:
        throttled |= {f"index_{n}": metrics.of_index(stack, e) for n, e in events.items()}
    return (
        Definition(
            "table-throttles",
            f"DynamoDB turned reads or writes of {table.name} away: the caps of the configuration, "
            "a sudden rush, or one product that all ask for.",
            throttled,
            float(REPEATED_UNSEEN),
            SUM,
        ),
        Definition(
            "table-errors",
            f"DynamoDB failed by itself, on {table.name}.",
            metrics.of_operations(stack, "SystemErrors"),
            float(REPEATED_UNSEEN),
            SUM,
        ),
    )
