"""What a project's folder records about its local cloud between two commands."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from productsapi import private

_FILE = "local.json"
MOST_PORTS, MOST_PIDS = 2**16 - 1, 2**31 - 1


@dataclass(frozen=True)
class Record:
    port: int | None = None
    pid: int | None = None  # None while starting: a killed command may leave it so
    mark: str = ""  # "" after a clean stop
    version: str = ""  # of the emulator that wrote the state

    @classmethod
    def read(cls, folder: Path) -> Record:
        """Read the record; an empty one if there is none, or a garbled one."""
        try:
            kept = json.loads(private.read(folder / _FILE)[0])
            return cls(
                _number(kept.get("port"), MOST_PORTS),
                _number(kept.get("pid"), MOST_PIDS),
                str(kept.get("mark", "")),
                str(kept.get("version", "")),
            )
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return cls()

    def write(self, folder: Path) -> None:
        private.write(folder / _FILE, json.dumps(asdict(self)) + "\n")

    @staticmethod
    def forget(folder: Path) -> None:
        (folder / _FILE).unlink(missing_ok=True)


def _number(reported: object, most: int) -> int | None:
    """Raises ValueError for what isn't one: the whole record is garbled then."""
    if reported is None:
        return None
    if type(reported) is not int or not 0 < reported <= most:
        raise ValueError(f"{reported!r} is no number of a port or process")
    return reported


def numbers_of(version: str) -> tuple[int, ...]:
    """The parts of a version that can be compared; none where it isn't known."""
    return tuple(int(part) for part in re.findall(r"(?a:\b\d{1,9}\b)", version))
