"""The run that holds a lease, as the lease's value records it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from productsapi.aws.compare_and_swap import NOTHING
from productsapi.aws.machine import Machine, Process


@dataclass(frozen=True)
class Holder:
    """A run. `nonce` distinguishes it from any other; the times are its own machine's.

    Without one nobody holds the lease, and the rest is the last holder.
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
        return replace(self, since=_timestamp(now)).renewed(now, life)

    def renewed(self, now: datetime, life: float) -> Holder:
        return replace(self, until=_timestamp(now + timedelta(seconds=life)))

    def gone(self) -> Holder:
        return replace(self, nonce="")

    @property
    def free(self) -> bool:
        return not self.nonce

    @property
    def description(self) -> str:
        """Who it is, for the one who has to wait: "alice on host-7 has been deploying since …"."""
        name = self.who.rpartition("/")[2] or "somebody"
        return f"{name} on {self.host} has been {self.doing} since {self.since}"

    def as_value(self) -> dict[str, Any]:
        """For the lease's value. It is flat: Parameter Store refuses doubled braces."""
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


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
