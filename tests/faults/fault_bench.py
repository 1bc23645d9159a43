"""The bench itself: records undisturbed runs, breaks calls of such runs, and has them judged."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import fault_judge as judge
from e2e_project import left_behind
from fault_calls import Key
from fault_inventory import Inventory, inventory
from fault_kinds import FOR_CHANGES, FOR_READS, Kind
from fault_phases import BOUNDARY, PHASES, Phase, build, edit
from fault_proxy import Fault, Watch
from fault_world import READ_TIMEOUT, Ended, World, new_world

RECORDINGS = 3
LOOKS = 3
"""Looks at one and the same that are broken, each: what waits for a state looks again and again."""
ATTEMPTS = 3
"""Times that a case is tried whose call didn't come: how often a state is asked for may vary."""

NOT_RUN = Ended((), 1, "", "", 0.0)

Given = TypeVar("Given")
Got = TypeVar("Got")


@dataclass(frozen=True)
class Case:
    phase: Phase
    fault: Fault

    def __str__(self) -> str:
        return f"{self.phase.name}: {self.fault}"


@dataclass(frozen=True)
class Judged:
    """A case's end: what is wrong, and how the broken run ended."""

    case: Case
    problems: tuple[str, ...]
    first: Ended

    @property
    def rode_over(self) -> bool:
        return self.first.code == 0

    @property
    def mark(self) -> str:
        """Its cell in the table."""
        if self.problems:
            return "**F**"
        return "=" if self.rode_over else "!"


@dataclass(frozen=True)
class Recording:
    """What undisturbed runs of a phase call, and what there is after them."""

    phase: Phase
    keys: tuple[Key, ...]
    """Calls that come in every run; of looks at one thing the first ones."""
    unsteady: tuple[Key, ...]
    """Calls that came in some: how often a state is asked for, a lease renewed, hangs on time."""
    expected: Inventory

    def cases(self) -> list[Case]:
        return [
            Case(self.phase, Fault(key, kind))
            for key in self.keys
            for kind in (FOR_READS if key.reads else FOR_CHANGES)
        ]

    @property
    def gaps(self) -> list[Key]:
        """Unsteady calls of which no other occurrence is broken either."""
        broken = {(key.operation, key.resource) for key in self.keys}
        return [key for key in self.unsteady if (key.operation, key.resource) not in broken]


@dataclass(frozen=True)
class Bench:
    """Workers side by side, each in a world of its own."""

    worlds: queue.Queue[World]
    jobs: int
    snapshot: Path
    undisturbed: Path
    """What one deploy leaves, to be put back as the snapshot is."""

    def record(
        self, phases: Iterable[Phase] = PHASES, times: int = RECORDINGS
    ) -> dict[str, Recording]:
        """What undisturbed runs call. Raises AssertionError where two of them differ."""
        runs: dict[Phase, list[tuple[list[Key], Inventory]]] = {phase: [] for phase in phases}
        for phase, seen in self.side_by_side(self._undisturbed, list(runs) * times):
            runs[phase].append(seen)
        return {phase.name: _recording(phase, seen) for phase, seen in runs.items()}

    def run(self, cases: Iterable[Case], recordings: Mapping[str, Recording]) -> Iterator[Judged]:
        """Break one call after the other, and give each case as it ends."""

        def broken(world: World, case: Case) -> Judged:
            try:
                return self._broken(world, case, recordings[case.phase.name])
            except (AssertionError, OSError) as error:  # one case less, not all the others
                return Judged(case, (f"the bench itself: {error}",), NOT_RUN)

        for _, judged in self.side_by_side(broken, list(cases)):
            yield judged

    def side_by_side(
        self, work: Callable[[World, Given], Got], items: list[Given]
    ) -> Iterator[tuple[Given, Got]]:
        """Each item worked on in a world of its own, given with what came of it as it ends."""

        def one(item: Given) -> Got:
            world = self.worlds.get()
            try:
                return work(world, item)
            finally:
                self.worlds.put(world)

        with ThreadPoolExecutor(self.jobs) as pool:
            futures = {pool.submit(one, item): item for item in items}
            try:
                for future in as_completed(futures):
                    yield futures[future], future.result()
            finally:  # also where nobody wants the rest
                pool.shutdown(cancel_futures=True)

    def _undisturbed(self, world: World, phase: Phase) -> tuple[list[Key], Inventory]:
        phase.prepare(world, self.snapshot)
        watch = Watch()
        ended = world.run(phase.project(world), *phase.words, watch=watch)
        left = inventory(world.account)
        problems = [*judge.second_run(ended, ended), *left_to_do(world, phase)]
        if ended.code or [each for each in problems if "found to do" not in each]:
            raise AssertionError(f"an undisturbed {phase.name}: {problems}\n{ended.reported}")
        return watch.keys, left

    def _broken(self, world: World, case: Case, recording: Recording) -> Judged:
        phase, fault = case.phase, case.fault
        for _ in range(ATTEMPTS):
            phase.prepare(world, self.snapshot)
            watch = Watch(fault, held=READ_TIMEOUT + 2 if fault.kind is Kind.TIMED_OUT else 0)
            first = world.run(phase.project(world), *phase.words, watch=watch)
            if watch.met:
                break
        problems = list(judge.first_run(fault, watch, first))
        second = world.run(phase.project(world), *phase.words)
        problems += judge.second_run(first, second)
        problems += judge.afterwards(inventory(world.account), recording.expected)
        if phase.removes or first.code:  # else the second run found nothing to do, as a plan would
            problems += left_to_do(world, phase)
        return Judged(case, tuple(problems), first)


def _recording(phase: Phase, runs: list[tuple[list[Key], Inventory]]) -> Recording:
    called = [set(keys) for keys, _ in runs]
    first, *others = (left for _, left in runs)
    for other in others:
        if different := other.differences(first):
            raise AssertionError(f"two undisturbed runs of {phase.name} differ: {different}")
    steady = set.intersection(*called)
    unsteady = set.union(*called) - steady
    broken = (key for key in steady if not key.reads or key.occurrence <= LOOKS)
    return Recording(phase, tuple(sorted(broken)), tuple(sorted(unsteady)), first)


def left_to_do(world: World, phase: Phase) -> Iterator[str]:
    """After a deploy a plan is empty, after a teardown the account."""
    if phase.removes:
        found = left_behind(world.emulator.url)
        found["policies"] = [arn for arn in found["policies"] if not arn.endswith(BOUNDARY)]
        if left := {kind: names for kind, names in found.items() if names}:
            yield f"left behind: {left}"
        return
    plan = world.run(phase.project(world), "plan", "--exit-code")
    if plan.code:
        yield f"afterwards {plan.reported}"


@contextmanager
def new_bench(folder: Path, jobs: int) -> Iterator[Bench]:
    """Whatever happens, no emulator is left running."""
    with ExitStack() as stack:
        worlds: queue.Queue[World] = queue.Queue()
        for number in range(jobs):
            world = stack.enter_context(new_world(folder / f"world-{number}"))
            edit(world.after)
            worlds.put(world)
        snapshot = folder / "snapshot"
        undisturbed = folder / "undisturbed" / "snapshot"
        build(world, undisturbed, snapshot)
        yield Bench(worlds, jobs, snapshot, undisturbed)
