"""Local clouds that are lent to one test after the other, and put back in between."""

from __future__ import annotations

import http.client
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import restorable
from e2e_commands import PATIENCE, server

from productsapi import private
from productsapi.local import emulator
from productsapi.local.record import Record

REGION = "eu-west-2"
ATTEMPTS = 3
"""Times that a port is looked for: another program may take one before the emulator does."""


class Emulator:
    """One process, as the local cloud starts it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mark = ""
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{emulator.HOST}:{self.port}"

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        for name in ("state", "tmp", "home"):
            private.make_folder(self._folder / name)
        for _ in range(ATTEMPTS):
            self.port, self._mark = emulator.free_port(None), secrets.token_hex(8)
            env = emulator.environment(self._folder, self.port, REGION, self._mark, os.environ)
            env[restorable.FORKS] = server()
            log = self._folder / "emulator.log"
            self._process = emulator.launch(self._mark, env, log, Path(restorable.__file__))
            give_up = time.monotonic() + PATIENCE
            while self.runs and time.monotonic() < give_up:
                if emulator.answers(self.port, self._mark):
                    return
                time.sleep(0.02)
        raise AssertionError(log.read_text("utf-8"))

    def kill(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(PATIENCE)
            self._process = None
            shutil.rmtree(self._folder / "tmp", ignore_errors=True)

    def lend(self, project: Path) -> None:
        """From now on it is the project's own: each of its commands finds it running."""
        assert self._process
        folder = project / ".productsapi"
        private.make_folder(folder)
        version = emulator.installed_version()
        Record(self.port, self._process.pid, self._mark, version).write(folder)

    # -- its account, in milliseconds ---------------------------------------------------------

    def forget(self) -> None:
        """Empty it."""
        self._post("/_ministack/reset")

    def save(self, snapshot: Path) -> None:
        """Write it down in a folder that there isn't yet."""
        self._post(restorable.SAVE, snapshot)

    def stand(self, snapshot: Path) -> None:
        """Put it back as it was written down, be it by another emulator."""
        self._post(restorable.STAND, snapshot)

    def _post(self, path: str, folder: Path | None = None) -> None:
        connection = http.client.HTTPConnection(emulator.HOST, self.port, timeout=PATIENCE)
        try:
            connection.request("POST", path, str(folder).encode() if folder else b"")
            answer = connection.getresponse()
            if answer.status != 200:
                raise AssertionError(answer.read())
        finally:
            connection.close()


class Clouds:
    """Those of one process: as many as are lent at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._all: list[Emulator] = []
        self._idle: list[Emulator] = []

    @contextmanager
    def lent(self) -> Iterator[Emulator]:
        """An empty one. A test may do to it what it wants: what was killed isn't lent again."""
        cloud = self._idle.pop() if self._idle else self._new()
        try:
            yield cloud
        finally:
            if cloud.runs:
                cloud.forget()
                self._idle.append(cloud)

    def _new(self) -> Emulator:
        cloud = Emulator(self._folder / f"cloud-{len(self._all)}")
        self._all.append(cloud)
        cloud.start()
        return cloud

    def close(self) -> None:
        for cloud in self._all:
            cloud.kill()
