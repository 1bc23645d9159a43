"""The fault bench: break each AWS call of a deploy, a change and a teardown, in every way.

    python tests/faults/bench.py                            all of it, into RESULT.md
    python tests/faults/bench.py --list                     the calls that there are to break
    python tests/faults/bench.py --phase fresh --kind 'cut after' --key CreateRestApi
    python tests/faults/bench.py --sample 60                60 cases spread over all of them
    python tests/faults/bench.py --minutes 40               as many, so spread, as there is time for
    python tests/faults/bench.py --minutes 40 --go-on FILE  and those of FILE that passed are done

Ends with 1 where a case failed, or a call was left unbroken.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import fault_path
import fault_progress
from fault_bench import Bench, Case, new_bench
from fault_phases import PHASES, Phase
from fault_report import FAULTS, Result, Telling, line, markdown


@dataclass(frozen=True)
class Program:
    """A bench as a command: its cases, and how it tells what came of them."""

    doc: str
    phases: tuple[Phase, ...]
    new_bench: Callable[[Path, int], AbstractContextManager[Bench]]
    telling: Telling
    result: Path
    """Where the table of a whole run goes."""


FAULT_BENCH = Program(__doc__ or "", PHASES, new_bench, FAULTS, fault_path.HERE / "RESULT.md")


def main(program: Program = FAULT_BENCH) -> int:
    arguments = _arguments(program)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that no emulator is left
    with (
        tempfile.TemporaryDirectory(prefix="faults-") as folder,
        program.new_bench(Path(folder), arguments.jobs) as bench,
    ):
        result = _run(bench, arguments, program.phases)
    if result is None:
        return 0
    if arguments.result:
        arguments.result.write_text(markdown(result, _now(), program.telling), "utf-8")
    say(result.summary())
    for gap in result.gaps:
        say(f"no case breaks {gap}")
    return 0 if result.passed else 1


def _arguments(program: Program) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=program.doc.splitlines()[0])
    names = [phase.name for phase in program.phases]
    parser.add_argument("--phase", choices=names, action="append", help="only this run")
    kinds = [kind.value for kind in program.telling.kinds]
    parser.add_argument("--kind", choices=kinds, action="append", help="only this kind of fault")
    parser.add_argument("--key", default="", help="only calls that this regular expression finds")
    parser.add_argument("--sample", type=int, help="only so many cases, spread over all of them")
    parser.add_argument("--minutes", type=float, help="only as many as there is time for, spread")
    parser.add_argument("--go-on", type=Path, help="a file that keeps what passed, for next time")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="cases side by side")
    parser.add_argument("--list", action="store_true", help="show the calls and break none")
    parser.add_argument("--result", type=Path, help="where the table goes, if not beside us")
    arguments = parser.parse_args()
    chosen = arguments.phase or arguments.kind or arguments.key or arguments.sample
    if arguments.result is None and not chosen:
        arguments.result = program.result
    return arguments


def _run(bench: Bench, arguments: argparse.Namespace, known: Iterable[Phase]) -> Result | None:
    began = time.monotonic()
    phases = [phase for phase in known if phase.name in (arguments.phase or [phase.name])]
    recordings = bench.record(phases)
    everything = [case for phase in phases for case in recordings[phase.name].cases()]
    if arguments.list:
        _list(everything)
        return None
    wanted = [case for case in everything if _is_wanted(case, arguments)]
    if arguments.sample or arguments.minutes:
        wanted = spread(wanted, arguments.sample or len(wanted))
    judged = fault_progress.read(arguments.go_on, wanted) if arguments.go_on else []
    done = {each.case for each in judged}
    wanted = [case for case in wanted if case not in done]
    with closing(bench.run(wanted, recordings)) as ends:
        for each in ends:
            judged.append(each)
            say(line(len(judged), len(done) + len(wanted), each))
            if arguments.go_on:
                fault_progress.add(arguments.go_on, each)
            if arguments.minutes and time.monotonic() - began > arguments.minutes * 60:
                break
    left_out = tuple(set(everything) - {each.case for each in judged})
    return Result(recordings, tuple(judged), left_out, time.monotonic() - began)


def _list(cases: list[Case]) -> None:
    kinds: dict[tuple[Phase, str], list[str]] = {}
    for case in cases:
        kinds.setdefault((case.phase, str(case.fault.key)), []).append(case.fault.kind.value)
    for (phase, key), named in kinds.items():
        say(f"{phase.name}: {key}: {', '.join(named)}")
    say(f"{len(kinds)} calls, {len(cases)} cases")


def _is_wanted(case: Case, arguments: argparse.Namespace) -> bool:
    kinds = arguments.kind or [case.fault.kind.value]
    found = re.search(arguments.key, str(case.fault.key))
    return case.fault.kind.value in kinds and found is not None


def spread(cases: list[Case], number: int) -> list[Case]:
    """So many of them, the same each time: in turn from every phase and kind, calls by lot."""
    stacks: dict[tuple[str, str], list[Case]] = {}
    for case in sorted(cases, key=lambda case: hashlib.sha256(str(case).encode()).digest()):
        stacks.setdefault((case.phase.name, case.fault.kind.value), []).append(case)
    chosen: list[Case] = []
    while len(chosen) < number and any(stacks.values()):
        chosen += [stack.pop() for stack in stacks.values() if stack]
    return chosen[:number]


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _now() -> datetime:
    return datetime.now(timezone.utc)


if __name__ == "__main__":
    sys.exit(main())
