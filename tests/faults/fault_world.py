"""A world of one worker's own: an emulator, the proxy before it, the project as a user has it."""

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
from dataclasses import dataclass
from pathlib import Path

import fault_emulator
from e2e_commands import Command
from e2e_project import KEYS, Project
from fault_account import Account
from fault_proxy import FaultProxy, Watch

from productsapi.local import emulator

REGION = "eu-west-2"
LONGEST_RUN = 150
READY = 30.0
READ_TIMEOUT = 2
"""Seconds that the command waits for an answer where the fault is that none comes."""


@dataclass(frozen=True)
class Ended:
    """How a command ended; a negative code is the signal that killed it."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str
    seconds: float

    @property
    def told(self) -> str:
        return f"`{' '.join(self.words)}` ended with {self.code}:\n{self.out}{self.err}".rstrip()


class Emulator:
    """One emulator process on a port that stays; killed where its state is thrown away anyway."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = emulator.free_port(None)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{emulator.HOST}:{self.port}"

    @property
    def state(self) -> Path:
        return self._folder / "state"

    def start(self) -> None:
        for name in ("state", "tmp", "home"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        mark = secrets.token_hex(8)
        env = emulator.environment(self._folder, self.port, REGION, mark, os.environ)
        log = self._folder / "emulator.log"
        self._process = emulator.launch(mark, env, log, Path(fault_emulator.__file__))
        give_up = time.monotonic() + READY
        while not emulator.answers(self.port, mark):
            if self._process.poll() is not None or time.monotonic() > give_up:
                raise AssertionError((self._folder / "emulator.log").read_text("utf-8"))
            time.sleep(0.02)

    def end(self, number: signal.Signals) -> None:
        """With SIGTERM it saves its state, with SIGKILL it doesn't."""
        if self._process is None:
            return
        os.killpg(self._process.pid, number)
        self._process.wait(timeout=READY)
        self._process = None
        shutil.rmtree(self._folder / "tmp", ignore_errors=True)

    def forget(self) -> None:
        """Empty the whole account, which takes milliseconds."""
        self._post("/_ministack/reset")

    def stand(self, snapshot: Path) -> None:
        """Put the whole account back as `snapshot` holds it."""
        self._post(fault_emulator.STAND, str(snapshot).encode())

    def _post(self, path: str, body: bytes = b"") -> None:
        connection = http.client.HTTPConnection(emulator.HOST, self.port, timeout=READY)
        try:
            connection.request("POST", path, body)
            answer = connection.getresponse()
            if answer.status != 200:
                raise AssertionError(answer.read())
        finally:
            connection.close()


@dataclass(frozen=True)
class World:
    """`before` is the project as `init` makes it, `after` the same with everything edited."""

    emulator: Emulator
    proxy: FaultProxy
    account: Account
    before: Project
    after: Project

    def begin(self, project: Project, *words: str, held: bool = False) -> Command:
        """Start a command on its way to the proxy; `held`: it doesn't wait long for answers."""
        patience = {"PRODUCTSAPI_READ_TIMEOUT_S": str(READ_TIMEOUT)} if held else {}
        return project.begin(*words, env={**KEYS, "AWS_ENDPOINT_URL": self.proxy.url, **patience})

    def run(self, project: Project, *words: str, watch: Watch | None = None) -> Ended:
        """Run a command under `watch` to its end."""
        watch = watch or Watch()
        self.proxy.watch(watch)
        started = time.monotonic()
        command = self.begin(project, *words, held=watch.held > 0)
        watch.victim = command.pid
        return ended(command, words, started)

    def empty(self) -> None:
        self.proxy.quiet()
        self.emulator.forget()

    def stand(self, snapshot: Path) -> None:
        """Put back what `snapshot` holds."""
        self.proxy.quiet()
        self.emulator.stand(snapshot)

    def save(self, snapshot: Path) -> None:
        """Write what there is to `snapshot`."""
        self.proxy.quiet()
        self.emulator.end(signal.SIGTERM)
        shutil.copytree(self.emulator.state, snapshot)
        self.emulator.start()


def ended(command: Command, words: tuple[str, ...], started: float) -> Ended:
    """Wait for its end, and not for ever."""
    late = ""
    try:
        done = command.end(LONGEST_RUN)
    except TimeoutError:
        command.kill()
        done = command.end(READY)
        late = f"\nkilled by the bench: no end after {LONGEST_RUN} s"
    return Ended(words, done.code, done.out, done.err + late, time.monotonic() - started)


@contextmanager
def new_world(folder: Path) -> Iterator[World]:
    """Whatever happens, no emulator is left running."""
    home = folder / "home"
    home.mkdir(parents=True)
    before, after = (Project(folder / name, home) for name in ("before", "after"))
    for project in (before, after):
        Project(home, home).run("init", str(project.folder))
    running = Emulator(folder / "cloud")
    running.start()
    try:
        with FaultProxy(running.url).serving() as proxy:
            yield World(running, proxy, Account(running.url), before, after)
    finally:
        running.end(signal.SIGKILL)
