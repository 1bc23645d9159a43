"""Reading the lease: what AWS shows of it, and the read that a run begins ahead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from threading import Thread

from productsapi.aws.caller import Aws
from productsapi.aws.compare_and_swap import Register
from productsapi.aws.lease_expiry import LeaseSnapshot, Watch
from productsapi.aws.lease_holder import Holder
from productsapi.aws.machine import Machine
from productsapi.errors import ProductsApiError

NEVER = float("-inf")
PREFETCH_LIFETIME = 15.0
"""Seconds for which a prefetched snapshot is used: an older one costs more calls than it saves."""
RECREATE_DELAY = 30.0
"""Seconds until AWS lets a deleted parameter's name be used again (S1).

A run that has seen the lease and doesn't any more waits that long. A new run can't know, and makes
it; should AWS drop that one again, the next renewal notices and puts it back.
"""


class LeasePrefetch:
    """Reads the lease while the stack is read, so that taking it is one call."""

    def __init__(self, aws: Aws, stack: str, machine: Machine) -> None:
        self._register, self._machine = register(aws, stack, {}), machine
        self._found: LeaseSnapshot | None = None
        self._began = NEVER
        self._looking = Thread(target=self._look, name="lease prefetch", daemon=True)
        self._looking.start()

    def snapshot(self, look: Callable[[], LeaseSnapshot | None]) -> LeaseSnapshot | None:
        """What was read, or, where that is too long ago or was refused, what `look` reads."""
        self._looking.join()
        fresh = self._machine.clock() - self._began < PREFETCH_LIFETIME
        return self._found if fresh else look()

    def _look(self) -> None:
        with suppress(ProductsApiError):  # whoever needs it meets what keeps it from being seen
            began = self._machine.clock()
            self._found = read_snapshot(self._register, self._machine)
            self._began = began


class LeaseObservations:
    """What one run has seen of the lease, look by look: an answer may be older than the one before.

    `last` is the newest snapshot of another run's, or None. `hidden` says that AWS has refused to
    make a lease, since there is one, and doesn't show it.
    """

    def __init__(self, parameter: Register, machine: Machine) -> None:
        self.last: LeaseSnapshot | None = None
        self.hidden = False
        self._parameter, self._machine = parameter, machine
        self._present = False  # by the last look
        self._known_at = NEVER  # when it was last known to be there

    @property
    def removed_just_now(self) -> bool:
        """Whether it was there so recently that AWS refuses to make it again."""
        return self._machine.clock() - self._known_at < RECREATE_DELAY

    def add(self, text: str, number: int, began: float) -> None:
        """What a write of ours, begun at `began`, has met as the newest value."""
        self.last = LeaseSnapshot(Holder.read(text), number, began, self._machine.clock())

    def mark_hidden(self) -> None:
        self.hidden, self._known_at = True, self._machine.clock()

    def look(self, prefetch: LeasePrefetch | None = None) -> LeaseSnapshot | None:
        """The lease as it is shown now, or as `prefetch` read it; the newer of this and `last`.

        None where none is shown.
        """
        found = prefetch.snapshot(self._shown) if prefetch else self._shown()
        if found is None:
            if self._present:  # it may have been deleted just now
                self._known_at, self._present = self._machine.clock(), False
            return None
        self._present = True
        if self.last and found.top < self.last.top:  # a late answer
            found = replace(self.last, began=found.began, ended=found.ended, age=None)
        self.last = found
        return found

    def wait_reason(self, watch: Watch, found: LeaseSnapshot | None) -> str:
        """What to wait for, after a try to get the lease that was `found`."""
        if found:
            return watch.describe(self.last)  # which that try may have found to be another's
        if self.hidden or self._known_at == NEVER:
            return watch.last
        return "the lease was removed just now; AWS asks for 30 s before it is made again"

    def _shown(self) -> LeaseSnapshot | None:
        return read_snapshot(self._parameter, self._machine)


def register(aws: Aws, stack: str, tags: Mapping[str, str]) -> Register:
    description = "Which run of productsapi is at work on this stack"
    return Register(aws, f"/productsapi/{stack}/lease", description, tags)


def read_snapshot(parameter: Register, machine: Machine) -> LeaseSnapshot | None:
    """The lease as AWS shows it now, which may be late."""
    began = machine.clock()
    state = parameter.look()
    if state is None:
        return None
    holder = Holder.read(state.text)
    return LeaseSnapshot(holder, state.top, began, machine.clock(), state.age)
