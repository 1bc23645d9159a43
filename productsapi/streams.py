"""Files by the names that a user gives them, which may lead to a FIFO, a device or a pipe.

A descriptor that the shell has opened for us (`/dev/stdout`, `/dev/fd/63` of `<(…)`) is used as it
is: opened by its name again, a redirected file would be written from its beginning.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

STANDARD = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
OWN = re.compile(r"(?:/dev|/proc/(?:self|thread-self|(\d+)))/fd/(\d+)")
MOST_LINKS = 40


def own_descriptor(path: Path) -> int | None:
    """The number of the open descriptor of ours that `path` names, itself or over links."""
    for _ in range(MOST_LINKS):
        try:
            path = path.parent.resolve() / path.name
            if str(path) in STANDARD:
                return STANDARD[str(path)]
            if found := OWN.fullmatch(str(path)):
                ours = found[1] in {None, str(os.getpid())}
                return int(found[2]) if ours else None
            path = path.parent / path.readlink()
        except (OSError, RuntimeError, ValueError):  # no link, or none that can be followed
            return None
    return None


def opened(path: Path) -> BinaryIO:
    """Open it for reading. A FIFO, which may have no writer ever, is an OSError at once."""
    descriptor = own_descriptor(path)
    if descriptor is not None:
        return os.fdopen(os.dup(descriptor), "rb")
    if stat.S_ISFIFO(path.stat().st_mode):
        raise OSError(errno.ESPIPE, "it is a FIFO, and nobody may ever write into it", str(path))
    return path.open("rb")


def is_replaceable(path: Path) -> bool:
    """Whether writing it may put a new file in its place: what is there is a file, or nothing."""
    if own_descriptor(path) is not None:
        return False
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return True


def into(path: Path) -> BinaryIO:
    """Open the device, FIFO or descriptor that `path` names for writing, as a shell's `>` does."""
    descriptor = own_descriptor(path)
    if descriptor is None:
        descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_NOCTTY", 0))
    else:
        descriptor = os.dup(descriptor)
    return os.fdopen(descriptor, "wb")
