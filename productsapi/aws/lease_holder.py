"""What a lease says of the run that holds it, and what is seen of it from outside.

A lease that isn't renewed for its short life counts for nothing, and so does one that a dead
process of this very machine held. Another machine's clock is never compared with ours: a lease has
expired once it has stood unchanged for its life by our own clock, or by AWS's clock, which dates
both the lease and the answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from productsapi.aws.compare_and_swap import NOTHING
from productsapi.aws.machine import Machine, Process

LIFE = 60.0
"""Seconds that a lease counts without being renewed."""
MARGIN = 10.0
"""Seconds before its end from which its own holder no longer relies on it: calls take time."""
CLOCKS_APART = 30.0
"""Seconds by which two of AWS's own clocks may differ."""


@dataclass(frozen=True)
class Holder:
    """A run. `nonce` is what tells it from any other; the times are its own machine's.

    Without one nobody holds the lease, and the rest says who was the last.
    """

    nonce: str
    who: str
    host: str
    process: Process
    doing: str
    since: str = ""
    until: str = ""

    @staticmethod
    def of(machine: Machine, caller: str, doing: str) -> Holder:
        """This run; `caller` is who AWS says it is, empty where that isn't known."""
        return Holder(machine.nonce(), caller or machine.user, machine.host, machine.process, doing)

    def begun(self, now: datetime, life: float) -> Holder:
        return replace(self, since=_in_words(now)).renewed(now, life)

    def renewed(self, now: datetime, life: float) -> Holder:
        return replace(self, until=_in_words(now + timedelta(seconds=life)))

    def gone(self) -> Holder:
        return replace(self, nonce="")

    @property
    def free(self) -> bool:
        return not self.nonce

    @property
    def words(self) -> str:
        """Who it is, for the one who has to wait: "alice on host-7 has been deploying since …"."""
        name = self.who.rpartition("/")[2] or "somebody"
        return f"{name} on {self.host} has been {self.doing} since {self.since}"

    def as_value(self) -> dict[str, Any]:
        """For the lease's value. It's flat: Parameter Store refuses doubled braces."""
        mine, process = vars(self), vars(self.process)
        return {n: v for n, v in {**mine, **process}.items() if n != "process"}

    @staticmethod
    def read(text: str) -> Holder:
        """From a lease's value; one that isn't ours to understand still has a holder."""
        if text == NOTHING:
            return Holder("", "", "", Process("", 0, ""), "")
        try:
            reported = json.loads(text)
            process = Process(
                str(reported["machine"]), int(reported["pid"]), str(reported["started"])
            )
            names = ("nonce", "who", "host", "doing", "since", "until")
            nonce, who, host, doing, since, until = (str(reported[name]) for name in names)
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            nowhere = Process("", 0, "")
            return Holder(text, "somebody", "an unknown host", nowhere, "at work", "some time ago")
        return Holder(nonce, who, host, process, doing, since, until)


@dataclass(frozen=True)
class Sight:
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
        """Another one wherever the lease was written again."""
        return self.holder.nonce, self.top


class Watch:
    """What one who waits has seen of the lease, and for how long."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._mark: tuple[str, int] | None = None
        self._since = 0.0
        self._described: dict[str, str] = {}
        self.last = "another run has just begun"

    def counts_for_nothing(self, found: Sight) -> bool:
        """Whether its run is known to be over, or the lease has expired."""
        return self.ran_out(found) or self._machine.gone(found.holder.process)

    def ran_out(self, found: Sight) -> bool:
        """Whether it has stood unchanged for its whole life."""
        if found.mark != self._mark:
            self._mark, self._since = found.mark, found.ended
        old = found.age is not None and found.age > LIFE + CLOCKS_APART
        return old or found.began - self._since >= LIFE

    def describe(self, found: Sight | None) -> str:
        """Why to wait: the same words for one holder, so that they are printed once."""
        if found is None or found.holder.free:
            return self.last
        self.last = found.holder.words
        until = f"until that ends, or its lease runs out at {found.holder.until}"
        return self._described.setdefault(found.holder.nonce, f"{self.last}; {until}")


def _in_words(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
