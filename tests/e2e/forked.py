"""A process that command_server.py forked, asked for as subprocess would be."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress


class Forked:
    """`noted`: words, folder, environment, and a program by its path, if it isn't productsapi."""

    def __init__(self, server: str, reported: Mapping[str, object], streams: Sequence[int]) -> None:
        self.returncode: int | None = None
        self._received = b""
        self._answers = socket.socket(socket.AF_UNIX)
        self._answers.connect(server)
        asked = json.dumps(reported).encode() + b"\n"
        rest = asked[socket.send_fds(self._answers, [asked], streams) :]
        if rest:  # sending nothing would fail too, once the process has ended
            self._answers.sendall(rest)
        self.pid = self._number()

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, or less than 0 for a signal. Raises TimeoutError after so many seconds."""
        if self.returncode is None:
            self._answers.settimeout(timeout)
            self.returncode = self._number()
            self._answers.close()
        return self.returncode

    def poll(self) -> int | None:
        try:
            return self.wait(0)
        except BlockingIOError:
            return None

    def send_signal(self, number: int) -> None:
        """To none where it has ended: its number may be another one's by now."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _number(self) -> int:
        """A line each: the id and the code of one that ended soon may come together."""
        while b"\n" not in self._received:
            if not (read := self._answers.recv(16)):
                raise AssertionError("the server of commands has ended")
            self._received += read
        number, _, self._received = self._received.partition(b"\n")
        return int(number)
