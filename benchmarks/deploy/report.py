"""The figures: medians and spread, beside the critical path and the other tool, as text or JSON."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from critical_path import Path, critical_path, without_lease
from needs import SCENARIOS, TITLES, nodes
from runs import Machine, Run, Spread, by_call, result

OURS, THEIRS = "productsapi", "terraform"


def paths(runs: Sequence[Run], scenario: str, clients: float) -> tuple[Path, Path]:
    """The critical path as it is, and where the lease costs nothing; all runs of one call time.

    The start of Python is the command's own, as measured in these very runs. So is the most that
    the clients may count: what it manages between its first and second call can be avoided.
    """
    ours = [run for run in runs if run.tool == OURS]
    start = statistics.median(run.to_first_call for run in ours)
    between = statistics.median(run.to_second_call - run.to_first_call for run in ours)
    drawn = _drawn(run for run in ours if run.scenario == scenario)
    table = nodes(scenario, start, min(clients, between), drawn, ours[0].call)
    return critical_path(table), critical_path(without_lease(table))


def _drawn(runs: Iterable[Run]) -> dict[str, float]:
    """The medians of the waits that were drawn by lot, so that the path waits as the runs did."""
    seconds: dict[str, list[float]] = {}
    for run in runs:
        for wait, drawn in run.drawn.items():
            seconds.setdefault(wait, []).append(drawn)
    return {wait: statistics.median(drawn) for wait, drawn in seconds.items()}


def ratio(runs: Sequence[Run], scenario: str) -> float | None:
    """How many times as long terraform takes: the median of the rounds' own ratios."""
    ours, theirs = result(runs, OURS, scenario), result(runs, THEIRS, scenario)
    if not ours or not theirs:
        return None
    pairs = zip(ours.runs, theirs.runs, strict=True)
    return statistics.median(b.seconds / a.seconds for a, b in pairs)


def as_json(runs: Sequence[Run], machine: Machine) -> dict[str, Any]:
    reported = {
        f"{call * 1000:.0f}": _scenarios_as_json(of_call, machine)
        for call, of_call in by_call(runs).items()
    }
    return {"machine": asdict(machine), "call_ms": reported, "runs": [asdict(run) for run in runs]}


def _scenarios_as_json(runs: Sequence[Run], machine: Machine) -> dict[str, Any]:
    reported: dict[str, Any] = {}
    for scenario in SCENARIOS:
        path, bare = paths(runs, scenario, machine.clients)
        results = {t: found for t in (OURS, THEIRS) if (found := result(runs, t, scenario))}
        reported[scenario] = {
            "critical_path_s": path.seconds,
            "critical_path_without_lease_s": bare.seconds,
            "critical_path": [(node.name, node.seconds) for node in path.nodes],
            "terraform_takes_times_as_long": ratio(runs, scenario),
            **{tool: asdict(found.seconds) for tool, found in results.items()},
        }
    return reported


def print_report(runs: Sequence[Run], machine: Machine) -> None:
    for call, of_call in by_call(runs).items():
        print(f"where a call takes {call * 1000:.0f} ms:\n")
        _print_tables(of_call, machine)
    for tool in dict.fromkeys(run.tool for run in runs):
        print(_start_and_end(runs, tool))
    late = Spread.of([run.late * 1000 for run in runs])
    print(
        f"productsapi's other clients: {machine.clients:.2f} s to make, in a process of their own"
    )
    print(f"the proxy's own cost: {machine.proxy * 1000:.2f} ms a call")
    print(f"load average when the bench began: {machine.load:.1f}")
    print(f"a run's latest answer was {late} ms later than modelled\n")
    for call, of_call in by_call(runs).items():
        _print_paths(of_call, call, machine)


def _print_tables(runs: Sequence[Run], machine: Machine) -> None:
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
    for scenario in SCENARIOS:
        for wait, seconds in _drawn(run for run in runs if run.scenario == scenario).items():
            print(f"{TITLES[scenario]}: {wait} for {seconds:.2f} s, in the median")
    goes_on = [max(run.goes_on.values()) for run in runs if run.goes_on]
    if goes_on:
        print(f"the edge may serve the former deployment for {Spread.of(goes_on)} s more")
    print()


def _print_paths(runs: Sequence[Run], call: float, machine: Machine) -> None:
    for scenario in SCENARIOS:
        print(f"critical path where a call takes {call * 1000:.0f} ms, {TITLES[scenario]}:")
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
    reported = [f"{each.calls:>12} {each.of_calls:7.2f} s" for each in found if each]
    return f"{TITLES[scenario]:<32} {'   '.join(reported)}"


def _start_and_end(runs: Sequence[Run], tool: str) -> str:
    its = [run for run in runs if run.tool == tool]
    first = statistics.median(run.to_first_call for run in its)
    end = statistics.median(run.after_last_call for run in its)
    left = [run.left for run in its if run.left]
    return (
        f"{tool}: {first:.2f} s to its first call, {end:.2f} s from the last answer to its end; "
        f"left behind after its teardown: {left or 'nothing'}"
    )
