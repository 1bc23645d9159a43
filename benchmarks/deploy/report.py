"""The figures: medians and spread, beside the critical path and the other tool, as text or JSON."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from aws_proxy import Call
from contenders import Timed
from critical_path import Path, critical_path, without_lease
from needs import SCENARIOS, TITLES, nodes

OURS, THEIRS = "productsapi", "terraform"


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

    @classmethod
    def of(
        cls, tool: str, scenario: str, timed: Timed, calls: Sequence[Call], left: dict[str, int]
    ) -> Run:
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
        )

    def __str__(self) -> str:
        return (
            f"{self.tool:<12} {TITLES[self.scenario]:<32} {self.seconds:6.2f} s"
            f"  {self.reading:3} reading, {self.changing:3} changing calls"
            f"  first after {self.to_first_call:.2f} s, at most {self.late * 1000:.0f} ms late"
            + (f", refused {self.refused}" if self.refused else "")
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


def paths(runs: Sequence[Run], scenario: str, clients: float) -> tuple[Path, Path]:
    """The critical path as it is, and where the lease costs nothing.

    The start of Python is the command's own, as measured in these very runs. So is the most that
    the clients may count: what it manages between its first and second call can be avoided.
    """
    ours = [run for run in runs if run.tool == OURS]
    start = statistics.median(run.to_first_call for run in ours)
    between = statistics.median(run.to_second_call - run.to_first_call for run in ours)
    table = nodes(scenario, start, min(clients, between))
    return critical_path(table), critical_path(without_lease(table))


def ratio(runs: Sequence[Run], scenario: str) -> float | None:
    """How many times as long terraform takes: the median of the rounds' own ratios."""
    ours, theirs = result(runs, OURS, scenario), result(runs, THEIRS, scenario)
    if not ours or not theirs:
        return None
    pairs = zip(ours.runs, theirs.runs, strict=True)
    return statistics.median(b.seconds / a.seconds for a, b in pairs)


def as_json(runs: Sequence[Run], machine: Machine) -> dict[str, Any]:
    told: dict[str, Any] = {"machine": asdict(machine), "scenarios": {}}
    for scenario in SCENARIOS:
        path, bare = paths(runs, scenario, machine.clients)
        results = {t: found for t in (OURS, THEIRS) if (found := result(runs, t, scenario))}
        told["scenarios"][scenario] = {
            "critical_path_s": path.seconds,
            "critical_path_without_lease_s": bare.seconds,
            "critical_path": [(node.name, node.seconds) for node in path.nodes],
            "terraform_takes_times_as_long": ratio(runs, scenario),
            **{tool: asdict(found.seconds) for tool, found in results.items()},
        }
    return {**told, "runs": [asdict(run) for run in runs]}


def print_report(runs: Sequence[Run], machine: Machine) -> None:
    rounds = sum(run.tool == OURS for run in runs) // len(SCENARIOS)
    print(f"whole processes, median seconds (least-most) of {rounds} rounds\n")
    print(ROW.format("", "critical path", "productsapi", "times", "terraform", "times"))
    print(ROW.format("", "(without lease)", "", "path", "", "ours"))
    for scenario in SCENARIOS:
        print(_whole(runs, scenario, machine.clients))
    print("\ncalls (reading + changing), and seconds from the first call to the last answer\n")
    for scenario in SCENARIOS:
        print(_calls(runs, scenario))
    print()
    for tool in dict.fromkeys(run.tool for run in runs):
        print(_start_and_end(runs, tool))
    late = Spread.of([run.late * 1000 for run in runs])
    print(
        f"productsapi's other clients: {machine.clients:.2f} s to make, in a process of their own"
    )
    print(f"the proxy's own cost: {machine.proxy * 1000:.2f} ms a call")
    print(f"load average when the bench began: {machine.load:.1f}")
    print(f"a run's latest answer was {late} ms later than modelled\n")
    for scenario in SCENARIOS:
        print(f"critical path, {TITLES[scenario]}:")
        for node in paths(runs, scenario, machine.clients)[0].nodes:
            print(f"  {node.seconds:5.2f} s  {node.name}" + (f"  ({node.why})" if node.why else ""))


ROW = "{:<32} {:>16} {:>20} {:>6} {:>22} {:>6}"


def _whole(runs: Sequence[Run], scenario: str, clients: float) -> str:
    path, bare = paths(runs, scenario, clients)
    ours, theirs = result(runs, OURS, scenario), result(runs, THEIRS, scenario)
    times = ratio(runs, scenario)
    return ROW.format(
        TITLES[scenario],
        f"{path.seconds:.2f} ({bare.seconds:.2f})",
        str(ours.seconds) if ours else "",
        f"{ours.seconds.median / path.seconds:.2f}" if ours else "",
        str(theirs.seconds) if theirs else "",
        f"{times:.1f}" if times else "",
    ).rstrip()


def _calls(runs: Sequence[Run], scenario: str) -> str:
    found = (result(runs, tool, scenario) for tool in (OURS, THEIRS))
    told = [f"{each.calls:>12} {each.of_calls:7.2f} s" for each in found if each]
    return f"{TITLES[scenario]:<32} {'   '.join(told)}"


def _start_and_end(runs: Sequence[Run], tool: str) -> str:
    its = [run for run in runs if run.tool == tool]
    first = statistics.median(run.to_first_call for run in its)
    end = statistics.median(run.after_last_call for run in its)
    left = [run.left for run in its if run.left]
    return (
        f"{tool}: {first:.2f} s to its first call, {end:.2f} s from the last answer to its end; "
        f"left behind after its teardown: {left or 'nothing'}"
    )
