"""When a lease has expired, judged by what a run that waits for it has seen.

A lease that isn't renewed for its short life is stale, and so is one whose holder was a process of
this very machine that has ended. Another machine's clock is never compared with ours: a lease has
expired once it was unchanged for its life by our own clock, or by AWS's clock, which dates both the
lease and the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from productsapi.aws.lease_holder import Holder
from productsapi.aws.machine import Machine

LIFE = 60.0
"""Seconds that a lease counts without being renewed."""
MARGIN = 10.0
"""Seconds before its end from which its own holder no longer relies on it: calls take time."""
CLOCKS_APART = 30.0
"""Seconds by which two of AWS's own clocks may differ."""


@dataclass(frozen=True)
class LeaseSnapshot:
    """A lease as AWS showed it. It can't be older than `began`, by our own clock.

    `top` is its newest version. `age` is that one's, in seconds by AWS's clock, if returned.
    """

    holder: Holder
    top: int
    began: float
    ended: float
    age: float | None = None

    @property
    def mark(self) -> tuple[str, int]:
        """Differs wherever the lease was written again."""
        return self.holder.nonce, self.top


class Watch:
    """What a waiting run has seen of the lease, and for how long."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._mark: tuple[str, int] | None = None
        self._since = 0.0
        self._described: dict[str, str] = {}
        self.last = "another run has just begun"

    def is_stale(self, found: LeaseSnapshot) -> bool:
        """Whether its run is known to be over, or the lease has expired."""
        return self.expired(found) or self._machine.gone(found.holder.process)

    def expired(self, found: LeaseSnapshot) -> bool:
        """Whether it was unchanged for its whole life."""
        if found.mark != self._mark:
            self._mark, self._since = found.mark, found.ended
        old = found.age is not None and found.age > LIFE + CLOCKS_APART
        return old or found.began - self._since >= LIFE

    @property
    def takeover(self) -> str:
        return f"{self.last} and ended without releasing its lease: taking over the lease"

    def describe(self, found: LeaseSnapshot | None) -> str:
        """Why to wait: the same text for one holder, so that it is printed once."""
        if found is None or found.holder.free:
            return self.last
        self.last = found.holder.description
        until = f"until that ends, or its lease expires at {found.holder.until}"
        return self._described.setdefault(found.holder.nonce, f"{self.last}; {until}")
