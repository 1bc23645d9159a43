"""Requests counted from log lines, where nobody has measured them by route."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.operations.telemetry.log_lines import read
from productsapi.operations.telemetry.logs import Event
from productsapi.operations.telemetry.time_spans import Window
from productsapi.operations.telemetry.traffic import Traffic

CLIENT_ERRORS = range(400, 500)
SERVER_ERRORS = range(500, 600)


@dataclass(frozen=True)
class Served:
    """One request as a line records it. The gateway's time is longer than the function's own."""

    route: str
    status: int
    ms: float | None


def served(fields: Mapping[str, Any]) -> Served | None:
    """The request that a line of the access log or of our functions is about, if it is one."""
    route = fields.get("route") or f"{fields.get('httpMethod')} {fields.get('resourcePath')}"
    try:
        status = int(fields["status"])
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
    return Served(
        str(route), status, _number(fields.get("durationMs", fields.get("responseLatency")))
    )


def count(events: Iterable[Event], window: Window) -> dict[str, Traffic]:
    """The traffic of each route that the events record."""
    found: dict[str, list[tuple[int, Served]]] = {}
    for event in events:
        request = served(read(event.message).fields)
        if request and window.start <= event.time / 1000 < window.end:
            location = window.location(event.time / 1000)
            found.setdefault(request.route, []).append((location, request))
    return {route: _traffic(requests, window) for route, requests in found.items()}


def percentile(values: list[float], percent: float) -> float | None:
    """Between the two values nearest to it, as CloudWatch reckons too."""
    if not values:
        return None
    ordered = sorted(values)
    rank = percent / 100 * (len(ordered) - 1)
    below = int(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (rank - below) * (ordered[above] - ordered[below])


def _traffic(requests: list[tuple[int, Served]], window: Window) -> Traffic:
    series = [0] * window.points
    for location, _ in requests:
        series[location] += 1
    times = [request.ms for _, request in requests if request.ms is not None]
    return Traffic(
        requests=len(requests),
        client_errors=sum(request.status in CLIENT_ERRORS for _, request in requests),
        server_errors=sum(request.status in SERVER_ERRORS for _, request in requests),
        p50_ms=percentile(times, 50),
        p95_ms=percentile(times, 95),
        series=tuple(series),
    )


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (ValueError, TypeError, OverflowError):
        return None
