"""The dashboard: what is going on, on one page of CloudWatch's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Claim, Fields, Observed, Outputs
from productsapi.errors import AwsError, NotFound
from productsapi.routes import FUNCTIONS
from productsapi.steps.features import FeaturePart
from productsapi.steps.stack import Stack

WIDTH, HEIGHT = 12, 6
"""Of a graph, in CloudWatch's grid of 24 columns."""


@dataclass(frozen=True)
class Dashboard(FeaturePart):
    """A dashboard carries no tags everywhere: that it is ours stands in its first line."""

    of = "dashboard"
    step = "monitoring"
    kind = "dashboard"

    @property
    def name(self) -> str:
        return f"productsapi-{self.stack.config.stack}"

    @property
    def price(self) -> str:
        return "$3 a month, but for the account's first three dashboards"

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        try:
            body = aws.call("cloudwatch", "GetDashboard", DashboardName=self.name)["DashboardBody"]
        except NotFound:
            return None
        claim = Claim.OURS if _mark(self.stack) in body else Claim.NOBODYS
        if claim is Claim.NOBODYS and self.stack.adopt:
            claim = Claim.TAKEN_OVER
        return Observed({"body": _canonical(body)}, claim=claim)

    def want(self, known: Outputs) -> Fields:
        return {"body": _text(body(self.stack))}

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        """Raises AwsError with CloudWatch's own words where it finds fault with the body."""
        text = self.want(known)["body"]
        answer = aws.call("cloudwatch", "PutDashboard", DashboardName=self.name, DashboardBody=text)
        told = [each.get("Message", "") for each in answer.get("DashboardValidationMessages", [])]
        if told:
            raise AwsError("PutDashboard", "DashboardValidation", "; ".join(told))
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        return self.create(aws, known)

    def delete(self, aws: Aws, observed: Observed) -> None:
        with suppress(NotFound):
            aws.call("cloudwatch", "DeleteDashboards", DashboardNames=[self.name])


def body(stack: Stack) -> dict[str, Any]:
    """CloudWatch's «dashboard body structure», with what the alarms watch and what is usual."""
    api, names = stack.config.api, [stack.function_name(function) for function in FUNCTIONS]
    gateway = ["ApiName", api.name, "Stage", api.stage]
    table = ["TableName", stack.config.table.name]

    def of_gateway(metric: str, statistic: str) -> list[Any]:
        return ["AWS/ApiGateway", metric, *gateway, {"stat": statistic, "label": metric}]

    def of_functions(metric: str, statistic: str) -> list[list[Any]]:
        return [["AWS/Lambda", metric, "FunctionName", name, {"stat": statistic}] for name in names]

    def of_table(*metrics: str) -> list[list[Any]]:
        return [["AWS/DynamoDB", metric, *table, {"stat": "Sum"}] for metric in metrics]

    graphs = [
        ("Requests", [of_gateway(name, "Sum") for name in ("Count", "4XXError", "5XXError")]),
        ("Latency (ms)", [of_gateway("Latency", statistic) for statistic in ("p50", "p95")]),
        ("Errors of the functions", of_functions("Errors", "Sum")),
        ("Duration of the functions (ms, p95)", of_functions("Duration", "p95")),
        ("Requests that Lambda turned away", of_functions("Throttles", "Sum")),
        ("The table", of_table(
            "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits",
            "ReadThrottleEvents", "WriteThrottleEvents",
        )),
    ]  # fmt: skip
    head = {
        "type": "text",
        "x": 0,
        "y": 0,
        "width": 2 * WIDTH,
        "height": 1,
        "properties": {"markdown": _mark(stack)},
    }
    return {"widgets": [head, *(_graph(stack, at, *graph) for at, graph in enumerate(graphs))]}


def _mark(stack: Stack) -> str:
    return f"Products API of the stack **{stack.config.stack}**, kept by productsapi"


def _graph(stack: Stack, at: int, title: str, metrics: list[list[Any]]) -> dict[str, Any]:
    return {
        "type": "metric",
        "x": at % 2 * WIDTH,
        "y": 1 + at // 2 * HEIGHT,
        "width": WIDTH,
        "height": HEIGHT,
        "properties": {
            "title": title,
            "metrics": metrics,
            "region": stack.place.region,
            "period": 300,
            "view": "timeSeries",
            "stacked": False,
        },
    }


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _canonical(text: str) -> str:
    try:
        return _text(json.loads(text))
    except ValueError:
        return text
