"""Which process this is, on which machine, and whether another one of this machine still lives."""

from __future__ import annotations

import getpass
import os
import platform
import secrets
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

PROC = Path("/proc")
RANDOM_NODE = 1 << 40
"""Set in uuid.getnode's answer where it found no hardware address and made one up."""


@dataclass(frozen=True)
class Process:
    """A process as no other one is: ids come again, but not with the same start.

    `machine` is empty where the system has nothing that would stay the same, `started` where it
    reports no start.
    """

    machine: str
    pid: int
    started: str


@dataclass(frozen=True)
class Machine:
    """What a lease needs of the machine it is held on; tests bring their own."""

    process: Process
    host: str
    user: str
    clock: Callable[[], float]
    """Seconds, which also pass while the machine sleeps."""
    now: Callable[[], datetime]
    gone: Callable[[Process], bool]
    """Whether a process surely lives no more."""
    nonce: Callable[[], str]


def this_machine() -> Machine:
    process = Process(_machine(), os.getpid(), _state_and_start(os.getpid())[1])
    return Machine(
        process,
        host=platform.node() or "an unnamed host",
        user=_user(),
        clock=_clock,
        now=lambda: datetime.now(timezone.utc),
        gone=lambda other: gone(other, process.machine),
        nonce=lambda: secrets.token_hex(8),
    )


def gone(other: Process, machine: str) -> bool:
    """Whether `other` is one of `machine`, which is this one, and lives no more.

    What can't be known isn't gone: of another machine's processes nothing can.
    """
    if not machine or other.machine != machine or sys.platform == "win32":
        return False
    try:
        os.kill(other.pid, 0)  # sends nothing; sees processes that /proc may hide from us
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    state, started = _state_and_start(other.pid)
    return state in {"Z", "X"} or bool(started and other.started and started != other.started)


def _machine() -> str:
    """This boot of this machine, and whose process ids are meant: containers count their own."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot} {(PROC / 'self/ns/pid').readlink()}"
    except OSError:
        node = uuid.getnode()
        return "" if node & RANDOM_NODE else f"{node:x} {platform.node()}"


def _state_and_start(pid: int) -> tuple[str, str]:
    """A process's state, where the system reports it, and its start; empty without a process."""
    try:
        stat = (PROC / str(pid) / "stat").read_text("utf-8", errors="replace")
        fields = stat.rpartition(")")[2].split()  # its name may hold blanks and brackets
        return fields[0], fields[19]
    except (OSError, IndexError):
        pass
    if sys.platform in {"linux", "win32"}:
        return "", ""
    try:
        shown = subprocess.run(  # noqa: S603 - a program by its path, and a number
            ["/bin/ps", "-o", "lstart=", "-p", str(pid)],
            capture_output=True, check=False, text=True, env={"LC_ALL": "C"},
        )  # fmt: skip
    except OSError:
        return "", ""
    return "", shown.stdout.strip()


def _clock() -> float:
    """Python's monotonic clock stops while the machine sleeps; another run's doesn't."""
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):  # of Linux; of macOS, where it goes on
        if hasattr(time, name):
            return time.clock_gettime(getattr(time, name))
    return time.monotonic()


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        return "somebody"
