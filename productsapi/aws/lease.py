"""The lease: one run at a time changes a stack, and none that ended leaves a lock behind.

It is an SSM parameter of the stack that is changed by compare-and-swap (see `register`): whoever
takes it, renews it or gives it back has seen its present value, or the write has no effect. So two
never have it, however late reads are, whoever takes it, renews it or takes it over at the same
moment, and whichever answer is lost.

Given back it stays, free, and the next run takes it with one call: AWS asks for 30 s before a
deleted name is made again (S1). Only a teardown removes it, at its end.

A heartbeat renews it, and a lease that wasn't renewed for its short life is stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from productsapi.aws.caller import Aws
from productsapi.aws.compare_and_swap import TRIES, again
from productsapi.aws.heartbeat import Heartbeat
from productsapi.aws.lease_expiry import LIFE, MARGIN, LeaseSnapshot, Watch
from productsapi.aws.lease_holder import Holder
from productsapi.aws.lease_state import NEVER, LeaseObservations, LeasePrefetch, register
from productsapi.aws.machine import Machine
from productsapi.aws.retries import LAGGING, Cadence
from productsapi.errors import AlreadyExists, Interrupted, NotFound, ProductsApiError, Refused

HEARTBEAT_INTERVAL = 15.0
HEARTBEAT_RETRY_DELAY = 3.0
"""Seconds until the next heartbeat, and after one that failed."""
SETTLE = 2.0
"""Seconds after taking over from a killed run, for what that one had under way."""
CHECK_INTERVAL = 1.0
"""Seconds for which it needn't be looked at again whether the lease is ours."""
WAIT_FOR_OTHERS = Cadence(first=0.5, longest=2, total=600)


class LeaseLost(ProductsApiError):
    """The lease isn't this run's any more: another one may be changing the stack."""


