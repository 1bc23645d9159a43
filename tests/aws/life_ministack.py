"""MiniStack under any host's name: what stands for AWS is spoken to as AWS is.

Run by its path, in a process of its own, as the local cloud's emulator is.
"""

from __future__ import annotations

import sys


def main() -> None:
    sys.path.pop(0)  # nothing is found by our folder
    from ministack import app

    app.main()


if __name__ == "__main__":
    main()
