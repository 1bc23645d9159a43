"""Commands as processes, each forked from one that has loaded what it needs."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

SERVER = Path(__file__).with_name("command_server.py")
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
        told = {"words": words, "folder": str(folder), "environment": dict(environment)}
        with tempfile.TemporaryFile("w+") as given:
            given.write(stdin)
            given.seek(0)
            self._answers, theirs = socket.socketpair()
            with theirs:
                descriptors = [each.fileno() for each in (theirs, given, self._out, self._err)]
                self.pid = _server().fork(told, descriptors, self._answers)

    def end(self, timeout: float) -> Ended:
        """Wait for it. Raises TimeoutError where it goes on for longer than so many seconds."""
        self._answers.settimeout(timeout)
        code = _number(self._answers)
        with self._answers, self._out as out, self._err as err:
            out.seek(0)
            err.seek(0)
            return Ended(code, out.read(), err.read())

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


class _Server:
    """command_server.py, running."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        self._turn = Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, str(SERVER)],
                env=inherited(),
                stdin=theirs,
                start_new_session=True,  # a Ctrl-C is for whom it is sent to
            )

    def fork(
        self, told: Mapping[str, object], descriptors: Sequence[int], answers: socket.socket
    ) -> int:
        """Have a command forked, whose process id it gives."""
        with self._turn:
            socket.send_fds(self._socket, [json.dumps(told).encode()], descriptors)
            return _number(answers)

    def close(self) -> None:
        self._socket.close()
        self._process.wait()


@cache
def _server() -> _Server:
    """One for all commands of this process, as long as it lives."""
    server = _Server()
    atexit.register(server.close)
    return server


def _number(answers: socket.socket) -> int:
    read = b""
    while not read.endswith(b"\n"):
        if not (got := answers.recv(1)):
            raise AssertionError("the server of commands has ended")
        read += got
    return int(read)
