"""How far an import is: a bar on a terminal, and above it what is said meanwhile."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import click

from productsapi.data.importing import Tally


@dataclass(frozen=True)
class Shown:
    """`say` prints a line to stderr, which a bar that is drawn there doesn't break."""

    tick: Callable[[Tally], None]
    say: Callable[[str], None]


@contextmanager
def progress(binary: BinaryIO) -> Iterator[Shown]:
    """By the bytes that were read, where it is known how many there are."""
    if not sys.stderr.isatty():
        yield Shown(lambda _: None, lambda text: click.echo(text, err=True))
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    size = _size(binary)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=size)

        def tick(tally: Tally) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            rate = tally.imported / elapsed if elapsed else 0
            text = f"{tally.imported:,} products, {rate:,.0f} a second"
            bar.update(task, completed=binary.tell() if size else 0, description=text)

        def say(text: str) -> None:
            console.print(text, markup=False, highlight=False, soft_wrap=True)

        yield Shown(tick, say)


def _size(binary: BinaryIO) -> int | None:
    found = os.fstat(binary.fileno())
    return found.st_size if stat.S_ISREG(found.st_mode) else None
