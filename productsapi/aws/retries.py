"""Cadences of retries, and what matches an error to its entry in retryable_errors.py.

A wait is dense at first, since most of these pass in seconds, then slower, and minutes in total,
since some don't. No cadence goes beyond what AWS allows an account (L2): four functions at once
make eight changes and thirty looks a second at most, of Lambda's 15 and 100.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Cadence:
    """Seconds: the first pause, the longest one, and all of them together.

    For `dense` seconds the pauses stay as short as the first one, then they get longer.
    """

    first: float
    longest: float
    total: float
    dense: float = 0

    def pauses(self) -> Iterator[float]:
        waited, pause = 0.0, self.first
        while waited < self.total:
            yield pause
            waited += pause
            if waited >= self.dense:
                pause = min(pause * 1.5, self.longest)


@dataclass(frozen=True)
class Transient:
    """Matches where service, operation, code and text all do; an empty pattern matches anything."""

    reason: str
    cadence: Cadence
    service: str = ""
    operation: str = ""
    code: str = ""
    text: str = ""

    def matches(self, service: str, operation: str, code: str, text: str) -> bool:
        given = ((self.service, service), (self.operation, operation), (self.code, code))
        return all(re.fullmatch(pattern or ".*", value) for pattern, value in given) and bool(
            re.search(self.text, text, re.IGNORECASE)
        )


PROPAGATION = Cadence(first=0.15, dense=15, longest=5, total=300)
"""A new role is assumable after eight seconds or so; each try takes its own time besides."""
STATE = Cadence(first=0.05, dense=5, longest=5, total=300)
"""Looks at what takes two seconds (functions) or four (a table); reads that cost no quota."""
BUSY = Cadence(first=0.5, dense=10, longest=5, total=300)
BRIEF = Cadence(first=0.5, dense=5, longest=4, total=60)
LAGGING = Cadence(first=0.3, dense=3, longest=3, total=30)
NEW = Cadence(first=0.15, dense=3, longest=3, total=60)
"""What this run has just made shows within a second, mostly."""
INDEX = Cadence(first=0.5, dense=10, longest=15, total=1800)
"""An index takes eight minutes, even with five items (K5)."""
CACHE = Cadence(first=2, dense=20, longest=15, total=2700)
"""A stage's cache takes 20 to 30 minutes at times (K8, G3)."""
QUOTA = Cadence(first=0.5, dense=3, longest=8, total=180)
SLOW_QUOTA = Cadence(first=3, dense=30, longest=10, total=300)
LOST = Cadence(first=0.2, dense=2, longest=4, total=30)
"""A 5xx or a cut, of a call that may be repeated."""
UNPARSEABLE_RESPONSE = Cadence(first=0.2, dense=1, longest=2, total=5)
"""An answer that isn't AWS's own: a proxy's page seldom passes."""
