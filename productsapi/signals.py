"""What asks a command to end: Ctrl-C, a CI's SIGTERM (K7), SIGHUP where its terminal goes.

All of them end it alike, in order. The handler stays for the whole command: what was asked for once
stays so, whichever part of it is at work, and a second time abandons the calls under way.
"""

from __future__ import annotations

import os
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import current_thread, main_thread
from types import FrameType

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
"""Windows has no SIGHUP."""
CODES = 128
"""By a shell's convention, a command that a signal ended has this and its number as exit code."""
SAME_REQUEST_S = 1.0
"""Seconds within which a hang-up is the same wish as the signal before: a shell that goes sends one
and the kernel another, and systemd sends SIGTERM with it."""


@dataclass
class Ending:
    """The handler. Where the main thread isn't `noting`, it raises KeyboardInterrupt there."""

    received: list[int] = field(default_factory=list)
    _noting: bool = False
    _last: float = float("-inf")

    def __call__(self, number: int, _frame: FrameType | None = None) -> None:
        now = time.monotonic()
        again = number == getattr(signal, "SIGHUP", None) and now - self._last < SAME_REQUEST_S
        self._last = now
        _redirect_closed_terminal_to_devnull()
        if again:
            return
        self.received.append(number)
        if not self._noting:
            raise KeyboardInterrupt

    @contextmanager
    def noting(self) -> Iterator[list[int]]:
        """Only collect what comes, in the list given. What came before is in it."""
        self._noting = True
        try:
            yield self.received
        finally:
            self._noting = False

    @property
    def code(self) -> int:
        """The exit code of the command that was ended."""
        return CODES + (self.received[0] if self.received else signal.SIGINT)

    @property
    def name(self) -> str:
        """Of the signal, where it was another one than Ctrl-C's."""
        first = self.received[0] if self.received else signal.SIGINT
        return "" if first == signal.SIGINT else signal.Signals(first).name


@contextmanager
def handled() -> Iterator[Ending]:
    """Handle them until the end of the block, but for what is ignored (nohup) or others handle."""
    ending = Ending()
    before: dict[signal.Signals, object] = {}
    if current_thread() is main_thread():
        for number in _numbers():
            if signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}:
                before[number] = signal.signal(number, ending)
    try:
        yield ending
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]


@contextmanager
def noted() -> Iterator[list[int]]:
    """Collect them instead of raising wherever the main thread is; where others handle, nothing.

    Raised there, it would lose track of what is under way. The handler doesn't set an Event, whose
    lock this very thread may hold.
    """
    if current_thread() is not main_thread():
        yield []
        return
    usual = signal.getsignal(signal.SIGINT)
    handlers = [signal.getsignal(number) for number in _numbers()]
    ending = next((each for each in handlers if isinstance(each, Ending)), None)
    if ending is None and usual is signal.default_int_handler:
        ending = Ending()
        signal.signal(signal.SIGINT, ending)
    if ending is None:
        yield []
        return
    try:
        with ending.noting() as received:
            yield received
    finally:
        if signal.getsignal(signal.SIGINT) is not usual:
            signal.signal(signal.SIGINT, usual)


def _numbers() -> list[signal.Signals]:
    return [getattr(signal, name) for name in NAMES if hasattr(signal, name)]


def _redirect_closed_terminal_to_devnull() -> None:
    """A closed terminal refuses each write, and releasing the lease prints something."""
    for stream in (1, 2):
        with suppress(OSError):
            if stat.S_ISCHR(os.fstat(stream).st_mode) and not os.isatty(stream):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream)
                os.close(nowhere)
