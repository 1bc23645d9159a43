"""Files for their owner's eyes: private folders, whole writes, one writer at a time."""

from __future__ import annotations

import os
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


def make_folder(path: Path) -> None:
    """Make `path` a folder of mode 0700, narrowing what was there before."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)


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
def alone(
    lock: Path,
    *,
    timeout: float = 30.0,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Hold `lock` for a block; TimeoutError if another process keeps it longer than `timeout`.

    The operating system drops the lock with its holder: a killed command leaves nothing to clean.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
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
