"""Commands as processes, each forked from one that has loaded what it needs."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from forked import Forked

SERVER = Path(__file__).with_name("command_server.py")
PATIENCE = 300.0
"""Seconds after which whoever waits gives up: only what hangs is to end so, and no slow machine."""
OF_THE_PARENT = ("PATH", "LANG", "PYTHONPATH", "SYSTEMROOT")


def inherited() -> dict[str, str]:
    """What a command sees of the developer's environment: nothing but paths and the language."""
    kept = {name: os.environ[name] for name in OF_THE_PARENT if name in os.environ}
    return {**kept, "PYTHONWARNINGS": "error"}


@dataclass(frozen=True)
class Ended:
    """A negative code is the signal that ended it."""

    code: int
    out: str
    err: str


class Command:
    """One that runs. Its streams are files, so that nobody needs to read along."""

    def __init__(
        self, words: Sequence[str], folder: Path, environment: Mapping[str, str], stdin: str = ""
    ) -> None:
        self._out = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed when the command has ended
        self._err = tempfile.TemporaryFile("w+")  # noqa: SIM115
        reported = {"words": words, "folder": str(folder), "environment": dict(environment)}
        with tempfile.TemporaryFile("w+") as given:
            given.write(stdin)
            given.seek(0)
            streams = [each.fileno() for each in (given, self._out, self._err)]
            self._process = Forked(server(), reported, streams)
        self.pid = self._process.pid

    def end(self, timeout: float) -> Ended:
        """Wait for it. Raises TimeoutError where it goes on for longer than so many seconds."""
        code = self._process.wait(timeout)
        with self._out as out, self._err as err:
            out.seek(0)
            err.seek(0)
            return Ended(code, out.read(), err.read())

    def kill(self) -> None:
        self._process.kill()


@cache
def server() -> str:
    """Where command_server.py listens: one for all of this process, as long as that lives."""
    folder = tempfile.mkdtemp(prefix="forks-")
    door = os.path.join(folder, "door")  # noqa: PTH118 - a socket's, which is a text
    process = subprocess.Popen(
        [sys.executable, str(SERVER), door],
        env=inherited(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # a Ctrl-C is for whom it is sent to
    )
    assert process.stdin
    assert process.stdout
    process.stdout.read()  # until it is closed: it listens
    atexit.register(_close, process, folder)
    return door


def _close(process: subprocess.Popen[bytes], folder: str) -> None:
    process.communicate()
    shutil.rmtree(folder)