class Lease:
    """One run's way to the lease, and its hold on it. To be used from any thread.

    `doing` is what other runs print that this one is doing: "deploying".
    """

    def __init__(
        self, aws: Aws, stack: str, tags: Mapping[str, str], doing: str, machine: Machine
    ) -> None:
        self.lost: LeaseLost | None = None
        self.taken_over = False  # from a run that ended without releasing it
        self._aws = aws
        self._register = register(aws, stack, tags)
        self.name = self._register.name
        self._machine = machine
        self._me = Holder.of(machine, aws.location.caller, doing)
        self._observations = LeaseObservations(self._register, machine)
        self._top = 0
        """The version up to which it is known what came; what we write follows it."""
        self._sent: float | None = None
        self._renewed = self._seen = NEVER
        self._checking = Lock()
        self._heartbeat = Heartbeat(self.beat, HEARTBEAT_INTERVAL)

    def take(self, prefetch: LeasePrefetch | None = None) -> None:
        """Wait until it is ours. Raises Refused where another run doesn't end in time."""
        watch = Watch(self._machine)
        for pause in WAIT_FOR_OTHERS.pauses():
            found, prefetch = self._observations.look(prefetch), None
            if self._won(found, watch):
                break
            self._aws.wait(pause, self._observations.wait_reason(watch, found))
        else:
            raise Refused(
                f"{watch.last} and is still running",
                "wait for that run to finish, then repeat the command; a lease that is not renewed "
                "expires",
            )
        if self.taken_over:
            self._aws.wait(SETTLE, watch.takeover)

    def keep(self) -> None:
        """Renew it from now on, in the background."""
        self._heartbeat.start()

    def guard(self) -> None:
        """Make sure that it still is ours. Raises LeaseLost."""
        with self._checking:
            if self.lost:
                raise self.lost
            began = self._machine.clock()
            if began - self._seen >= CHECK_INTERVAL:
                self._check()
                self._seen = began

    def beat(self) -> float:
        """Renew it; returns the seconds until the next time. Once it is lost, `lost` is set."""
        if self.lost:
            self._aws.stop.set()  # again and again: each part of a run begins by clearing it
            return CHECK_INTERVAL / 4
        try:
            with self._checking:
                self._renew()
        except ProductsApiError:
            return 0 if self.lost else HEARTBEAT_RETRY_DELAY
        return HEARTBEAT_INTERVAL

    def release(self) -> None:
        """Give it back, where it is ours. Raises what kept it from that: then it expires."""
        self.leave()
        if not self._top and self._sent is not None:  # it may have been made, or not
            self._is_mine(self._observations.look())
        if not self._top:
            return

        def free_or_mine(text: str) -> bool:
            return Holder.read(text).free or self._mine(text)

        free = self._me.gone().as_value()
        again(lambda: self._register.insist(free, self._top, free_or_mine))

    def remove(self) -> None:
        """Give it back for good: there is nothing left to have a lease on."""
        self.leave()
        lost = 0
        for pause in LAGGING.pauses():
            if not self._sure:  # somebody may have it by now
                self.release()
                break
            try:
                self._register.remove()
            except NotFound:
                if lost:
                    break  # else it is a late answer, while it surely is ours
                self._aws.wait(pause, f"AWS doesn't show {self.name} yet, which is to be removed")
            except Interrupted:
                lost += 1
                if lost == TRIES:
                    raise
                if not self._is_mine(self._observations.look()):
                    break
            else:
                break

    def sweep(self) -> None:
        """Remove it where nobody holds it. Taken first: another may be about to do so."""
        found = self._observations.look()
        if found and (found.holder.free or Watch(self._machine).is_stale(found)):
            self.take()
            self.remove()

    def leave(self) -> None:
        """Renew it no more, and let it expire."""
        self._heartbeat.stop(MARGIN)

    # -- having it -----------------------------------------------------------------------------

    @property
    def _sure(self) -> bool:
        """That it is ours, without a look: nobody takes over what was renewed so recently."""
        return not self.lost and self._machine.clock() - self._renewed < LIFE - MARGIN

    def _check(self) -> None:
        """Raises LeaseLost, after which nothing new is begun."""
        found = self._observations.look()
        if found is None or found.top < self._top:
            again(self._renew)  # that was a late answer: a write's is never late
        elif not self._is_mine(found):
            raise self._lose(found.holder)
        self._fence()  # last, since looking takes its time too

    def _renew(self) -> None:
        self._fence()
        began, me = self._machine.clock(), self._me.renewed(self._machine.now(), LIFE)
        number, other = self._register.insist(me.as_value(), self._top, self._mine)
        if other is not None:
            raise self._lose(Holder.read(other))
        self._me = me
        self._written(number, began)

    def _written(self, number: int, began: float) -> None:
        self._top, self._observations.last = number, None
        self._renewed = self._seen = began

    def _fence(self) -> None:
        if not self._sure:
            raise self._lose("it couldn't be renewed in time, or this machine slept")

    def _lose(self, why: Holder | str) -> LeaseLost:
        if isinstance(why, Holder):
            self._top, self._sent = 0, None  # there is nothing to give back
            why = "another run held it in the meantime" if why.free else why.description
        self.lost = LeaseLost(
            f"this run has lost the stack's lease and was stopped: {why}",
            "repeat the command: it goes on from here",
        )
        self._aws.stop.set()
        return self.lost

    def _mine(self, text: str) -> bool:
        return Holder.read(text).nonce == self._me.nonce

    def _is_mine(self, found: LeaseSnapshot | None) -> bool:
        if found is None or found.holder.nonce != self._me.nonce:
            return False
        self._top = max(self._top, found.top)
        return True

    # -- getting it ----------------------------------------------------------------------------

    def _won(self, found: LeaseSnapshot | None, watch: Watch) -> bool:
        if found is None:
            return self._made()
        if found.holder.free or self._is_mine(found):  # whether or not its answer reached us
            return self._swapped(found.top)
        if not watch.is_stale(found):
            return False
        watch.describe(found)
        self.taken_over = True
        return self._swapped(found.top)

    def _made(self) -> bool:
        """Whether it was made, where none is shown."""
        if self._observations.removed_just_now:
            return False
        try:  # where AWS neither makes nor shows it, a write that has no effect finds out
            return self._swapped(0, make=not self._observations.hidden)
        except AlreadyExists:
            self._observations.mark_hidden()
            return False

    def _swapped(self, after: int, *, make: bool = False) -> bool:
        began = self._machine.clock()
        self._me = self._me.begun(self._machine.now(), LIFE)
        self._top, self._sent = after, began
        try:
            number, other = self._register.swap(self._me.as_value(), after, make=make)
        except Interrupted:  # whether it took effect is seen in a moment
            return False
        except ProductsApiError:
            self._top, self._sent = 0, None
            raise
        if other is not None:  # late, or too late: now the value below ours is known
            self._top, self._sent = 0, None
            self._observations.add(other, number, began)
            return False
        self._written(number, began)
        return True
