"""Rate limit for writes: the rate that is given, lowered when DynamoDB throttles."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

UNIT = 1024
"""Bytes of an item that one write unit pays for (DynamoDB, «Read and write operations»)."""
LESS, MORE = 0.5, 1.02
"""After a throttle half, then slowly more: as TCP does, so that other writers get their share."""
SLOWEST = 1.0
LONGEST_PAUSE = 5.0


@dataclass
class RateLimiter:
    """Shared by all threads. `most`: write units a second; None for as many as are taken."""

    most: float | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    _rate: float | None = None
    _next: float = 0.0
    _written: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._rate, self._begun = self.most, self.clock()

    def take(self, units: int) -> None:
        """Wait for one's turn."""
        with self._lock:
            self._written += units
            if self._rate is None:
                return
            now = self.clock()
            turn = max(self._next, now)
            self._next = turn + units / self._rate
        if turn > now:
            self.sleep(turn - now)

    def throttled(self, tries: int) -> None:
        """Slower from now on, and a pause."""
        with self._lock:
            so_far = self._written / max(self.clock() - self._begun, 1.0)
            self._rate = max(SLOWEST, (self._rate or so_far) * LESS)
        self.sleep(min(LONGEST_PAUSE, 0.1 * 2**tries))

    def accepted(self) -> None:
        with self._lock:
            if self._rate is not None and self._rate != self.most:
                faster = self._rate * MORE
                self._rate = min(faster, self.most) if self.most else faster


def most_of(rate: float | None, table_write_units: int | None) -> float | None:
    """Write units a second: those asked for, else half of the table's; callers keep the other half.

    None for a table without a ceiling.
    """
    return rate or (table_write_units / 2 if table_write_units else None)


def units_of(item: Mapping[str, Any]) -> int:
    """Write units of an item, by its size as DynamoDB counts it, roughly."""
    return max(1, math.ceil(sum(len(name) + size_of(value) for name, value in item.items()) / UNIT))


def size_of(value: Any) -> int:
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, Mapping):
        return sum(len(str(name)) + size_of(each) for name, each in value.items())
    if isinstance(value, list):
        return sum(map(size_of, value)) + len(value)
    return 1
