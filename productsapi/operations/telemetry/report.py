"""How a stack did over a span of time: the API, each route, each function."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from productsapi.aws.caller import Aws
from productsapi.operations.telemetry.logs import GATEWAY, Logs
from productsapi.operations.telemetry.metric_queries import ask
from productsapi.operations.telemetry.request_counts import count
from productsapi.operations.telemetry.time_spans import DAY, Window
from productsapi.operations.telemetry.traffic import OfApi, OfFunction, Traffic, Work
from productsapi.routes import ROUTES

COLD_START = '"REPORT RequestId" "Init Duration"'
OUR_LINE = '"durationMs"'
NOT_MEASURED_HERE = (
    "The local cloud measures neither the gateway nor what it invokes, and reports no cold starts: "
    "the functions' figures are those of direct invocations."
)
MOST_LINES = 50_000
"""Requests beyond which counting them line by line takes too long."""


class Counted(Enum):
    """What the routes' figures are from, the best first."""

    METRICS = "API Gateway's detailed metrics"
    ACCESS_LOG = "the API's access log"
    LINES = "the functions' log lines"


@dataclass(frozen=True)
class Watched:
    """A stack, as far as its figures are concerned. Functions and groups by our own names."""

    api: str
    stage: str
    functions: Mapping[str, str]
    groups: Mapping[str, str]
    logs_every_request: bool
    retention_days: int
    local: bool = False


@dataclass(frozen=True)
class ByRoute:
    """The traffic of each route; `note` says what is to be known about it, or why there is none.

    Where each request left a trace, a route without one had no request.
    """

    traffic: Mapping[str, Traffic]
    counted: Counted | None = None
    note: str = ""

    @classmethod
    def complete(cls, found: Mapping[str, Traffic], counted: Counted, note: str = "") -> ByRoute:
        nothing = Traffic(requests=0, client_errors=0, server_errors=0)
        return cls({str(r): found.get(str(r), nothing) for r in ROUTES}, counted, note)

    @classmethod
    def unknown(cls, note: str = "") -> ByRoute:
        return cls({str(route): Traffic() for route in ROUTES}, None, note)


@dataclass(frozen=True)
class Report:
    window: Window
    api: Traffic
    routes: ByRoute
    functions: Mapping[str, Work]
    notes: tuple[str, ...]


def report(aws: Aws, watched: Watched, window: Window) -> Report:
    """Ask for everything and put it together. Raises AwsError."""
    stage = OfApi(watched.api, watched.stage)
    routes = {str(route): OfApi(watched.api, watched.stage, route) for route in ROUTES}
    functions = {name: OfFunction(called) for name, called in watched.functions.items()}
    asked: list[OfApi | OfFunction] = [stage, *routes.values(), *functions.values()]
    answers = ask(aws, [measure for each in asked for measure in each.measures], window)

    cold = _cold_starts(aws, watched, window)
    work = {name: each.work(answers, cold.get(name)) for name, each in functions.items()}
    api = stage.traffic(answers)
    measured = {name: each.traffic(answers) for name, each in routes.items()}
    if any(traffic.requests is not None for traffic in measured.values()):
        by_route = ByRoute(measured, Counted.METRICS)
    else:
        known = max(api.requests or 0, sum(each.invocations or 0 for each in work.values()))
        by_route = _from_logs(aws, watched, window, known)
    notes = [*answers.notes, by_route.note, *_notes(watched, window, api)]
    return Report(window, api, by_route, work, tuple(filter(None, notes)))


def _from_logs(aws: Aws, watched: Watched, window: Window, known: int) -> ByRoute:
    """The routes' traffic where it isn't measured; `known` requests are known of."""
    if known > MOST_LINES:
        return ByRoute.unknown(
            f"{known} requests are too many to be counted by route from the logs: ask for a "
            "shorter time, or switch on the stage's detailed metrics."
        )
    access_log = _logs(aws, watched, [GATEWAY]).events(window.start * 1000)
    if found := count(access_log, window):
        return ByRoute.complete(found, Counted.ACCESS_LOG)
    if not watched.logs_every_request:
        return ByRoute.unknown(
            "The routes can't be distinguished: the stage has no detailed metrics, no access "
            "log is kept, and functions.log_level keeps successes out of the functions' logs."
        )
    functions = _logs(aws, watched, watched.functions)
    if found := count(functions.events(window.start * 1000, pattern=OUR_LINE), window):
        return ByRoute.complete(
            found,
            Counted.LINES,
            "The stage has no detailed metrics, so the routes are counted from the functions' log "
            "lines: what the gateway itself refused isn't among them, and the times are the "
            "functions' own.",
        )
    return ByRoute.unknown()


def _cold_starts(aws: Aws, watched: Watched, window: Window) -> dict[str, int]:
    """How often each function had a cold start; it isn't in it where no log records it."""
    if watched.local:  # its REPORT lines never say
        return {}
    logs = _logs(aws, watched, watched.functions)
    counts = dict.fromkeys(watched.functions, 0)
    for event in logs.events(window.start * 1000, pattern=COLD_START):
        if event.message.startswith("REPORT ") and "Init Duration" in event.message:
            counts[event.source] += 1
    return {name: number for name, number in counts.items() if name not in logs.missing}


def _logs(aws: Aws, watched: Watched, sources: Collection[str]) -> Logs:
    return Logs(aws, {source: watched.groups[source] for source in sources})


def _notes(watched: Watched, window: Window, api: Traffic) -> list[str]:
    if watched.local:
        return [NOT_MEASURED_HERE]
    notes = []
    if api.requests is None:
        notes.append(
            "CloudWatch knows of no request to the API in this time. What is measured gets there a "
            "minute or two late."
        )
    if window.seconds > watched.retention_days * DAY:
        notes.append(
            f"Logs are kept for {watched.retention_days} days: cold starts, and what is counted "
            "from log lines, go back no further."
        )
    return notes
