"""What the alarms watch, as plain data. Without data none of them is an alarm: nobody calls then.

Metrics and their meaning are AWS's: its pages on the metrics of API Gateway, Lambda and DynamoDB.
A price is for what is watched: CloudWatch takes $0.10 a month for each metric of an alarm, beyond
the account's first ten (its price page, us-east-1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from productsapi.routes import FUNCTIONS
from productsapi.steps.stack import Stack

PERIOD = 300
"""Seconds over which each point is taken."""
A_METRIC = 0.10
"""Dollars a month."""
ALL_OF_THEM = "SUM(FILL(METRICS(), 0))"
"""CloudWatch's metric math: what several metrics count, all told; where one is silent, nothing."""
TABLE_OPERATIONS = ("DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")


@dataclass(frozen=True)
class Metric:
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str = "Sum"

    def __str__(self) -> str:
        where = ", ".join(f"{name}={value}" for name, value in sorted(self.dimensions))
        return f"{self.statistic} of {self.namespace} {self.name} ({where})"

    @property
    def listed(self) -> list[dict[str, str]]:
        return [{"Name": name, "Value": value} for name, value in self.dimensions]


@dataclass(frozen=True)
class Definition:
    """An alarm: of one metric, or of several added up, at or above a threshold.

    It needs `points` of the last `of` points of five minutes.
    """

    name: str
    description: str
    metrics: tuple[Metric, ...]
    threshold: float
    points: int = 1
    of: int = 1

    @property
    def monthly(self) -> float:
        return A_METRIC * len(self.metrics)

    @property
    def watches(self) -> str:
        return " + ".join(sorted(map(str, self.metrics)))

    @property
    def condition(self) -> str:
        return condition(self.threshold, self.points, self.of, PERIOD)

    def parameters(self) -> dict[str, Any]:
        """PutMetricAlarm's, for what is watched: one metric by itself, or metric math."""
        if len(self.metrics) > 1:
            return {"Metrics": [*map(_query, range(len(self.metrics)), self.metrics), _SUM]}
        [metric] = self.metrics
        percentile = metric.statistic.startswith("p")
        how: dict[str, str] = (
            {"ExtendedStatistic": metric.statistic, "EvaluateLowSampleCountPercentile": "ignore"}
            if percentile
            else {"Statistic": metric.statistic}
        )
        return {
            "Namespace": metric.namespace,
            "MetricName": metric.name,
            "Dimensions": metric.listed,
            "Period": PERIOD,
            **how,
        }


_SUM = {"Id": "all", "Expression": ALL_OF_THEM, "Label": "all of them", "ReturnData": True}


def condition(threshold: float, points: int, of: int, period: int) -> str:
    return f"at least {threshold:g} in {points} of {of} times {period} s"


def definitions(stack: Stack) -> list[Definition]:
    """What breaks first for callers, and then what it may come from."""
    api, wanted = stack.config.api, stack.config.monitoring
    gateway = (("ApiName", api.name), ("Stage", api.stage))

    def prefixed(name: str) -> str:
        return f"productsapi-{stack.config.stack}-{name}"

    def functions(metric: str) -> tuple[Metric, ...]:
        names = (stack.function_name(function) for function in FUNCTIONS)
        return tuple(Metric("AWS/Lambda", metric, (("FunctionName", name),)) for name in names)

    table = ("TableName", stack.config.table.name)
    return [
        Definition(
            prefixed("api-errors"),
            f"{wanted.error_percent} % of the requests or more are answered with 5xx",
            (Metric("AWS/ApiGateway", "5XXError", gateway, "Average"),),  # which is their rate
            wanted.error_percent / 100,
            points=2,
            of=3,
        ),
        Definition(
            prefixed("api-latency"),
            f"One in twenty requests takes {wanted.latency_ms} ms or more",
            (Metric("AWS/ApiGateway", "Latency", gateway, "p95"),),
            wanted.latency_ms,
            points=2,
            of=3,
        ),
        Definition(
            prefixed("function-errors"), "A function crashed or ran out of time",
            functions("Errors"), 1,
        ),
        Definition(
            prefixed("function-throttles"), "Lambda turned requests away",
            functions("Throttles"), 1,
        ),
        Definition(
            prefixed("table-throttles"), "DynamoDB turned reads or writes away",
            tuple(
                Metric("AWS/DynamoDB", f"{kind}ThrottleEvents", (table,))
                for kind in ("Read", "Write")
            ),
            1,
        ),
        Definition(
            prefixed("table-errors"), "DynamoDB had faults of its own",
            tuple(
                Metric("AWS/DynamoDB", "SystemErrors", (table, ("Operation", operation)))
                for operation in TABLE_OPERATIONS
            ),
            1,
        ),
    ]  # fmt: skip


def _query(number: int, metric: Metric) -> dict[str, Any]:
    return {
        "Id": f"m{number}",
        "MetricStat": {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.name,
                "Dimensions": metric.listed,
            },
            "Period": PERIOD,
            "Stat": metric.statistic,
        },
        "ReturnData": False,
    }
