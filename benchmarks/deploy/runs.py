"""Runs as they were measured, and what is reported of several together."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from aws_model import Model
from aws_proxy import Proxy
from contenders import Timed
from needs import TITLES


@dataclass(frozen=True)
class Run:
    """One command as it ran."""

    tool: str
    scenario: str
    seconds: float
    to_first_call: float
    to_second_call: float
    after_last_call: float
    reading: int
    changing: int
    refused: dict[str, int]
    late: float
    """Seconds by which the latest answer was later than modelled."""
    left: dict[str, int]
    call: float
    """Seconds that a plain call takes."""
    drawn: dict[str, float]
    """The waits that were drawn by lot, the longest of each, in seconds."""
    goes_on: dict[str, float]
    """Seconds for which AWS itself goes on after the command's end."""

    @classmethod
    def of(cls, tool: str, scenario: str, timed: Timed, left: dict[str, int], proxy: Proxy) -> Run:
        """As it passed through the proxy, under its model."""
        calls, model = proxy.calls, proxy.model or Model()
        first, second = sorted(call.began for call in calls)[:2]
        refused = [f"{call.request.operation} {call.refused}" for call in calls if call.refused]
        return cls(
            tool,
            scenario,
            timed.seconds,
            first - timed.began,
            second - timed.began,
            timed.ended - max(call.ended for call in calls),
            sum(call.request.reads for call in calls),
            sum(not call.request.reads for call in calls),
            {each: refused.count(each) for each in dict.fromkeys(refused)},
            max(call.late for call in calls),
            left if scenario == "teardown" else {},
            model.times.call,
            dict(model.drawn),
            model.goes_on(timed.ended),
        )

    def __str__(self) -> str:
        return (
            f"{self.call * 1000:3.0f} ms {self.tool:<12} {TITLES[self.scenario]:<32}"
            f" {self.seconds:6.2f} s"
            f"  {self.reading:3} reading, {self.changing:3} changing calls"
            f"  first after {self.to_first_call:.2f} s, at most {self.late * 1000:.0f} ms late"
            + (f", refused {self.refused}" if self.refused else "")
            + "".join(f", {wait} {seconds:.1f} s" for wait, seconds in self.drawn.items())
            + (f", left behind {self.left}" if self.left else "")
        )


@dataclass(frozen=True)
class Machine:
    """What the machine adds to every figure."""

    clients: float
    """Seconds to make the other clients, one core's work, in a process of their own."""
    proxy: float
    """Seconds that the proxy itself costs a call."""
    load: float
    """How many processes others kept running on it when the bench began."""


@dataclass(frozen=True)
class Spread:
    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(statistics.median(values), min(values), max(values))

    def __str__(self) -> str:
        return f"{self.median:5.2f} ({self.least:.2f}-{self.most:.2f})"


@dataclass(frozen=True)
class Result:
    """One tool's runs of one scenario."""

    runs: Sequence[Run]

    @property
    def seconds(self) -> Spread:
        return Spread.of([run.seconds for run in self.runs])

    @property
    def of_calls(self) -> float:
        """From the first call to the last answer: without the tool's own start and end."""
        return statistics.median(
            run.seconds - run.to_first_call - run.after_last_call for run in self.runs
        )

    @property
    def calls(self) -> str:
        """Usually the same in each run; else from the fewest to the most."""
        kinds = [[run.reading for run in self.runs], [run.changing for run in self.runs]]
        return " + ".join(f"{min(k)}" if min(k) == max(k) else f"{min(k)}-{max(k)}" for k in kinds)


def result(runs: Sequence[Run], tool: str, scenario: str) -> Result | None:
    found = [run for run in runs if (run.tool, run.scenario) == (tool, scenario)]
    return Result(found) if found else None


def by_call(runs: Sequence[Run]) -> dict[float, list[Run]]:
    """The runs by what a call took in them."""
    return {
        call: [r for r in runs if r.call == call] for call in dict.fromkeys(r.call for r in runs)
    }
