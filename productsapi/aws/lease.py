"""The lease: one run at a time changes a stack, and none that ended leaves a lock behind.

It is an SSM parameter of the stack that is changed by compare-and-swap (see `register`): whoever
takes it, renews it or gives it back has seen what stands there, or the write counts for nothing. So
two never have it, however late reads are, whoever takes it, renews it or takes it over at the same
moment, and whichever answer is lost.

Given back it stays, free, and the next run takes it with one call: AWS asks for 30 s before a
deleted name is made again (S1). Only a teardown removes it, at its end. Who has seen it there, and
doesn't any more, waits that long. Who comes new can't know, and makes it; should AWS forget that
one again, the next renewal notices and puts it back.

Its value says who holds it. A heartbeat renews it, and what hasn't been renewed for its short life
counts for nothing, as does what a dead process of this very machine held. Another machine's clock
is never compared with ours: that a lease has run out is seen by its standing unchanged before our
own clock, or by AWS's clock, which dates both it and the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from threading import Event, Lock, Thread

from productsapi.aws.caller import Aws
from productsapi.aws.compare_and_swap import TRIES, again
from productsapi.aws.lease_holder import LIFE, Holder, Sight, Watch
from productsapi.aws.lease_state import NEVER, Glance, register, shown
from productsapi.aws.machine import Machine
from productsapi.aws.retries import LAGGING, Cadence
from productsapi.errors import AlreadyExists, Interrupted, NotFound, ProductsApiError, Refused

MARGIN = 10.0
"""Seconds before that from which its own holder counts it for nothing: calls take their time."""
BEAT = 15.0
BEAT_AGAIN = 3.0
"""Seconds until the next heartbeat, and after one that failed."""
SETTLE = 2.0
"""Seconds after taking over from a killed run, for what that one had under way."""
FRESH = 1.0
"""Seconds for which it needn't be looked at again whether the lease is ours."""
PATIENCE = Cadence(first=0.5, longest=2, total=600)
FORGOTTEN = 30.0
"""Seconds after which a name that was deleted may be made again (S1)."""


class LeaseLost(ProductsApiError):
    """The lease isn't this run's any more: another one may be changing the stack."""


