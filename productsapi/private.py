"""Files for their owner's eyes: private folders, whole writes, one writer at a time.

No link is followed: it could lead anywhere, and what is there would be narrowed, read or emptied.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
NON_BLOCKING = getattr(os, "O_NONBLOCK", 0)
"""Opening a FIFO waits for somebody at its other end, unless asked not to."""


class NotAFile(OSError):
    """What is in the place of a file or folder of our own: a link, a FIFO, a device."""


def refuse_link(path: Path) -> None:
    """Raises NotAFile where `path` is a link, whether or not it leads anywhere."""
    if path.is_symlink():
        raise NotAFile(errno.ELOOP, "it is a link, which isn't followed", str(path))


def make_folder(path: Path) -> None:
    """Make `path` a folder of mode 0700, narrowing what was there before. Raises OSError."""
    refuse_link(path)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not NO_FOLLOW:
        path.chmod(0o700)
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | NO_FOLLOW)
    try:
        os.fchmod(descriptor, 0o700)
    finally:
        os.close(descriptor)


def remove_folder(path: Path) -> None:
    """Remove `path` with all that is in it, if it is there. Raises OSError."""
    refuse_link(path)
    if path.exists():
        shutil.rmtree(path)


def read(path: Path) -> tuple[str, bool]:
    """The text of a file that only its owner can read from now on, and whether others could before.

    Raises FileNotFoundError, NotAFile, UnicodeDecodeError or another OSError.
    """
    refuse_link(path)
    with os.fdopen(os.open(path, os.O_RDONLY | NO_FOLLOW | NON_BLOCKING), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise NotAFile(errno.EINVAL, "it is no regular file", str(path))
        was_open = os.name == "posix" and bool(stat.S_IMODE(status.st_mode) & 0o077)
        if was_open:
            os.fchmod(file.fileno(), 0o600)
        return file.read().decode("utf-8"), was_open


def write(path: Path, text: str) -> None:
    """Replace `path` as a whole; at no moment can others read it, or anyone see half of it."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:  # mkstemp made it 0600
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def exclusive_lock(
    lock: Path,
    *,
    timeout: float = 30.0,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Hold `lock` for a block; TimeoutError if another process keeps it longer than `timeout`.

    The operating system drops the lock with its holder: a killed command leaves nothing to clean.
    """
    refuse_link(lock)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | NO_FOLLOW, 0o600)
    try:
        give_up = clock() + timeout
        while True:
            try:
                _try_lock(descriptor)
                break
            except OSError:
                if clock() >= give_up:
                    raise TimeoutError(f"{lock} is held by another command") from None
                sleep(0.05)
        yield
    finally:
        os.close(descriptor)
