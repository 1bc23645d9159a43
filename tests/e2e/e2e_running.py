"""A command that is watched, stopped and ended while it runs."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from e2e_commands import PATIENCE, server
from e2e_project import Project
from forked import Forked


@dataclass(frozen=True)
class Running:
    """What it says goes to files, so that nobody needs to read along."""

    process: Forked
    _out: Path
    _err: Path

    @property
    def out(self) -> str:
        return self._out.read_text("utf-8", "replace")

    @property
    def err(self) -> str:
        return self._err.read_text("utf-8", "replace")

    @property
    def text(self) -> str:
        return self.err + self.out

    def wait_for(self, text: str) -> None:
        self.wait_until(lambda: text in self.text)

    def wait_until(self, seen: Callable[[], bool]) -> None:
        give_up = time.monotonic() + PATIENCE
        while not seen():
            ended = self.process.poll() is not None
            assert not ended or seen(), f"it ended before:\n{self.text}"
            assert time.monotonic() < give_up, self.text
            time.sleep(0.02)

    def press_ctrl_c(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def ends_with(self, code: int) -> str:
        assert self.process.wait(PATIENCE) == code, self.text
        assert "Traceback" not in self.text
        return self.text


@contextmanager
def running(
    project: Project, *words: str, env: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """It is gone at the end of the block."""
    said = project.home / f"said-{time.monotonic_ns()}"
    out, err = said.with_suffix(".out"), said.with_suffix(".err")
    reported = {
        "words": words,
        "folder": str(project.folder),
        "environment": project.environment(env),
    }
    with Path(os.devnull).open("rb") as nothing, out.open("wb") as outs, err.open("wb") as errs:
        streams = [each.fileno() for each in (nothing, outs, errs)]
        process = Forked(server(), reported, streams)
    try:
        yield Running(process, out, err)
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait(PATIENCE)
