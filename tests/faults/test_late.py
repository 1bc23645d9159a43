"""A sample of the late bench; `python tests/faults/late.py` runs all of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

import fault_path  # noqa: F401
import pytest
from fault_bench import Case, Judged, Recording
from fault_report import line
from late_bench import LateBench, new_late_bench
from late_kinds import LateKind
from late_phases import LATE_PHASES

SAMPLE = (
    ("fresh", LateKind.UNKNOWN, "CreateUserPool"),  # C7's like: dependants don't know it yet
    ("fresh", LateKind.BEHIND, "CreateTable"),  # D3
    ("fresh", LateKind.UNLISTED_LOST, "CreateRestApi"),  # a double for ever
    ("fresh", LateKind.UNTAGGED_NEXT, "CreateTable"),  # D2
    ("fresh", LateKind.UNKNOWN_NEXT, "CreateUserPool"),  # a killed run's, that no listing shows
    ("fresh", LateKind.BEHIND, "CreateRestApi"),  # its pointer is what is known of it
    ("kept", LateKind.EMPTY_PAGE, "ListUsers"),  # C1
    ("kept", LateKind.HTML, "Scan"),
    ("rollback", LateKind.RELEASE_BEHIND, "ListAliases"),
)
"""Always these: each kind of lateness, in this run and the next, and what data hangs on."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LateBench]:
    with new_late_bench(tmp_path_factory.mktemp("late"), 2 * (os.cpu_count() or 1)) as bench:
        yield bench


@pytest.fixture(scope="module")
def judged(bench: LateBench) -> Mapping[tuple[str, LateKind, str], Judged]:
    """All of the sample, side by side."""
    needed = {phase for phase, _, _ in SAMPLE}
    recordings = bench.record([phase for phase in LATE_PHASES if phase.name in needed], times=1)
    cases = [_case(recordings[phase], kind, operation) for phase, kind, operation in SAMPLE]
    return {
        (each.case.phase.name, each.case.fault.kind, each.case.fault.key.operation): each
        for each in bench.run(cases, recordings)
    }


def _case(recording: Recording, kind: LateKind, operation: str) -> Case:
    for case in recording.cases():
        if (case.fault.kind, case.fault.key.operation) == (kind, operation):
            return case
    raise AssertionError(f"an undisturbed {recording.phase.name} makes no {operation}")


@pytest.mark.parametrize(("phase", "kind", "operation"), SAMPLE)
def test_a_late_cloud_is_waited_for_and_loses_nothing(
    judged: Mapping[tuple[str, LateKind, str], Judged], phase: str, kind: LateKind, operation: str
) -> None:
    found = judged[phase, kind, operation]
    assert not found.problems, line(1, 1, found)
