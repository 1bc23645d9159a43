"""The whole report: from the best source there is, and honest about what isn't known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from watch_world import GROUPS, FakeLogs, access, ours, reported

from productsapi.operations.telemetry.report import MOST_LINES, Counted, Report, Watched, report
from productsapi.operations.telemetry.time_spans import DAY, Window
from productsapi.operations.telemetry.traffic import Traffic
from productsapi.routes import FUNCTIONS, ROUTES

WINDOW = Window(1_000, 60, 3)
START = 1_000_000
WATCHED = Watched(
    api="ProductsAPI",
    stage="dev",
    functions={name: f"{name}-fn" for name in FUNCTIONS},
    groups=GROUPS,
    logs_every_request=True,
    retention_days=14,
)
STAGE = {"ApiName": "ProductsAPI", "Stage": "dev"}


@dataclass
class FakeCloudWatch(FakeLogs):
    """Log groups, and metrics by name, statistic and dimensions: seconds and values."""

    metrics: dict[tuple[str, str, frozenset[tuple[str, str]]], dict[int, float]] = field(
        default_factory=dict
    )

    def measured(self, metric: str, stat: str, points: dict[int, float], **dimensions: str) -> None:
        self.metrics[metric, stat, frozenset(dimensions.items())] = points

    def pages(self, service: str, operation: str, **params: Any) -> Iterator[dict[str, Any]]:
        if service == "logs":
            yield from super().pages(service, operation, **params)
            return
        assert (service, operation) == ("cloudwatch", "GetMetricData")
        self.asked.append(params)
        results = [self._result(query) for query in params["MetricDataQueries"]]
        yield {"MetricDataResults": results}

    def _result(self, query: dict[str, Any]) -> dict[str, Any]:
        asked = query["MetricStat"]
        dimensions = frozenset((d["Name"], d["Value"]) for d in asked["Metric"]["Dimensions"])
        points = self.metrics.get((asked["Metric"]["MetricName"], asked["Stat"], dimensions), {})
        moments = [datetime.fromtimestamp(WINDOW.start + t, timezone.utc) for t in points]
        return {"Id": query["Id"], "Timestamps": moments, "Values": list(points.values())}

    def report(self, watched: Watched = WATCHED, window: Window = WINDOW) -> Report:
        return report(self, watched, window)  # type: ignore[arg-type]

    def read_groups(self) -> set[str]:
        return {each["logGroupName"] for each in self.asked if "logGroupName" in each}


@pytest.fixture
def world() -> FakeCloudWatch:
    world = FakeCloudWatch()
    world.everywhere()
    return world


def stage_measured(world: FakeCloudWatch, requests: float = 5, **more: str) -> None:
    world.measured("Count", "SampleCount", {0: requests - 1, 120: 1}, **STAGE, **more)
    world.measured("4XXError", "Sum", {0: 2.0, 120: 0.0}, **STAGE, **more)
    world.measured("5XXError", "Sum", {0: 0.0, 120: 1.0}, **STAGE, **more)
    world.measured("Latency", "p50", {0: 21.5}, **STAGE, **more)
    world.measured("Latency", "p95", {0: 88.0}, **STAGE, **more)


MEASURED = Traffic(5, 2, 1, 21.5, 88.0, (4, 0, 1))
UNKNOWN = Traffic()


def test_the_stage_is_measured_by_the_apis_name(world: FakeCloudWatch) -> None:
    stage_measured(world)
    assert world.report().api == MEASURED


def test_detailed_metrics_give_a_route_own_figures(
    world: FakeCloudWatch,
) -> None:
    stage_measured(world)
    stage_measured(world, Method="PUT", Resource="/products/{productId}")
    world.add("get", START, ours("a"))
    found = world.report()
    assert found.routes.counted is Counted.METRICS
    assert found.routes.traffic["PUT /products/{productId}"] == MEASURED
    assert found.routes.traffic["GET /products"] == UNKNOWN
    assert list(found.routes.traffic) == [str(route) for route in ROUTES]
    assert GROUPS["api"] not in world.read_groups(), "no log is read for what is measured"
    assert found.notes == ()


def test_else_routes_are_counted_from_the_access_log(world: FakeCloudWatch) -> None:
    """Which tells what the gateway refused, too."""
    stage_measured(world)
    world.add("api", START, access("a", status="401"))
    world.add("get", START, ours("b"))
    found = world.report()
    assert found.routes.counted is Counted.ACCESS_LOG
    assert found.routes.traffic["GET /products"] == Traffic(1, 1, 0, 42.0, 42.0, (1, 0, 0))
    assert found.routes.traffic["POST /products"] == Traffic(0, 0, 0)
    assert found.notes == ()


@pytest.mark.parametrize("kept", [True, False])
def test_else_the_functions_lines_do_and_that_is_said(world: FakeCloudWatch, *, kept: bool) -> None:
    stage_measured(world)
    if not kept:
        del world.events[GROUPS["api"]]
    world.add("get", START, ours("b", status=503))
    found = world.report()
    assert found.routes.counted is Counted.LINES
    assert found.routes.traffic["GET /products"] == Traffic(1, 0, 1, 3.5, 3.5, (1, 0, 0))
    (note,) = found.notes
    assert "what the gateway itself refused isn't among them" in note


def test_functions_that_log_no_success_go_uncounted(
    world: FakeCloudWatch,
) -> None:
    """Else five failures of a million would be reported as five requests, all failed."""
    stage_measured(world)
    world.add("get", START, ours("b", status=500, level="ERROR"))
    found = world.report(replace(WATCHED, logs_every_request=False))
    assert found.routes.counted is None
    assert set(found.routes.traffic.values()) == {UNKNOWN}
    (note,) = found.notes
    assert "functions.log_level" in note


@pytest.mark.parametrize("told_by", ["gateway", "functions"])
def test_too_many_requests_are_not_counted_by_line(world: FakeCloudWatch, told_by: str) -> None:
    many = MOST_LINES / 2 + 1
    if told_by == "gateway":
        world.measured("Count", "SampleCount", {0: 2 * many}, **STAGE)
    for name in ("create-fn", "get-fn"):
        world.measured("Invocations", "Sum", {0: many}, FunctionName=name)
    world.add("get", START, ours("b"))
    found = world.report()
    assert found.routes.counted is None
    assert any("too many" in note for note in found.notes)
    assert world.read_groups() == {GROUPS[name] for name in FUNCTIONS}, "for cold starts only"


def test_a_functions_figures_are_lambdas(world: FakeCloudWatch) -> None:
    world.measured("Invocations", "Sum", {0: 3.0, 60: 1.0}, FunctionName="get-fn")
    world.measured("Errors", "Sum", {0: 1.0}, FunctionName="get-fn")
    world.measured("Duration", "p50", {0: 4.25}, FunctionName="get-fn")
    world.measured("Duration", "p95", {0: 9.5}, FunctionName="get-fn")
    world.measured("Throttles", "Sum", {0: 7.0}, FunctionName="create-fn")
    functions = world.report().functions
    get, create = functions["get"], functions["create"]
    assert (get.invocations, get.errors, get.p50_ms, get.p95_ms) == (4, 1, 4.25, 9.5)
    assert get.series == (3, 1, 0)
    assert get.throttles == 0, "counted, and there was none"
    assert (create.invocations, create.throttles) == (None, 7), "every call was throttled"
    assert create.errors is None


def test_cold_starts_are_the_reports_that_name_one(world: FakeCloudWatch) -> None:
    for number in range(3):
        world.add("get", START + number, reported(f"a{number}", init=number < 2))
    world.add("get", START, "INIT_REPORT Init Duration: 9999.99 ms\tPhase: init")
    world.add("get", START, "said: REPORT RequestId: x Init Duration")
    world.add("create", START - 1, reported("before", init=True))
    del world.events[GROUPS["update"]]
    functions = world.report().functions
    assert {name: each.cold_starts for name, each in functions.items()} == {
        "create": 0, "get": 2, "update": None, "delete": 0,
    }  # fmt: skip


def test_the_local_cloud_has_no_data_rather_than_zeros(world: FakeCloudWatch) -> None:
    world.add("get", START, ours("a"))
    world.add("get", START, reported("a"))
    found = world.report(replace(WATCHED, local=True))
    assert found.api == UNKNOWN
    assert found.functions["get"].cold_starts is None
    assert found.routes.traffic["GET /products"].requests == 1
    assert "The local cloud measures neither" in found.notes[-1]


def test_an_idle_stack_has_no_data_yet_and_says_so(world: FakeCloudWatch) -> None:
    found = world.report()
    assert set(found.routes.traffic.values()) == {found.api} == {UNKNOWN}
    (note,) = found.notes
    assert "a minute or two late" in note


def test_a_stack_that_is_not_there_has_no_data_either() -> None:
    found = FakeCloudWatch().report()
    assert found.api == UNKNOWN
    assert {each.cold_starts for each in found.functions.values()} == {None}


def test_it_says_when_logs_reach_back_less_far(
    world: FakeCloudWatch,
) -> None:
    stage_measured(world)
    days = WATCHED.retention_days
    for over, output in ((0, False), (1, True)):
        window = Window(1_000, DAY, days + over)
        notes = world.report(window=window).notes
        assert any(f"kept for {days} days" in note for note in notes) is output


def test_all_metrics_come_with_one_call(world: FakeCloudWatch) -> None:
    world.report()
    (call,) = (each for each in world.asked if "MetricDataQueries" in each)
    queries = call["MetricDataQueries"]
    assert len(queries) == 5 * (1 + len(ROUTES) + len(FUNCTIONS))
    assert len({query["Id"] for query in queries}) == len(queries)
    assert (call["StartTime"], call["EndTime"]) == (WINDOW.start, WINDOW.end)
    page = (Path(__file__).parents[4] / "docs" / "metrics.md").read_text("utf-8")
    assert f"a run asks for {len(queries)}:" in page, "which is what CloudWatch charges"
