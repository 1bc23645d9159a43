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

from productsapi.cli.plan_detail import SIGNS, fields_in_words, shown_steps
from productsapi.cli.plan_summary import without_key
from productsapi.cli.progress_rows import ACTIVE, ProgressState, rows
from productsapi.cli.switches import is_debugging, is_quiet
from productsapi.engine.apply import Report
from productsapi.engine.graph import Edges
from productsapi.engine.plan import Action, Change, Plan
from productsapi.printable import printable
from productsapi.steps import STEPS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

DONE = {
    Action.CREATE: "created",
    Action.UPDATE: "changed",
    Action.DELETE: "removed",
    Action.KEEP: "kept",
}
NUMBERS = {step.name: number for number, step in enumerate(STEPS, 1)}


SPIN = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


@contextmanager
def progress(plan: Plan, edges: Edges | None = None) -> Iterator[Report]:
    """A report of `plan` to stderr for as long as the block lasts; with --quiet, of failures.

    `edges` are the keys that must be in place before each key: what a step waits for.
    """
    if is_quiet():
        yield QuietReport(plan)
        return
    if not _is_live():
        yield PlainReport(plan)
        return
    from rich.console import Console
    from rich.live import Live

    report = LiveReport(plan, edges or {})
    console = Console(stderr=True)
    with Live(
        get_renderable=report.table, console=console, refresh_per_second=8, transient=True
    ) as live:
        report.console = live.console
        yield report


@contextmanager
def looking() -> Iterator[None]:
    """Show on a terminal that what is there is being read, and for how long."""
    if is_quiet() or not _is_live():
        yield
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    began = time.monotonic()

    def line() -> Text:
        now = time.monotonic()
        spin = SPIN[int(now * 8) % len(SPIN)]
        return Text(f"{spin} looking at what is there, {now - began:.1f} s")

    console = Console(stderr=True)
    with Live(get_renderable=line, console=console, refresh_per_second=8, transient=True):
        yield


def _is_live() -> bool:
    """Whether what was written can be written over: a dumb terminal can't go back to a line.

    Not where calls are shown as well, a line each.
    """
    at_a_terminal = sys.stderr is not None and sys.stderr.isatty()
    return at_a_terminal and os.environ.get("TERM") != "dumb" and not is_debugging()


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

    def __init__(self, plan: Plan) -> None:
        self._steps = len(list(shown_steps(plan)))
        self._started: dict[str, float] = {}
        self._waits: set[tuple[str, str]] = set()
        self._lock = Lock()

    def begun(self, change: Change) -> None:
        self._started[change.key] = time.monotonic()

    def waiting(self, change: Change, reason: str) -> None:
        """Print a wait once, however often it polls."""
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
        click.echo(f"[{NUMBERS[change.step]}/{self._steps}] {printable(text)}", err=True)


class QuietReport(PlainReport):
    """Failures only."""

    def waiting(self, change: Change, reason: str) -> None:
        """It passes, or ends in a reported failure."""

    def done(self, change: Change) -> None:
        """Done as planned."""


class LiveReport:
    """Finished resources as lines, and below them the steps with what each waits for."""

    def __init__(self, plan: Plan, edges: Edges) -> None:
        self.console: Console | None = None
        self._plan = plan
        self._edges = edges
        self._lock = Lock()
        self._state = ProgressState()
        self._began = time.monotonic()

    def begun(self, change: Change) -> None:
        with self._lock:
            self._state.began[change.key] = time.monotonic()

    def waiting(self, change: Change, reason: str) -> None:
        with self._lock:
            self._state.waits[change.key] = reason

    def done(self, change: Change) -> None:
        self._end(change)
        sign, colour = SIGNS[change.action]
        self._line(f"  {sign} {NUMBERS[change.step]} {in_words(change)}", colour)

    def failed(self, change: Change, error: BaseException) -> None:
        self._end(change, failed=True)
        self._line(f"  ! {NUMBERS[change.step]} {not_done(change, error)}", "red")

    def _end(self, change: Change, *, failed: bool = False) -> None:
        with self._lock:
            self._state.ended[change.key] = time.monotonic()
            self._state.waits.pop(change.key, None)
            if failed:
                self._state.failed.add(change.key)

    def _line(self, text: str, colour: str | None) -> None:
        from rich.text import Text

        if self.console:
            self.console.print(Text(printable(text), style=colour or ""))

    def table(self) -> Table:
        """As it is just now: a line each, however narrow the terminal is."""
        from rich.table import Table
        from rich.text import Text

        now = time.monotonic()
        with self._lock:
            found = rows(self._plan, self._edges, self._state, now)
            done = len(self._state.ended) - len(self._state.failed)
        table = Table.grid(padding=(0, 1), expand=True)
        for justify in ("left", "left", "right", "right"):
            table.add_column(justify=justify, no_wrap=True)
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        for row in found:
            seconds = "" if row.seconds is None else f"{row.seconds:.1f} s"
            mark = SPIN[int(now * 8) % len(SPIN)] if row.mark == ACTIVE else row.mark
            # as text: a str would be rich's markup
            table.add_row(mark, row.title, row.count, seconds, Text(printable(row.text)))
        total = f"{done}/{len(self._plan.to_do)}"
        table.add_row("", "", total, f"{now - self._began:.1f} s", "")
        return table
