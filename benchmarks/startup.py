"""How long `productsapi --help` takes, against an empty click program, in one run side by side.

    python benchmarks/startup.py [PAIRS]

Prints the median of each and the median of the pairs' ratios.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

EMPTY = "import click\n@click.group()\ndef main():\n    '''Nothing.'''\nmain()"
OURS = [sys.executable, "-m", "productsapi", "--help"]
THEIRS = [sys.executable, "-c", EMPTY, "--help"]


def seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main(pairs: int) -> None:
    seconds(OURS), seconds(THEIRS)  # warm the file cache
    measured = [(seconds(OURS), seconds(THEIRS)) for _ in range(pairs)]
    ours, theirs = zip(*measured, strict=True)
    ratio = statistics.median(a / b for a, b in measured)
    print(f"productsapi --help   {statistics.median(ours) * 1000:6.1f} ms")
    print(f"empty click program  {statistics.median(theirs) * 1000:6.1f} ms")
    print(f"ratio                {ratio:6.2f}   (median of {pairs} pairs; target: 2 at the most)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 21)
