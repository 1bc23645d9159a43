"""Metrics: what CloudWatch is asked, in as few calls as it allows, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.operations.telemetry.time_spans import Window

MOST_QUERIES = 500
"""How many metrics one GetMetricData call may ask for."""


@dataclass(frozen=True)
class Measure:
    """One statistic of one metric: over time, or, with `whole`, one figure for all of it.

    A percentile of all can't be had from the percentiles of its parts, so it is asked for.
    """

    namespace: str
    dimensions: tuple[tuple[str, str], ...]
    metric: str
    stat: str
    whole: bool = False


@dataclass(frozen=True)
class Answers:
    """The values of each measure by when they begin; what has no data isn't there."""

    window: Window
    values: Mapping[Measure, Mapping[float, float]]
    notes: tuple[str, ...] = field(default=())

    def total(self, measure: Measure) -> int | None:
        """How many in all; None where nothing was measured, which isn't zero."""
        values = self.values.get(measure)
        return round(sum(values.values())) if values else None

    def figure(self, measure: Measure) -> float | None:
        """The one figure for all of it.

        AWS gives one; an endpoint that begins its periods at fixed times may cut the window in two.
        The larger is then a bound that holds for both.
        """
        values = self.values.get(measure)
        return max(values.values()) if values else None

    def series(self, measure: Measure) -> tuple[int, ...]:
        """A count for each period; without data nothing at all."""
        values = self.values.get(measure)
        if not values:
            return ()
        counts = [0.0] * self.window.points
        for moment, value in values.items():
            counts[self.window.location(moment)] += value
        return tuple(map(round, counts))


def ask(aws: Aws, measures: Iterable[Measure], window: Window) -> Answers:
    """Raises AwsError."""
    wanted = list(dict.fromkeys(measures))
    values: dict[Measure, dict[float, float]] = {}
    notes: dict[str, None] = {}
    for batch in _batches(wanted):
        names = {f"m{number}": measure for number, measure in enumerate(batch)}
        pages = aws.pages(
            "cloudwatch",
            "GetMetricData",
            MetricDataQueries=[_query(name, m, window) for name, m in names.items()],
            StartTime=window.start,
            EndTime=window.end,
        )
        for page in pages:
            notes.update(dict.fromkeys(_said(page)))
            for result in page["MetricDataResults"]:
                values.setdefault(names[result["Id"]], {}).update(_points(result))
                notes.update(dict.fromkeys(_said(result)))
    return Answers(window, {m: found for m, found in values.items() if found}, tuple(notes))


def _batches(measures: Sequence[Measure]) -> Iterator[Sequence[Measure]]:
    for first in range(0, len(measures), MOST_QUERIES):
        yield measures[first : first + MOST_QUERIES]


def _query(name: str, measure: Measure, window: Window) -> dict[str, Any]:
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": measure.namespace,
                "MetricName": measure.metric,
                "Dimensions": [{"Name": n, "Value": v} for n, v in measure.dimensions],
            },
            "Period": window.seconds if measure.whole else window.period,
            "Stat": measure.stat,
        },
    }


def _points(result: Mapping[str, Any]) -> dict[float, float]:
    moments = result.get("Timestamps", ())
    return {m.timestamp(): v for m, v in zip(moments, result.get("Values", ()), strict=True)}


def _said(answer: Mapping[str, Any]) -> Iterator[str]:
    """What CloudWatch has to say about an answer, such as why a part of it is missing."""
    for message in answer.get("Messages", ()):
        yield f"CloudWatch says: {message.get('Value') or message.get('Code')}"
    if answer.get("StatusCode") in {"InternalError", "Forbidden"}:
        yield f"CloudWatch left something out ({answer['StatusCode']}): try again"
