"""The dashboard: requests, latency, functions and table, on one page of CloudWatch."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Kind
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Observed, Resource, Upsert, dollars
from productsapi.errors import AwsError, NotFound
from productsapi.options import metrics
from productsapi.options.metrics import PERIOD, Metric
from productsapi.stack import STACK_TAG, Stack
from productsapi.stack.features import FeaturePart

MARK = f"{STACK_TAG} `{{}}`"
"""Its text records whose it is: neither of the clouds that this is tested on tags dashboards."""
PRICE = 3.00
"""Dollars a month (AWS's CloudWatch price page), beyond an account's first three."""
WIDTH, HEIGHT = 12, 6
"""Of one graph; a dashboard is 24 wide."""


def dashboard(stack: Stack, *, on: bool = True) -> list[Resource]:
    return [Dashboard(stack, on)]


def body(stack: Stack) -> dict[str, Any]:
    """After AWS's page «Dashboard body structure and syntax»."""
    graphs = _graphs(stack)
    placed = [
        {"x": number % 2 * WIDTH, "y": 2 + number // 2 * HEIGHT, **graph}
        for number, graph in enumerate(graphs)
    ]
    text = (
        f"**{stack.config.api.name}**, stage {stack.config.api.stage}. "
        f"Written by productsapi, {MARK.format(stack.config.stack)}: "
        "what is changed here by hand, the next deploy changes back."
    )
    head = {"type": "text", "x": 0, "y": 0, "width": 24, "height": 2}
    return {"widgets": [{**head, "properties": {"markdown": text}}, *placed]}


def _graphs(stack: Stack) -> list[dict[str, Any]]:
    def api(name: str, stat: str, label: str) -> Metric:
        return metrics.of_api(stack, name, stat, label)

    def functions(name: str, stat: str = "Sum") -> Iterable[Metric]:
        return metrics.of_functions(stack, name, stat).values()

    def table(name: str, label: str) -> Metric:
        return metrics.of_table(stack, name, label)

    limit = stack.config.monitoring.latency_ms
    requests = (
        api("Count", "SampleCount", "requests"),
        api("4XXError", "Sum", "4xx"),
        api("5XXError", "Sum", "5xx"),
    )
    latency = (api("Latency", "p50", "p50"), api("Latency", "p95", "p95"))
    units = (
        table("ConsumedReadCapacityUnits", "read units"),
        table("ConsumedWriteCapacityUnits", "write units"),
    )
    refused = (
        table("ReadThrottleEvents", "reads refused"),
        table("WriteThrottleEvents", "writes refused"),
    )
    return [
        _graph(stack, "Requests", requests),
        _graph(stack, "Latency (ms)", latency, mark=("too slow", limit)),
        _graph(stack, "Functions: calls", functions("Invocations")),
        _graph(stack, "Functions: crashes and throttles",
               [*functions("Errors"), *functions("Throttles")]),
        _graph(stack, "Functions: duration, p95 (ms)", functions("Duration", "p95")),
        _graph(stack, "Table", (*units, *refused)),
    ]  # fmt: skip


def _graph(
    stack: Stack, title: str, drawn: Iterable[Metric], mark: tuple[str, float] | None = None
) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "title": title,
        "view": "timeSeries",
        "stacked": False,
        "region": stack.location.region,
        "period": PERIOD,
        "yAxis": {"left": {"min": 0}},
        "metrics": [metric.drawn() for metric in drawn],
    }
    if mark:
        line = {"label": mark[0], "value": mark[1]}
        properties["annotations"] = {"horizontal": [line]}
    return {"type": "metric", "width": WIDTH, "height": HEIGHT, "properties": properties}


@dataclass(frozen=True)
class Dashboard(FeaturePart, Upsert):
    off_by = "monitoring.dashboard to false"
    step = "monitoring"
    kind = Kind("dashboard")

    @property
    def name(self) -> str:
        """With the Region: «All dashboards in your account are global» (AWS, PutDashboard)."""
        return f"productsapi-{self.stack.config.stack}-{self.stack.location.region}"

    @property
    def price(self) -> str:
        return f"{dollars(self.monthly)}, but for the account's first three dashboards"

    @property
    def monthly(self) -> float:
        return PRICE

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        try:
            text = aws.call("cloudwatch", "GetDashboard", DashboardName=self.name)["DashboardBody"]
        except NotFound:
            return None
        mark = re.search(MARK.format("([a-z0-9-]+)"), text)
        tags = {STACK_TAG: mark[1]} if mark else {}
        owner = self.stack.owner(tags)
        return Observed(_parsed(text), ownership=self.stack.ownership(tags), owner=owner)

    def want(self, known: Outputs) -> Fields:
        return body(self.stack)

    def create(self, aws: Aws, known: Outputs) -> Given:
        """AWS accepts some mistakes, and only reports them. Raises AwsError for those."""
        text = json.dumps(body(self.stack))
        response = aws.call(
            "cloudwatch", "PutDashboard", DashboardName=self.name, DashboardBody=text
        ).get("DashboardValidationMessages")
        if response:
            said = "; ".join(
                f"{m.get('DataPath', '')} {m.get('Message', '')}".strip() for m in response
            )
            hint = "the dashboard is there all the same: repeat the command, it goes on from here"
            raise AwsError("PutDashboard", "DashboardValidation", said, hint)
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        with suppress(NotFound):
            aws.call("cloudwatch", "DeleteDashboards", DashboardNames=[self.name])


def _parsed(text: str) -> Fields:
    """Its content, in whatever spelling; that of others need not be JSON."""
    try:
        found = json.loads(text)
    except ValueError:
        return {"widgets": text}
    return {"widgets": found.get("widgets")} if isinstance(found, dict) else {"widgets": found}
