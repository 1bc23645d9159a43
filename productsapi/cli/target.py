"""Which configuration a command is for, and where it goes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from productsapi.cli.config_file import DEFAULT_CONFIG, nearest
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.aws.tracing import Trace
    from productsapi.cli.next_command import Allowing
    from productsapi.config import Config

DEPRECATIONS = "productsapi.deprecations"
"""The name, in click's context, of the deprecations that were printed."""
TARGET = "productsapi.target"
"""The name of a command's target in click's context."""


def load_config(path: Path, region: str | None = None) -> Config:
    """Load it, and warn on stderr, once a command, of deprecated keys. Raises ConfigError."""
    from productsapi.config import load

    config = load(path, region=region)
    context = click.get_current_context(silent=True)
    if context is None:  # in a thread of a command that has printed them
        return config
    reported = context.meta.setdefault(DEPRECATIONS, set())
    for notice in (each for each in config.notices if each not in reported):
        click.secho(f"Warning: {printable(notice)}", fg="yellow", err=True)
    reported.update(config.notices)
    return config


@dataclass(frozen=True)
class Target:
    """Which configuration, and where it goes."""

    config: Path
    region: str | None
    profile: str | None
    local: bool
    allowing: Allowing | None = None
    """What else changes the meaning of the command that was typed."""
    trace: Trace | None = None
    """Called with each request to AWS."""

    def load(self) -> Config:
        """Raises ConfigError."""
        if self.local and self.profile:
            raise click.UsageError("--local uses no AWS profile: omit --profile.")
        return load_config(self.config, self.region)

    def completed(self, hint: str) -> str:
        """A hint whose commands go to this same target: those in backticks, or all of it."""
        if hint.startswith("productsapi "):
            return self.command(hint.removeprefix("productsapi "))
        return re.sub(r"`productsapi ([^`]+)`", lambda found: f"`{self.command(found[1])}`", hint)

    def command(self, words: str) -> str:
        """The command line that does `words` on this same target, as far as it takes that."""
        from productsapi.cli.next_command import completed

        return completed(words, self._given(), self.allowing)

    def _given(self) -> dict[str, str | None]:
        default = nearest(DEFAULT_CONFIG)
        config = None if self.config in {default, DEFAULT_CONFIG} else str(self.config)
        local = "" if self.local else None
        return {
            "config": config,
            "region": self.region or None,
            "profile": self.profile or None,
            "local": local,
        }


def completed(text: str) -> str:
    """A text whose commands, in backticks, go to the target of the command that is running."""
    context = click.get_current_context(silent=True)
    target = context.meta.get(TARGET) if context else None
    return text if target is None or text.startswith("productsapi ") else target.completed(text)
