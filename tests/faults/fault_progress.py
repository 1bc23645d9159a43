"""The cases that have passed, kept in a file: a run of hours can be made in pieces."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from fault_bench import Case, Judged
from fault_world import Ended


def read(path: Path, cases: Iterable[Case]) -> list[Judged]:
    """Those of the cases that a former run has judged well, with how its broken command ended."""
    if not path.exists():
        return []
    lines = path.read_text("utf-8").splitlines()
    kept = {reported["case"]: reported for reported in map(json.loads, lines)}
    return [
        Judged(case, (), Ended((), kept[str(case)]["code"], "", "", kept[str(case)]["seconds"]))
        for case in cases
        if str(case) in kept
    ]


def add(path: Path, judged: Judged) -> None:
    """Keep one that has passed; one that hasn't is run again next time."""
    if judged.problems:
        return
    first = judged.first
    reported = {"case": str(judged.case), "code": first.code, "seconds": round(first.seconds, 1)}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(reported) + "\n")
