"""Two deploys started together on a fresh account, again and again: one of everything, each time.

    python tests/faults/race.py --rounds 50
    python tests/faults/race.py --rounds 50 --late

With `--late` each read of the lease is answered as it was before the last write to it (S1), be that
a second ago or an hour: AWS isn't as late as that.
Ends with 1 where a round left anything twice, missing or locked.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import fault_path  # noqa: F401
from fault_bench import Bench, new_bench
from fault_inventory import Inventory, inventory
from fault_judge import afterwards, without_traces
from fault_late import Late
from fault_phases import FRESH
from fault_proxy import Watch
from fault_world import Ended, World, ended

BEHIND = (0.0, 0.0, 0.05, 0.2, 0.5)
"""Seconds by which the second starts later, in turn: most rounds as close as can be."""
DEPLOY = ("deploy", "--json")


@dataclass(frozen=True)
class Round:
    number: int
    runs: tuple[Ended, Ended]
    problems: tuple[str, ...]

    def __str__(self) -> str:
        reported = " and ".join(f"{run.code} in {run.seconds:.1f} s" for run in self.runs)
        head = f"round {self.number}: {'FAIL' if self.problems else 'ok'}, ended with {reported}"
        if not self.problems:
            return head
        stderr = [f"    stderr of one: {run.err[-1000:].strip()}" for run in self.runs]
        return "\n".join([head, *(f"    {each}" for each in self.problems[:10]), *stderr])


def race(bench: Bench, rounds: int, expected: Inventory, *, late: bool) -> Iterator[Round]:
    """Each round as it ends; `expected` is what one deploy leaves."""

    def one(world: World, number: int) -> Round:
        return _round(world, number, expected, late=late)

    for _, ended_round in bench.side_by_side(one, list(range(1, rounds + 1))):
        yield ended_round


def _round(world: World, number: int, expected: Inventory, *, late: bool) -> Round:
    world.empty()
    world.proxy.watch(Watch(late=Late() if late else None))
    with ThreadPoolExecutor(2) as pool:
        pauses = (0.0, BEHIND[number % len(BEHIND)])
        first, second = pool.map(lambda pause: _started(world, pause), pauses)
    problems = [*_ends(first, second)]
    problems += afterwards(inventory(world.account), expected)
    plan = world.run(world.before, "plan", "--exit-code")
    problems += [f"afterwards {plan.reported}"] if plan.code else []
    return Round(number, (first, second), tuple(problems))


def _started(world: World, pause: float) -> Ended:
    time.sleep(pause)
    began = time.monotonic()
    return ended(world.begin(world.before, *DEPLOY), DEPLOY, began)


def _ends(*runs: Ended) -> Iterator[str]:
    """All end well, or one does and the other says clearly why not."""
    if all(run.code for run in runs):
        yield "neither ended well"
    for run in runs:
        yield from without_traces(run)
        if run.code and not ("Error: " in run.err and "Next: " in run.err):
            yield "one doesn't say what is wrong and what to do next"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="rounds side by side")
    parser.add_argument("--late", action="store_true", help="the lease is read a write late")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that no emulator is left
    failed = 0
    with (
        tempfile.TemporaryDirectory(prefix="race-") as folder,
        new_bench(Path(folder), arguments.jobs) as bench,
    ):
        alone = bench.record([FRESH], times=1)[FRESH.name]
        for each in race(bench, arguments.rounds, alone.expected, late=arguments.late):
            failed += bool(each.problems)
            sys.stdout.write(f"{each}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{arguments.rounds - failed} of {arguments.rounds} rounds left it right\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
