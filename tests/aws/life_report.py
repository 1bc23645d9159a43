"""The report: a table of differences, ready to become tests, and the times."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from life_calls import Call
from life_compare import Difference, Seen, compare
from life_times import Time, times

LONGEST_CELL = 160
ROW = "| {} | {} | {} | {} | {} | {} | {} |"


@dataclass(frozen=True)
class Played:
    """One scene as it ended: what it was, its seconds here and on AWS, what went wrong."""

    name: str
    local_s: float
    aws_s: float
    problem: str = ""


@dataclass(frozen=True)
class Report:
    what: str
    """Which AWS, and when."""
    prices: Sequence[str]
    played: Sequence[Played]
    local: Sequence[Call]
    aws: Sequence[Call]

    @property
    def differences(self) -> dict[Difference, Seen]:
        return compare(self.local, self.aws)

    def write(self, folder: Path) -> None:
        """The report, and all calls beside it, one a line."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "REPORT.md").write_text(self.markdown(), "utf-8")
        for name, calls in (("local", self.local), ("aws", self.aws)):
            lines = "".join(json.dumps(asdict(call), sort_keys=True) + "\n" for call in calls)
            (folder / f"{name}.jsonl").write_text(lines, "utf-8")

    def markdown(self) -> str:
        parts = [
            "# The life on AWS, beside the local cloud",
            f"{self.what}. {len(self.aws)} calls there, {len(self.local)} here.",
            "## Prices",
            "\n".join(f"- {each}" for each in self.prices) or "none told",
            "## Scenes",
            _scenes(self.played),
            "## Differences",
            "Of calls that were made on both sides; ids, times and secrets are left out.",
            _differences(self.differences),
            "## Times",
            "Seconds: the median, and from the least to the most.",
            _times(times(self.aws), times(self.local)),
        ]
        return "\n\n".join(parts) + "\n"


def _scenes(played: Iterable[Played]) -> str:
    rows = ["| scene | here, s | AWS, s | ended |", "|---|--:|--:|---|"]
    for each in played:
        ended = _cell(each.problem) or "well"
        rows.append(f"| {each.name} | {each.local_s:.1f} | {each.aws_s:.1f} | {ended} |")
    return "\n".join(rows)


def _differences(found: Mapping[Difference, Seen]) -> str:
    rows = [
        ROW.format("operation", "what", "where", "local cloud", "AWS", "times", "for example"),
        ROW.format(*["---"] * 5, "--:", "---"),
    ]
    for each, seen in found.items():
        cells = (each.operation, each.what, each.where, each.local, each.aws)
        example = f"{seen.scenes[0]}: {seen.example}"
        rows.append(ROW.format(*map(_cell, cells), seen.times, _cell(example)))
    return "\n".join(rows) if found else "none"


def _times(aws: Iterable[Time], local: Iterable[Time]) -> str:
    here = {each.what: each.reported for each in local}
    rows = ["| what | seen | AWS | local cloud |", "|---|--:|---|---|"]
    for each in aws:
        there = here.get(each.what, "")
        rows.append(f"| {_cell(each.what)} | {len(each.seconds)} | {each.reported} | {there} |")
    return "\n".join(rows)


def _cell(text: str) -> str:
    text = text.replace("|", "\\|").replace("\n", " ")
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"
