"""The start of a local cloud: an emulator on a port of its own, until it answers."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from productsapi import private
from productsapi.errors import LocalCloudError
from productsapi.local import emulator, state
from productsapi.local.record import Record

START_TIMEOUT = 30.0  # usually 0.3 s
LOG_TAIL = 8  # lines


@dataclass(frozen=True)
class Running:
    """A cloud that answers."""

    pid: int
    port: int
    started: bool = False  # by this very call, not found
    account: str = emulator.ACCOUNT

    @property
    def endpoint_url(self) -> str:
        return f"http://{emulator.HOST}:{self.port}"


@dataclass(frozen=True)
class Start:
    folder: Path  # the cloud's
    version: str  # of the emulator that is installed
    snapshot_seconds: float
    notify: Callable[[str], None]
    clock: Callable[[], float]
    sleep: Callable[[float], None]

    @property
    def log(self) -> Path:
        return self.folder / "local.log"

    def on_a_free_port(self, region: str, last_port: int | None) -> Running:
        """Start it on the port that it had, or on another one where that is taken.

        Raises LocalCloudError where its state can't be read or it doesn't come up.
        """
        for name in ("state", "tmp", "home"):
            private.make_folder(self.folder / name)
        state.must_be_read(self.folder / "state")
        for _ in range(3):  # another program may take the port between our look and its bind
            port = emulator.free_port(last_port)
            if last_port and port != last_port:
                self.notify(f"Port {last_port} is taken: the local cloud moves to port {port}.")
            if running := self._launch(port, region):
                return running
            last_port = None
        raise LocalCloudError("The local cloud found no port that stays free.")

    def _launch(self, port: int, region: str) -> Running | None:
        """Start on `port` and wait until it is ready; None if the port was taken meanwhile."""
        if os.path.lexists(self.log):
            self.log.replace(self.log.with_suffix(".log.old"))
        mark = secrets.token_hex(16)
        env = emulator.environment(self.folder, port, region, mark, os.environ)
        env["SNAPSHOT_SECONDS"] = str(self.snapshot_seconds)
        # First the record, so that a start cut short is found by the next command.
        Record(port, None, mark, self.version).write(self.folder)
        process = emulator.launch(mark, env, self.log)
        try:
            Record(port, process.pid, mark, self.version).write(self.folder)
            self._wait_until_ready(process, port, mark)
            said = self.log.read_text("utf-8", errors="replace")
            if unread := state.load_failures_in_log(said):
                process.kill()  # before it can write over that
                process.wait()
                state.keep_aside(self.folder / "state", unread)
        except BaseException as error:
            process.kill()
            process.wait()
            Record(port=port, version=self.version).write(self.folder)
            if isinstance(error, LocalCloudError) and "already in use" in error.message:
                return None
            raise
        pid = process.pid
        process.returncode = 0  # it outlives us: not a forgotten child to be warned about
        return Running(pid, port, started=True)

    def _wait_until_ready(self, process: subprocess.Popen[bytes], port: int, mark: str) -> None:
        give_up = self.clock() + START_TIMEOUT
        while not emulator.answers(port, mark):
            if process.poll() is not None:
                raise self._failed("stopped while starting")
            if self.clock() >= give_up:
                raise self._failed(f"was not ready within {START_TIMEOUT:.0f} seconds")
            self.sleep(0.02)

    def _log_tail(self) -> str:
        lines = self.log.read_text("utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LOG_TAIL:])

    def _failed(self, how: str) -> LocalCloudError:
        return LocalCloudError(
            f"The local cloud {how}. Its last output:\n{self._log_tail() or '(none)'}",
            hint=f"The whole log: {self.log}",
        )
