"""What CI runs, whole, at this commit and at another one, in turn: wall and CPU time, as ratios.

    python benchmarks/suite.py f5f00d7 --runs 3

Each run is `.ci/run` in a fresh clone: environment, installation, lint, types, all tests. On Linux,
with nothing else at work.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

BASH = shutil.which("bash") or "bash"
ROOT = Path(__file__).resolve().parents[1]


class Took(NamedTuple):
    """Seconds: by the clock, and of the processors."""

    wall: float
    cpu: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", help="the commit to compare with")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    took: dict[str, list[Took]] = {arguments.before: [], "HEAD": []}
    for number in range(arguments.runs):
        for commit, runs in took.items():
            runs.append(_run(commit))
            wall, cpu = runs[-1]
            print(f"run {number + 1} of {commit}: {wall:.0f} s, {cpu:.0f} s of CPU", flush=True)
    before, after = (_median(runs) for runs in took.values())
    print(f"wall  {after.wall:6.0f} s against {before.wall:6.0f} s: {after.wall / before.wall:.2f}")
    print(f"CPU   {after.cpu:6.0f} s against {before.cpu:6.0f} s: {after.cpu / before.cpu:.2f}")
    return 0


def _run(commit: str) -> Took:
    """One in a clone that goes afterwards. Ends the program where it fails."""
    with tempfile.TemporaryDirectory(prefix="suite-") as folder:
        clone = Path(folder) / "clone"
        for words in (
            ["git", "clone", "-q", str(ROOT), str(clone)],
            ["git", "-C", str(clone), "checkout", "-q", _hash(commit)],
        ):
            subprocess.run(words, check=True)
        began, cpu = time.monotonic(), _cpu()
        with (Path(folder) / "log").open("w+", encoding="utf-8") as log:
            ran = subprocess.run(
                [BASH, ".ci/run"],
                cwd=clone, env={**os.environ, "CI": "true"}, stdout=log, stderr=log, check=False,
            )  # fmt: skip
            if ran.returncode:
                log.seek(0)
                sys.exit(f"{commit} fails:\n{log.read()[-3000:]}")
        return Took(time.monotonic() - began, _cpu() - cpu)


def _hash(commit: str) -> str:
    words = ["git", "-C", str(ROOT), "rev-parse", commit]
    return subprocess.run(words, capture_output=True, check=True, text=True).stdout.strip()


def _cpu() -> float:
    """Seconds that this machine's processors have worked; so nothing else may run beside it.

    What a process and its children used would leave out the local clouds, which nobody waits for.
    """
    user, nice, system = Path("/proc/stat").read_text("utf-8").split()[1:4]
    return (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")


def _median(runs: list[Took]) -> Took:
    walls, cpus = zip(*runs, strict=True)
    return Took(statistics.median(walls), statistics.median(cpus))


if __name__ == "__main__":
    sys.exit(main())
