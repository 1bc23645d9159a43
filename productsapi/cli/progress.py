"""What is seen while a plan is carried out: live on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

import click

from productsapi.cli.plan_summary import without_key
from productsapi.cli.render import SIGNS, fields_in_words, shown_steps
from productsapi.cli.switches import is_debugging, is_quiet
from productsapi.engine.apply import Report
from productsapi.engine.plan import Action, Change, Plan
from productsapi.printable import printable
from productsapi.steps import STEPS

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

DONE = {
    Action.CREATE: "created",
    Action.UPDATE: "changed",
    Action.DELETE: "removed",
    Action.KEEP: "kept",
}
NUMBERS = {step.name: number for number, step in enumerate(STEPS, 1)}


@contextmanager
def progress(plan: Plan) -> Iterator[Report]:
    """A report of `plan` to stderr for as long as the block lasts; with --quiet, of failures."""
    if is_quiet():
        yield QuietReport()
        return
    dumb = os.environ.get("TERM") == "dumb"  # it can't go back to a line
    if sys.stderr is None or not sys.stderr.isatty() or dumb or is_debugging():
        yield PlainReport()
        return
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True)
    with Live(console=console, refresh_per_second=8, transient=True) as live:
        yield LiveReport(plan, live)


def in_words(change: Change) -> str:
    """What was done to a resource, in one line."""
    line = f"{change.key}: {DONE[change.action]}"
    if change.action is Action.UPDATE:
        line += f" ({fields_in_words(change)})"
    return line + (f" ({without_key(change.key, change.reason)})" if change.reason else "")


def not_done(change: Change, error: BaseException) -> str:
    """What failed and why, in one line; its name once."""
    why = without_key(change.key, str(error))
    return (
        f"not done: {why}" if why.startswith(f"{change.key} ") else f"{change.key}: not done: {why}"
    )


class PlainReport:
    """A line for each event, for logs of CI."""

    def __init__(self) -> None:
        self._started: dict[str, float] = {}
        self._waits: set[tuple[str, str]] = set()
        self._lock = Lock()

    def begun(self, change: Change) -> None:
        self._started[change.key] = time.monotonic()

    def waiting(self, change: Change, reason: str) -> None:
        """A wait is told once, however often it looks again."""
        with self._lock:
            if (change.key, reason) not in self._waits:
                self._waits.add((change.key, reason))
                self._line(change, f"{change.key}: waiting: {reason}")

    def done(self, change: Change) -> None:
        seconds = time.monotonic() - self._started[change.key]
        self._line(change, f"{in_words(change)} in {seconds:.1f} s")

    def failed(self, change: Change, error: BaseException) -> None:
        self._line(change, not_done(change, error))

    def _line(self, change: Change, text: str) -> None:
        click.echo(f"[{NUMBERS[change.step]}/{len(STEPS)}] {printable(text)}", err=True)


class QuietReport(PlainReport):
    """Failures only."""

    def waiting(self, change: Change, reason: str) -> None:
        """It passes by itself, or ends in a failure that is told."""

    def done(self, change: Change) -> None:
        """As it was to be."""


class LiveReport:
    """Finished resources as lines, and below them the seven steps with what each waits for."""

    def __init__(self, plan: Plan, live: Live) -> None:
        self._live = live
        self._plan = plan
        self._lock = Lock()
        self._active: dict[str, str] = {}
        self._finished: set[str] = set()
        self._show()

    def begun(self, change: Change) -> None:
        with self._lock:
            self._active[change.key] = ""
            self._show()

    def waiting(self, change: Change, reason: str) -> None:
        with self._lock:
            self._active[change.key] = reason
            self._show()

    def done(self, change: Change) -> None:
        with self._lock:
            self._finish(change)
            sign, colour = SIGNS[change.action]
            self._line(f"  {sign} {NUMBERS[change.step]} {in_words(change)}", colour)

    def failed(self, change: Change, error: BaseException) -> None:
        with self._lock:
            self._finish(change)
            self._line(f"  ! {NUMBERS[change.step]} {not_done(change, error)}", "red")

    def _finish(self, change: Change) -> None:
        self._active.pop(change.key, None)
        self._finished.add(change.key)
        self._show()

    def _line(self, text: str, colour: str | None) -> None:
        from rich.text import Text

        self._live.console.print(Text(printable(text), style=colour or ""))

    def _show(self) -> None:
        self._live.update(self._steps(), refresh=True)

    def _steps(self) -> Table:
        from rich.spinner import Spinner
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 1))
        for number, step in shown_steps(self._plan):
            planned = [c for c in self._plan.to_do if c.step == step.name]
            done = sum(c.key in self._finished for c in planned)
            active = [c for c in planned if c.key in self._active]
            waits = [self._active[c.key] for c in active if self._active[c.key]]
            mark = "✓" if done == len(planned) else Spinner("dots") if active else "·"
            count = f"{done}/{len(planned)}" if planned else "as it should be"
            # as text: a str would be rich's markup
            wait = Text(printable(waits[-1] if waits else ""))
            table.add_row(mark, f"{number} {step.title}", count, wait)
        return table
