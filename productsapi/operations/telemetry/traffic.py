"""What is measured of the API and of a function, and the figures that come of it.

A figure that nobody has measured is None, which isn't zero.
"""

from __future__ import annotations

from dataclasses import dataclass

from productsapi.operations.telemetry.metric_queries import Answers, Measure
from productsapi.routes import Route


@dataclass(frozen=True)
class Traffic:
    """Requests, and how they went."""

    requests: int | None = None
    client_errors: int | None = None
    server_errors: int | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    series: tuple[int, ...] = ()


@dataclass(frozen=True)
class Work:
    """A function's invocations, and how they went."""

    invocations: int | None = None
    errors: int | None = None
    throttles: int | None = None
    cold_starts: int | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    series: tuple[int, ...] = ()


class OfApi:
    """The measures of a stage, or of one of its routes, which exist with detailed metrics only."""

    def __init__(self, api: str, stage: str, route: Route | None = None) -> None:
        one = (("Method", route.method), ("Resource", route.path)) if route else ()
        about = ("AWS/ApiGateway", (("ApiName", api), ("Stage", stage), *one))
        self.requests = Measure(*about, "Count", "SampleCount")
        self.client_errors = Measure(*about, "4XXError", "Sum")
        self.server_errors = Measure(*about, "5XXError", "Sum")
        self.p50 = Measure(*about, "Latency", "p50", whole=True)
        self.p95 = Measure(*about, "Latency", "p95", whole=True)

    @property
    def measures(self) -> list[Measure]:
        return [self.requests, self.client_errors, self.server_errors, self.p50, self.p95]

    def traffic(self, answers: Answers) -> Traffic:
        requests = answers.total(self.requests)
        return Traffic(
            requests=requests,
            client_errors=_none_of(requests, answers.total(self.client_errors)),
            server_errors=_none_of(requests, answers.total(self.server_errors)),
            p50_ms=answers.figure(self.p50),
            p95_ms=answers.figure(self.p95),
            series=answers.series(self.requests),
        )


class OfFunction:
    """The measures of a function, all its versions together."""

    def __init__(self, name: str) -> None:
        about = ("AWS/Lambda", (("FunctionName", name),))
        self.invocations = Measure(*about, "Invocations", "Sum")
        self.errors = Measure(*about, "Errors", "Sum")
        self.throttles = Measure(*about, "Throttles", "Sum")
        self.p50 = Measure(*about, "Duration", "p50", whole=True)
        self.p95 = Measure(*about, "Duration", "p95", whole=True)

    @property
    def measures(self) -> list[Measure]:
        return [self.invocations, self.errors, self.throttles, self.p50, self.p95]

    def work(self, answers: Answers, cold_starts: int | None) -> Work:
        invocations = answers.total(self.invocations)
        return Work(
            invocations=invocations,
            errors=_none_of(invocations, answers.total(self.errors)),
            throttles=_none_of(invocations, answers.total(self.throttles)),
            cold_starts=cold_starts,
            p50_ms=answers.figure(self.p50),
            p95_ms=answers.figure(self.p95),
            series=answers.series(self.invocations),
        )


def _none_of(measured: int | None, found: int | None) -> int | None:
    """Zero, where requests are counted at all and none of this kind is reported."""
    return 0 if found is None and measured is not None else found
