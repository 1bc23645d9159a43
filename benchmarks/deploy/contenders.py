"""The tools that are measured: each a process of its own, with nothing of the user's."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cloud import KEYS

EDITED = "get"
"""The function whose code is changed."""


@dataclass(frozen=True)
class Timed:
    """A process as it ran; times are `time.monotonic()`."""

    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began


class Contender(Protocol):
    name: str

    def prepare(self, scenario: str, mark: str) -> None:
        """What a person does before the command: edit a handler, for one.

        `mark` stands in the names of functions and roles, so that each life's are new to AWS.
        """

    def run(self, scenario: str) -> Timed:
        """The command of a scenario, from its start to its end. Raises SystemExit if it fails."""


class Ours:
    """A project as a user has it, deployed through the proxy, which stands for AWS."""

    name = "productsapi"

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self._env = environment(home)
        if not folder.exists():
            self.say("init", str(folder), cwd=home)

    @property
    def sources(self) -> Path:
        return self.folder / "lambda_src"

    def through(self, url: str) -> None:
        self._env |= {**KEYS, "AWS_ENDPOINT_URL": url}

    def prepare(self, scenario: str, mark: str) -> None:
        if scenario == "fresh":
            config = self.folder / "config" / "dev.yaml"
            named = re.sub(r"\b(\w+productfunction)\w*", rf"\1{mark}", config.read_text("utf-8"))
            config.write_text(named, "utf-8")
        if scenario == "code":
            handler = self.sources / f"{EDITED}_product" / "lambda_function.py"
            with handler.open("a", encoding="utf-8") as source:
                source.write(f"# edited at {time.time()}\n")

    def run(self, scenario: str) -> Timed:
        teardown = ["teardown", "--yes", "--delete-data"]
        words = teardown if scenario == "teardown" else ["deploy", "--yes"]
        return timed(self._command(*words, "--json"), self.folder, self._env)

    def say(self, *words: str, cwd: Path | None = None) -> str:
        """A command beside the measured ones, and what it printed."""
        done = subprocess.run(
            self._command(*words),
            cwd=cwd or self.folder,
            env=self._env,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout.strip()

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "productsapi", *words]


def timed(command: list[str], cwd: Path, env: Mapping[str, str]) -> Timed:
    began = time.monotonic()
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    ended = time.monotonic()
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return Timed(began, ended)


def environment(home: Path) -> dict[str, str]:
    """Of the user's environment only what a process needs: no AWS_*, another home."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH") if name in os.environ}
    return {**kept, "HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true"}
