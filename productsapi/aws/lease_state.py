"""Looking at the lease: what AWS shows of it, and the look that a run takes at its beginning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from threading import Thread

from productsapi.aws.caller import Aws
from productsapi.aws.compare_and_swap import Register
from productsapi.aws.lease_holder import Holder, Sight, Watch
from productsapi.aws.machine import Machine
from productsapi.errors import ProductsApiError

NEVER = float("-inf")
GLANCE = 15.0
"""Seconds for which what was seen at a run's begin may be gone by: an older sight would cost more
calls than it spares."""


FORGOTTEN = 30.0
"""Seconds after which a deleted name may be made again (S1).

A run that has seen the lease and doesn't any more waits that long. A new run can't know, and makes
it; should AWS drop that one again, the next renewal notices and puts it back.
"""


class Glance:
    """A look at the lease while the stack is looked at, so that taking it is one call."""

    def __init__(self, aws: Aws, stack: str, machine: Machine) -> None:
        self._register, self._machine = register(aws, stack, {}), machine
        self._found: Sight | None = None
        self._began = NEVER
        self._looking = Thread(target=self._look, name="glance", daemon=True)
        self._looking.start()

    def sight(self, look: Callable[[], Sight | None]) -> Sight | None:
        """What was seen, or, where that is too long ago or was refused, what `look` sees."""
        self._looking.join()
        fresh = self._machine.clock() - self._began < GLANCE
        return self._found if fresh else look()

    def _look(self) -> None:
        with suppress(ProductsApiError):  # whoever needs it meets what keeps it from being seen
            began = self._machine.clock()
            self._found = shown(self._register, self._machine)
            self._began = began


class Sightings:
    """What one run has seen of the lease, look by look: an answer may be older than the one before.

    `last` is the newest sight of another run's, or None. `hidden` says that AWS has refused to make
    a lease, since there is one, and doesn't show it.
    """

    def __init__(self, parameter: Register, machine: Machine) -> None:
        self.last: Sight | None = None
        self.hidden = False
        self._parameter, self._machine = parameter, machine
        self._present = False  # by the last look
        self._known_at = NEVER  # when it was last known to be there

    @property
    def removed_just_now(self) -> bool:
        """Whether it was there so recently that AWS refuses to make it again."""
        return self._machine.clock() - self._known_at < FORGOTTEN

    def is_hidden(self) -> None:
        self.hidden, self._known_at = True, self._machine.clock()

    def look(self, glance: Glance | None = None) -> Sight | None:
        """The lease as it is shown now, or as `glance` saw it; the newer sight of this and `last`.

        None where none is shown.
        """
        found = glance.sight(self._shown) if glance else self._shown()
        if found is None:
            if self._present:  # it may have been deleted just now
                self._known_at, self._present = self._machine.clock(), False
            return None
        self._present = True
        if self.last and found.top < self.last.top:  # a late answer
            found = replace(self.last, began=found.began, ended=found.ended, age=None)
        self.last = found
        return found

    def why_not(self, watch: Watch, found: Sight | None) -> str:
        """What to wait for, after a try to get the lease that was `found`."""
        if found:
            return watch.describe(self.last)  # which that try may have found to be another's
        if self.hidden or self._known_at == NEVER:
            return watch.last
        return "the lease was removed just now; AWS asks for 30 s before it is made again"

    def _shown(self) -> Sight | None:
        return shown(self._parameter, self._machine)


def register(aws: Aws, stack: str, tags: Mapping[str, str]) -> Register:
    description = "Which run of productsapi is at work on this stack"
    return Register(aws, f"/productsapi/{stack}/lease", description, tags)


def shown(parameter: Register, machine: Machine) -> Sight | None:
    """The lease as AWS shows it now, which may be late."""
    began = machine.clock()
    standing = parameter.look()
    if standing is None:
        return None
    holder = Holder.read(standing.text)
    return Sight(holder, standing.top, began, machine.clock(), standing.age)
