"""Looking at the lease: what AWS shows of it, and the look that a run takes at its beginning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Thread

from productsapi.aws.caller import Aws
from productsapi.aws.compare_and_swap import Register
from productsapi.aws.lease_holder import Holder, Sight
from productsapi.aws.machine import Machine
from productsapi.errors import ProductsApiError

NEVER = float("-inf")
GLANCE = 15.0
"""Seconds for which what was seen at a run's begin may be gone by: an older sight would cost more
calls than it spares."""


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
