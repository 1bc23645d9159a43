"""What the bench tells: each case as it ends, and the table that is kept."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from fault_bench import LOOKS, Case, Judged, Recording
from fault_calls import Key
from fault_kinds import Kind

from productsapi import __version__
from productsapi.local.emulator import installed_version

FOLDERS = re.compile(r"(?<![\w/])(/[\w.@-]+)+/(?=\w+\.py\b)")
"""In a traceback the machine's own."""
MAX_REPORTED = 40
MOST_PROBLEMS = 8
MOST_ERR = 1500


@dataclass(frozen=True)
class Telling:
    """What a bench says of itself in its table."""

    title: str
    command: str
    kinds: tuple[Any, ...]
    """An Enum's members, a column each; their values are shown."""
    how: str
    legend: str


FAULTS = Telling(
    "Fault bench",
    "python tests/faults/bench.py",
    tuple(Kind),
    "Each case breaks one call of one run of the real command, looks how that run ends, runs it "
    "again at once, and compares all that is in the account then with what an undisturbed run "
    "leaves. Function versions and deployments of the API that nothing serves any more are "
    "history, of which there must be no more than after an undisturbed run.",
    "`=` the run rode over it and ended well, `!` it ended with a clear message (or was killed, as "
    "asked), and in both cases the next run put everything right; **F** failed, **?** not broken "
    "(a gap), `·` not a kind for a reading call. Of looks at one thing, which go on until it is "
    f"ready, the first {LOOKS} are broken.",
)


@dataclass(frozen=True)
class Result:
    recordings: Mapping[str, Recording]
    judged: tuple[Judged, ...]
    left_out: tuple[Case, ...]
    """Cases that weren't asked for, or not come to."""
    seconds: float

    @property
    def failures(self) -> list[Judged]:
        return [each for each in self.judged if each.problems]

    @property
    def gaps(self) -> list[str]:
        """Calls that no case breaks, though undisturbed runs make them."""
        return [
            f"{recording.phase.name}: {key}"
            for recording in self.recordings.values()
            for key in recording.gaps
        ]

    @property
    def passed(self) -> bool:
        return not self.failures and not self.gaps

    def summary(self) -> str:
        keys = len({(each.case.phase.name, each.case.fault.key) for each in self.judged})
        rode = sum(each.rode_over for each in self.judged)
        return (
            f"{len(self.judged)} cases on {keys} calls: {len(self.failures)} failed; "
            f"{rode} ridden over, {len(self.judged) - rode} ended by the fault. "
            f"Gaps: {len(self.gaps)}. Left out: {len(self.left_out)}. "
            f"{self.seconds / 60:.0f} min."
        )


def line(number: int, of: int, judged: Judged) -> str:
    """One case, with all that is wrong where something is."""
    state = "FAIL" if judged.problems else "ok"
    head = f"[{number}/{of}] {state:<4} {judged.case} ({_ended(judged)})"
    return "\n".join([head, *_details(judged)]) if judged.problems else head


def _ended(judged: Judged) -> str:
    return f"ended with {judged.first.code} in {judged.first.seconds:.1f} s"


def _details(judged: Judged) -> Iterable[str]:
    for problem in judged.problems[:MOST_PROBLEMS]:
        yield "    " + _short(problem).replace("\n", "\n    ")
    if len(judged.problems) > MOST_PROBLEMS:
        yield f"    and {len(judged.problems) - MOST_PROBLEMS} more"
    yield "    the broken run's stderr ended with:"
    yield "      " + _short(judged.first.err[-MOST_ERR:].strip()).replace("\n", "\n      ")


def _short(text: str) -> str:
    text = FOLDERS.sub("…/", text)
    return text if len(text) <= 2 * MOST_ERR else f"{text[:MOST_ERR]}\n…\n{text[-MOST_ERR:]}"


def markdown(result: Result, started: datetime, telling: Telling = FAULTS) -> str:
    """The last result as it is kept beside the bench."""
    when = f"{started.astimezone(timezone.utc):%Y-%m-%d %H:%M} UTC"
    ended = "passed" if result.passed else "failed"
    with_what = f"productsapi {__version__}, MiniStack {installed_version()}"
    where = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    parts = [
        f"# {telling.title}: the last result",
        f"`{telling.command}`, {when}: **{ended}**. {result.summary()}",
        f"{with_what}, {where}.",
        telling.how,
        telling.legend,
    ]
    if result.failures or result.gaps:
        parts += ["## Failures", *(f"- no case breaks {gap}" for gap in result.gaps)]
        reported = result.failures[:MAX_REPORTED]
        parts += [f"```\n{each.case}\n{chr(10).join(_details(each))}\n```" for each in reported]
        parts += [f"and {len(result.failures) - len(reported)} more."] * (
            reported != result.failures
        )
    for recording in result.recordings.values():
        parts += [
            f"## {recording.phase.name.capitalize()}",
            _table(recording, result, telling.kinds),
        ]
    return "\n\n".join(parts) + "\n"


def _table(recording: Recording, result: Result, kinds: Sequence[Any]) -> str:
    marks = {
        (each.case.fault.key, each.case.fault.kind): each.mark
        for each in result.judged
        if each.case.phase == recording.phase
    }
    possible = {(case.fault.key, case.fault.kind) for case in recording.cases()}
    rows = [
        f"| {' | '.join(['call', *(kind.value for kind in kinds)])} |",
        f"|{'|'.join(['---', *(':-:' for _ in kinds)])}|",
    ]
    for key in recording.keys:
        cells = [marks.get((key, k), "**?**" if (key, k) in possible else "·") for k in kinds]
        rows.append(f"| {_cell(key)} | {' | '.join(cells)} |")
    if recording.unsteady:
        also = ", ".join(str(key) for key in recording.unsteady)
        rows += ["", f"Made by some undisturbed runs only, while they waited: {also}."]
    return "\n".join(rows)


def _cell(key: Key) -> str:
    return str(key).replace("|", "\\|")
