"""A world of one worker's own: an emulator, the proxy before it, the project as a user has it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from e2e_cloud import Emulator
from e2e_commands import PATIENCE, Command
from e2e_project import KEYS, Project
from fault_account import Account
from fault_proxy import FaultProxy, Watch

READ_TIMEOUT = 5
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
    def reported(self) -> str:
        return f"`{' '.join(self.words)}` ended with {self.code}:\n{self.out}{self.err}".rstrip()


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
        self.emulator.save(snapshot)


def ended(command: Command, words: tuple[str, ...], started: float) -> Ended:
    """Wait for its end, and not for ever."""
    late = ""
    try:
        done = command.end(PATIENCE)
    except TimeoutError:
        command.kill()
        done = command.end(PATIENCE)
        late = f"\nkilled by the bench: no end after {PATIENCE:.0f} s"
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
        running.kill()
