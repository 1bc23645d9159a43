"""Single keys of a terminal, as they are pressed."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from typing import Any

LOOK_S = 0.2
CTRL_D = "\x04"


class Keys:
    """Those of one terminal; `pressed` is called with each, from a thread."""

    def __init__(self, descriptor: int | None, pressed: Callable[[str], None]) -> None:
        """Without a terminal there are none."""
        self._descriptor = descriptor
        self._pressed = pressed
        self._usual = _modes(descriptor)
        self._lock = Lock()
        self._paused = False
        self._stop = Event()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """While the keys are somebody else's, as of a question that is asked."""
        with self._lock:
            self._paused = True
            self._put_back()
        try:
            yield
        finally:
            self._paused = False

    @contextmanager
    def read(self) -> Iterator[None]:
        """Read until the block's end, where the terminal's modes are put back."""
        thread = Thread(target=self._read, daemon=True)
        if self._descriptor is not None:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            if self._descriptor is not None:
                thread.join(2 * LOOK_S)
            self._put_back()

    def _read(self) -> None:
        """A shell that had the terminal meanwhile (Ctrl-Z, then fg) gives it back in its mode."""
        descriptor = self._descriptor
        while descriptor is not None and not self._stop.is_set():
            try:
                typed = self._typed(descriptor)
            except OSError:  # a terminal that is gone
                return
            for key in typed:
                self._pressed(key)

    def _typed(self, descriptor: int) -> str:
        """What was typed within a moment; a hang-up is Ctrl-D."""
        with self._lock:
            ours = not self._paused and _is_foreground(descriptor)
            if ours:
                _unbuffered(descriptor)
        if not ours:
            self._stop.wait(LOOK_S)
            return ""
        if not select.select([descriptor], [], [], LOOK_S)[0] or self._paused:
            return ""
        typed = os.read(descriptor, 64).decode("utf-8", "replace")
        if not typed:
            self._stop.set()
        return typed or CTRL_D

    def _put_back(self) -> None:
        if self._descriptor is None or self._usual is None or not _is_foreground(self._descriptor):
            return
        import termios

        with suppress(termios.error):
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._usual)


def keys(pressed: Callable[[str], None]) -> Keys:
    """Of standard input, where that is a terminal."""
    there = sys.stdin is not None and sys.stdin.isatty() and sys.platform != "win32"
    return Keys(sys.stdin.fileno() if there else None, pressed)


def _modes(descriptor: int | None) -> list[Any] | None:
    if descriptor is None:
        return None
    import termios

    return termios.tcgetattr(descriptor)


def _unbuffered(descriptor: int) -> None:
    """Without waiting for a line's end, and without an echo; Ctrl-C stays a signal."""
    import termios

    modes = termios.tcgetattr(descriptor)
    if modes[3] & (termios.ICANON | termios.ECHO):
        modes[3] &= ~(termios.ICANON | termios.ECHO)
        termios.tcsetattr(descriptor, termios.TCSANOW, modes)


def _is_foreground(descriptor: int) -> bool:
    """Whether the terminal is ours: to read it in the background would stop the process."""
    with suppress(OSError):
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    return False
