"""Requests counted from log lines."""

from __future__ import annotations

import json

import pytest
from watch_world import FakeLogs, access, ours, reported

from productsapi.operations.telemetry.request_counts import Served, count, percentile, served
from productsapi.operations.telemetry.time_spans import Window
from productsapi.operations.telemetry.traffic import Traffic

WINDOW = Window(1000, 60, 3)
START = 1_000_000


def test_both_kinds_of_lines_name_a_request() -> None:
    line = json.loads(ours("a", route="PUT /products/{productId}", status=412, ms=3.5))
    assert served(line) == Served("PUT /products/{productId}", 412, 3.5)
    assert served(json.loads(access("a", status="429"))) == Served("GET /products", 429, 42.0)


@pytest.mark.parametrize(
    "line", [{}, {"status": "-"}, {"status": None}, {"status": {}}, {"status": float("inf")}]
)
def test_a_line_without_a_status_is_no_request(line: dict[str, object]) -> None:
    assert served(line) is None


@pytest.mark.parametrize("ms", ["-", None, "", [], 10**400])
def test_a_request_of_unknown_length_is_one(ms: object) -> None:
    assert served({"status": 200, "route": "GET /x", "durationMs": ms}) == Served(
        "GET /x", 200, None
    )


def test_requests_are_counted_by_route_in_periods() -> None:
    world = FakeLogs().everywhere()
    lines = [
        (0, 200, 1.0), (59_999, 404, 2.0), (60_000, 500, 3.0), (179_999, 201, 4.0),
        (-1, 500, 999.0), (180_000, 500, 999.0),
    ]  # fmt: skip
    for offset, status, ms in lines:
        world.add("get", START + offset, ours("x", status=status, ms=ms))
    world.add("create", START, ours("y", route="POST /products", status=201, ms=7.0))
    world.add("get", START, reported("z"))
    assert count(world.logs().events(0), WINDOW) == {
        "GET /products": Traffic(4, 1, 1, 2.5, pytest.approx(3.85), (2, 1, 1)),
        "POST /products": Traffic(1, 0, 0, 7.0, 7.0, (1, 0, 0)),
    }


def test_without_lines_there_is_no_traffic() -> None:
    assert count([], WINDOW) == {}


def test_a_percentile_lies_between_its_neighbours() -> None:
    hundred = [float(number) for number in range(101)]
    assert percentile(hundred, 50) == 50
    assert percentile(hundred, 95) == 95
    assert percentile([10.0, 20.0], 50) == 15
    assert percentile([30.0, 10.0, 20.0], 95) == pytest.approx(29)
    assert percentile([7.0], 95) == 7
    assert percentile([], 50) is None