class Lease:
    """One run's way to the lease, and its hold on it. To be used from any thread.

    `doing` is what others are told that this run has been: "deploying".
    """

    def __init__(
        self, aws: Aws, stack: str, tags: Mapping[str, str], doing: str, machine: Machine
    ) -> None:
        self.lost: LeaseLost | None = None
        self.taken_over = False  # from a run that ended without a word
        self._aws = aws
        self._register = register(aws, stack, tags)
        self._machine = machine
        who = aws.location.caller or machine.user
        self._me = Holder(machine.nonce(), who, machine.host, machine.process, doing)
        self._last: Sight | None = None
        self._top = 0
        """The version up to which it is known what came; what we write follows it."""
        self._sent: float | None = None
        self._renewed = self._seen = self._there = NEVER
        self._present = False
        """Whether the last look showed one; `_there` is when it was last known to be there."""
        self._hidden = False
        """Whether there is one by AWS's word that it doesn't show."""
        self._checking = Lock()
        self._over = Event()
        self._heart = Thread(target=self._beating, name="lease", daemon=True)

    @property
    def name(self) -> str:
        return self._register.name

    def take(self, glance: Glance | None = None) -> None:
        """Wait until it is ours. Raises Refused where another run doesn't end in time."""
        watch = Watch(self._machine)
        for pause in PATIENCE.pauses():
            found = self._noted(glance.sight(self._shown) if glance else self._shown())
            glance = None
            if self._won(found, watch):
                break
            self._aws.wait(pause, watch.describe(self._last) if found else self._why_none(watch))
        else:
            raise Refused(
                f"{watch.last} and is still at it",
                "let that run end, then repeat the command; a lease that nobody renews runs out",
            )
        if self.taken_over:
            self._aws.wait(SETTLE, f"{watch.last} and ended without a word: taking over")

    def keep(self) -> None:
        """Renew it from now on, in the background."""
        self._heart.start()

    def guard(self) -> None:
        """Make sure that it still is ours. Raises LeaseLost."""
        with self._checking:
            if self.lost:
                raise self.lost
            began = self._machine.clock()
            if began - self._seen >= FRESH:
                self._check()
                self._seen = began

    def beat(self) -> float:
        """Renew it; gives the seconds until the next time. That it is lost is told by `lost`."""
        if self.lost:
            self._aws.stop.set()  # again and again: each part of a run begins by clearing it
            return FRESH / 4
        try:
            with self._checking:
                self._renew()
        except ProductsApiError:
            return 0 if self.lost else BEAT_AGAIN
        return BEAT

    def release(self) -> None:
        """Give it back, where it is ours. Raises what kept it from that: then it runs out."""
        self.leave()
        if not self._top and self._sent is not None:  # it may have been made, or not
            self._is_mine(self._look())
        if not self._top:
            return
        free = self._me.gone().as_value()
        again(lambda: self._register.insist(free, self._top, self._free_or_mine))

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
                self._aws.wait(pause, f"AWS doesn't know {self.name} yet, which is to go")
            except Interrupted:
                lost += 1
                if lost == TRIES:
                    raise
                if not self._is_mine(self._look()):
                    break
            else:
                break

    def sweep(self) -> None:
        """Remove it where nobody holds it. Taken first: another may be about to do so."""
        found = self._look()
        if found and (found.holder.free or self._counts_for_nothing(found, Watch(self._machine))):
            self.take()
            self.remove()

    def leave(self) -> None:
        """Renew it no more, and let it run out."""
        self._over.set()
        if self._heart.is_alive():
            self._heart.join(timeout=MARGIN)

    # -- having it -----------------------------------------------------------------------------

    @property
    def _sure(self) -> bool:
        """That it is ours, without a look: nobody takes over what was renewed so recently."""
        return not self.lost and self._machine.clock() - self._renewed < LIFE - MARGIN

    def _beating(self) -> None:
        pause = BEAT
        while not self._over.wait(pause):
            pause = self.beat()

    def _check(self) -> None:
        """Raises LeaseLost, after which nothing new is begun."""
        found = self._look()
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
        self._top, self._last = number, None
        self._renewed = self._seen = began

    def _fence(self) -> None:
        if not self._sure:
            raise self._lose("it couldn't be renewed in time, or this machine slept")

    def _lose(self, why: Holder | str) -> LeaseLost:
        if isinstance(why, Holder):
            self._top, self._sent = 0, None  # there is nothing to give back
            why = "another run has had it meanwhile" if why.free else why.words
        self.lost = LeaseLost(
            f"this run has lost the stack's lease and was stopped: {why}",
            "repeat the command: it goes on from here",
        )
        self._aws.stop.set()
        return self.lost

    def _mine(self, text: str) -> bool:
        return Holder.read(text).nonce == self._me.nonce

    def _is_mine(self, found: Sight | None) -> bool:
        if found is None or found.holder.nonce != self._me.nonce:
            return False
        self._top = max(self._top, found.top)
        return True

    # -- getting it ----------------------------------------------------------------------------

    def _won(self, found: Sight | None, watch: Watch) -> bool:
        if found is None:
            return self._made()
        if found.holder.free or self._is_mine(found):  # whether or not we were told so
            return self._swapped(found.top)
        if not self._counts_for_nothing(found, watch):
            return False
        watch.describe(found)
        self.taken_over = True
        return self._swapped(found.top)

    def _made(self) -> bool:
        """Whether it was made, where none is shown."""
        if self._machine.clock() - self._there < FORGOTTEN:
            return False
        try:  # where AWS neither makes nor shows it, a write that counts for nothing finds out
            return self._swapped(0, make=not self._hidden)
        except AlreadyExists:
            self._hidden, self._there = True, self._machine.clock()
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
        if other is not None:  # late, or too late: it is known now what stands below ours
            self._top, self._sent = 0, None
            self._last = Sight(Holder.read(other), number, began, self._machine.clock())
            return False
        self._written(number, began)
        return True

    def _why_none(self, watch: Watch) -> str:
        if self._hidden or self._there == NEVER:
            return watch.last
        return "the lease was removed just now; AWS asks for 30 s before it is made again"

    def _free_or_mine(self, text: str) -> bool:
        return Holder.read(text).free or self._mine(text)

    def _counts_for_nothing(self, found: Sight, watch: Watch) -> bool:
        return watch.ran_out(found) or self._machine.gone(found.holder.process)

    def _look(self) -> Sight | None:
        return self._noted(self._shown())

    def _shown(self) -> Sight | None:
        return shown(self._register, self._machine)

    def _noted(self, found: Sight | None) -> Sight | None:
        if found is None:
            if self._present:  # it may have been deleted just now
                self._there, self._present = self._machine.clock(), False
            return None
        self._present = True
        if self._last and found.top < self._last.top:  # a late answer
            found = replace(self._last, began=found.began, ended=found.ended, age=None)
        self._last = found
        return found
