"""Spans of time: how people say them, and how CloudWatch wants them cut."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
DAY = UNITS["d"]

MOST_POINTS = 30
"""Points of a series that a sparkline can show; cut at full minutes, it may be one or two more."""
PERIODS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200)
"""Seconds of a point, up to those that are whole days. CloudWatch keeps minutes for 15 days, five
minutes for 63 and hours after that: with `MOST_POINTS`, none of these is too fine for its age."""
KEPT = 455 * DAY
"""How long CloudWatch keeps a metric."""


def begins(text: str, now: float) -> float:
    """When a span begins that ends now: `90s`, `10m`, `2h` or `3d` ago, or at an ISO 8601 time.

    A time without an offset is this machine's. Raises ValueError.
    """
    ago = re.fullmatch(r"([0-9]{1,9})([smhd])", text)
    if ago:
        return max(0.0, now - int(ago[1]) * UNITS[ago[2]])
    try:
        given = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text)).timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"{text!r} is neither 30s, 10m, 2h or 3d nor an ISO 8601 time") from error
    if given > now:
        raise ValueError(f"{text} hasn't come yet")
    return max(0.0, given)


@dataclass(frozen=True)
class Window:
    """A span cut into `points` periods of `period` seconds, ending with the current minute."""

    start: int
    period: int
    points: int

    @property
    def seconds(self) -> int:
        return self.period * self.points

    @property
    def end(self) -> int:
        return self.start + self.seconds

    def location(self, moment: float) -> int:
        """Which of the periods a moment belongs to; one at the edge may begin a little earlier."""
        return min(max(int((moment - self.start) // self.period), 0), self.points - 1)


def window(start: float, now: float) -> Window:
    """The window that reaches from `start`, or from the first that CloudWatch keeps, to now."""
    start = max(start, now - KEPT)
    minutes = (now - start) // 60  # whole ones: an hour ago was said some milliseconds ago
    days = math.ceil(minutes * 60 / (MOST_POINTS * DAY))
    period = next((p for p in PERIODS if minutes * 60 <= p * MOST_POINTS), days * DAY)
    end = int(now // 60 + 1) * 60
    points = math.ceil((end - start) / period)
    return Window(end - points * period, period, points)
