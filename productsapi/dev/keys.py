"""Single keys of a terminal, as they are pressed."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

LOOK_S = 0.2
CTRL_D = "\x04"


@contextmanager
def reading(pressed: Callable[[str], None]) -> Iterator[Event]:
    """Call `pressed` with each key, from a thread, until the block's end; without a terminal never.

    While the event given is set, the keys are somebody else's, as of a question that is asked. The
    terminal's modes are put back at the end.
    """
    asking = Event()
    if sys.stdin is None or not sys.stdin.isatty() or sys.platform == "win32":
        yield asking
        return
    import termios

    descriptor = sys.stdin.fileno()
    usual = termios.tcgetattr(descriptor)
    stop = Event()
    thread = Thread(target=_read, args=(descriptor, pressed, asking, stop), daemon=True)
    thread.start()
    try:
        yield asking
    finally:
        stop.set()
        thread.join(2 * LOOK_S)
        if _in_front(descriptor):
            with suppress(termios.error, OSError):  # a terminal that is gone
                termios.tcsetattr(descriptor, termios.TCSADRAIN, usual)


def _read(descriptor: int, pressed: Callable[[str], None], asking: Event, stop: Event) -> None:
    """A shell that took the terminal meanwhile (Ctrl-Z, then fg) gives it back in its own mode."""
    while not stop.is_set():
        try:
            if asking.is_set() or not _in_front(descriptor):
                stop.wait(LOOK_S)
                continue
            _key_by_key(descriptor)
            if not select.select([descriptor], [], [], LOOK_S)[0] or asking.is_set():
                continue
            typed = os.read(descriptor, 64).decode("utf-8", "replace")
        except OSError:
            return
        for key in typed or CTRL_D:
            pressed(key)
        if not typed:
            return


def _key_by_key(descriptor: int) -> None:
    """Without waiting for a line's end, and without an echo; Ctrl-C stays a signal."""
    import termios

    modes = termios.tcgetattr(descriptor)
    if modes[3] & (termios.ICANON | termios.ECHO):
        modes[3] &= ~(termios.ICANON | termios.ECHO)
        termios.tcsetattr(descriptor, termios.TCSANOW, modes)


def _in_front(descriptor: int) -> bool:
    """Whether the terminal is ours: to read it in the background would stop the process."""
    with suppress(OSError):
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    return False
