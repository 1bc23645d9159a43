"""What a project's folder remembers of its local cloud between two commands."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from productsapi import private

_FILE = "local.json"


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
            port, pid = kept.get("port"), kept.get("pid")
            return cls(
                int(port) if port else None,
                int(pid) if pid else None,
                str(kept.get("mark", "")),
                str(kept.get("version", "")),
            )
        except (OSError, ValueError, TypeError, AttributeError):
            return cls()

    def write(self, folder: Path) -> None:
        private.write(folder / _FILE, json.dumps(asdict(self)) + "\n")

    @staticmethod
    def forget(folder: Path) -> None:
        (folder / _FILE).unlink(missing_ok=True)
