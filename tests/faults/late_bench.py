"""The bench of a late cloud: the fault bench's worlds and inventories, other cases and judges."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import late_judge as judge
from fault_bench import ATTEMPTS, Bench, Case, Judged, Recording, left_to_do, new_bench
from fault_calls import Key
from fault_inventory import Inventory, inventory
from fault_judge import afterwards
from fault_phases import Phase
from fault_proxy import Fault, Watch
from fault_world import World
from late_phases import ROLLBACK, LatePhase, three_releases
from late_things import MAKINGS
from late_watch import Lateness, StaleReads, first_run, later_run

LASTS = 4.0
"""Seconds for which things are late: AWS's seconds to minutes, shortened."""

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
HELD = re.compile(r"; held \d{4}-\d\d-\d\d [\w-]{8}")


@dataclass(frozen=True)
class LateJudged(Judged):
    met: int = 0
    """Answers that were other than they would have been."""

    @property
    def mark(self) -> str:
        return "-" if not self.problems and not self.met else super().mark


@dataclass(frozen=True)
class LateRecording(Recording):
    """Creates are made late each, whatever else is called by one call of each operation."""

    phase: LatePhase

    def cases(self) -> list[Case]:
        return [
            Case(self.phase, Fault(key, kind))
            for key in self._keys()
            for kind in self.phase.kinds(key)
        ]

    @property
    def gaps(self) -> list[Key]:
        return []

    def _keys(self) -> Iterator[Key]:
        seen: set[str] = set()
        for key in self.keys:
            one_is_enough = key.reads or key.operation not in MAKINGS
            if not (one_is_enough and key.operation in seen):
                yield key
            seen.add(key.operation)


@dataclass(frozen=True)
class LateBench(Bench):
    lasts: float = LASTS

    def record(self, phases: Iterable[Phase] = (), times: int = 1) -> dict[str, Recording]:
        found = super().record(phases, times)
        if {"options", "fresh"} <= found.keys():  # what is made fresh isn't made late again
            found["options"] = _beyond(found["options"], found["fresh"])
        return {name: LateRecording(*vars(each).values()) for name, each in found.items()}

    def _undisturbed(self, world: World, phase: Phase) -> tuple[list[Key], Inventory]:
        phase.prepare(world, self.snapshot)
        watch = Watch()
        ended = world.run(phase.project(world), *phase.words, watch=watch)
        if ended.code:
            raise AssertionError(f"an undisturbed {phase.name}: {ended.reported}")
        return watch.keys, inventory(world.account)

    def _broken(self, world: World, case: Case, recording: Recording) -> Judged:
        if case.phase == ROLLBACK:
            return self._rolled_back(world, case, recording)
        phase, kind = case.phase, case.fault.kind
        project = phase.project(world)
        for _ in range(ATTEMPTS):
            phase.prepare(world, self.snapshot)
            late = Lateness(kind, self.lasts)
            watch = first_run(case.fault.key, late, again=phase.each_time)
            first = world.run(project, *phase.words, watch=watch)
            if watch.met:
                break
        problems = list(judge.first_run(kind, watch, first))
        if first.code or phase.words[0] != "user":  # who is there isn't made again
            problems += self._again(world, case, late)
        problems += self._converged(world, case, recording)
        return LateJudged(case, tuple(problems), first, late.met)

    def _again(self, world: World, case: Case, late: Lateness) -> Iterator[str]:
        """The same at once, and where that met something late once more when nothing is."""
        words, project, met = case.phase.words, case.phase.project(world), late.met
        second = world.run(project, *words, watch=later_run(late))
        yield from judge.second_run(second, met=late.met > met)
        told_twice = judge.TWICE in second.err
        time.sleep(judge.OLD_ENOUGH if told_twice else late.left)
        if second.code or told_twice:
            yield from judge.third_run(world.run(project, *words))

    def _converged(self, world: World, case: Case, recording: Recording) -> list[str]:
        """What a listing didn't show then is a line of the next plan, which is carried out."""
        phase = case.phase
        problems = list(afterwards(inventory(world.account), recording.expected))
        unseen = problems and phase.leaves_plan and not phase.removes
        if unseen and list(left_to_do(world, phase)):
            problems = list(judge.third_run(world.run(phase.project(world), *phase.words)))
            problems += afterwards(inventory(world.account), recording.expected)
        return problems + (list(left_to_do(world, phase)) if phase.leaves_plan else [])

    def _rolled_back(self, world: World, case: Case, recording: Recording) -> Judged:
        """It lands on the release before, or refuses and leaves all as it is."""
        answers = three_releases(world)
        stood = _timeless(inventory(world.account))
        operations = judge.behind_together(case.fault.key.operation)
        stale = StaleReads(answers, operations, self.lasts)
        first = world.run(case.phase.project(world), *case.phase.words, watch=later_run(stale))
        expected = stood if first.code else recording.expected
        found = _timeless(inventory(world.account))
        problems = [*judge.clear(first), *afterwards(found, _timeless(expected))]
        return LateJudged(case, tuple(problems), first, stale.met)


def _beyond(recording: Recording, known: Recording) -> Recording:
    """Without the calls that another recording has."""
    operations = {key.operation for key in known.keys}
    return replace(
        recording, keys=tuple(key for key in recording.keys if key.operation not in operations)
    )


def _timeless(found: Inventory) -> Inventory:
    """A rolled back stage says of which moment its release is, and holds a definition with ids."""
    timeless = (TIME.sub("{time}", line) for line in found.lines.elements())
    lines = Counter(HELD.sub("; held {day} {digest}", line) for line in timeless)
    return replace(found, lines=lines)


@contextmanager
def new_late_bench(folder: Path, jobs: int) -> Iterator[LateBench]:
    with new_bench(folder, jobs) as bench:
        yield LateBench(bench.worlds, bench.jobs, bench.snapshot, bench.undisturbed)
