"""What CI runs, whole, at this commit and at another one, in turn: wall and CPU time, as ratios.

    python benchmarks/suite.py f5f00d7 --runs 3
    python benchmarks/suite.py --runs 5 --busy 2 --nice 19

Each run is `.ci/run` in a fresh clone: environment, installation, lint, types, all tests. On Linux,
with nothing else at work but the busy loops that are asked for. Without a commit to compare with it
is this one alone, and shows whether its tests depend on the machine's pace. Tests of the other
commit may fail, as some of before depend on it: what failed is printed, and the time counts.
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
from collections.abc import Iterator
from contextlib import contextmanager
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
    parser.add_argument("before", nargs="?", help="the commit to compare with")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--busy", type=int, default=0, help="busy loops beside each run")
    parser.add_argument("--nice", type=int, default=0, help="how nice these are")
    arguments = parser.parse_args()
    commits = [arguments.before, "HEAD"] if arguments.before else ["HEAD"]
    took: dict[str, list[Took]] = {commit: [] for commit in commits}
    for number in range(arguments.runs):
        for commit, runs in took.items():
            runs.append(_run(commit, arguments.busy, arguments.nice))
            wall, cpu = runs[-1]
            print(f"run {number + 1} of {commit}: {wall:.0f} s, {cpu:.0f} s of CPU", flush=True)
    if arguments.before:
        before, after = (_median(runs) for runs in took.values())
        print(f"wall  {after.wall:6.0f} s to {before.wall:6.0f} s: {after.wall / before.wall:.2f}")
        print(f"CPU   {after.cpu:6.0f} s to {before.cpu:6.0f} s: {after.cpu / before.cpu:.2f}")
    return 0


def _run(commit: str, busy: int, nice: int) -> Took:
    """One in a clone that goes afterwards. Ends the program where it fails."""
    with tempfile.TemporaryDirectory(prefix="suite-") as folder:
        clone = Path(folder) / "clone"
        for words in (
            ["git", "clone", "-q", str(ROOT), str(clone)],
            ["git", "-C", str(clone), "checkout", "-q", _hash(commit)],
        ):
            subprocess.run(words, check=True)
        with (
            (Path(folder) / "log").open("w+", encoding="utf-8") as log,
            _loops(busy, nice) as loops,
        ):
            began, cpu = time.monotonic(), _cpu()
            ran = subprocess.run(
                [BASH, ".ci/run"],
                cwd=clone, env={**os.environ, "CI": "true"}, stdout=log, stderr=log, check=False,
            )  # fmt: skip
            wall, cpu = time.monotonic() - began, _cpu() - cpu - sum(map(_used, loops))
            if ran.returncode:
                log.seek(0)
                _failed(commit, log.read())
        return Took(wall, cpu)


def _failed(commit: str, log: str) -> None:
    """Ends the program unless another commit's tests have failed, and nothing before them."""
    failures = [line for line in log.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    if commit == "HEAD" or not failures:
        sys.exit(f"{log}\n{commit} fails")
    print(*failures, sep="\n", flush=True)


@contextmanager
def _loops(number: int, nice: int) -> Iterator[list[int]]:
    """The process ids of so many that do nothing but work."""
    words = [sys.executable, "-c", f"import os; os.nice({nice})\nwhile True: pass"]
    loops = [subprocess.Popen(words) for _ in range(number)]
    try:
        yield [loop.pid for loop in loops]
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def _used(pid: int) -> float:
    """Seconds of the processors that a process has had: utime and stime, see proc(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
