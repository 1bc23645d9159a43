"""The lease: one run at a time changes a stack, and none that ended leaves a lock behind.

It is an SSM parameter of the stack, made with Overwrite=False: of two makers one wins. Its value
says who holds it. A heartbeat renews it, and what hasn't been renewed for its short life counts for
nothing, as does what a dead process of this very machine held.

Another machine's clock is never compared with ours: that a lease has run out is seen by its
standing unchanged before our own clock, or by AWS's clock, which dates both it and the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from threading import Event, Lock, Thread

from productsapi.aws.caller import Aws
from productsapi.aws.holder import LIFE, Holder, Sight, Watch, sight
from productsapi.aws.machine import Machine
from productsapi.aws.transients import Cadence
from productsapi.errors import AlreadyExists, Interrupted, NotFound, ProductsApiError, Refused

MARGIN = 10.0
"""Seconds before that from which its own holder counts it for nothing: calls take their time."""
BEAT = 15.0
BEAT_AGAIN = 3.0
"""Seconds until the next heartbeat, and after one that failed."""
SETTLE = 2.0
"""Seconds after taking over: for what a killed run had under way, and for another who takes over
at the same moment; who wrote last has it."""
FRESH = 1.0
"""Seconds for which it needn't be looked at again whether the lease is ours."""
LOOKS = (0.5, 1.0, 2.0)
"""Seconds between looks for a lease that isn't shown: a new parameter may be shown late."""
NEVER = float("-inf")
RELEASES = 3
"""How often giving it back is tried: what is left behind would be waited for."""
PATIENCE = Cadence(first=0.5, longest=2, total=600)


class LeaseLost(ProductsApiError):
    """The lease isn't this run's any more: another one may be changing the stack."""


class Lease:
    """One run's way to the lease, and its hold on it. To be used from any thread.

    `doing` is what others are told that this run has been: "deploying".
    """

    def __init__(
        self, aws: Aws, stack: str, tags: Mapping[str, str], doing: str, machine: Machine
    ) -> None:
        self.name = f"/productsapi/{stack}/lease"
        self.lost: LeaseLost | None = None
        self._aws = aws
        self._tags = [{"Key": name, "Value": value} for name, value in tags.items()]
        self._machine = machine
        who = aws.place.caller or machine.user
        self._me = Holder(machine.nonce(), who, machine.host, machine.process, doing)
        self._sent: float | None = None
        self._renewed = self._seen = NEVER
        self._checking = Lock()
        self._over = Event()
        self._heart = Thread(target=self._beating, name="lease", daemon=True)

    def take(self) -> None:
        """Wait until it is ours. Raises Refused where another run doesn't end in time."""
        watch = Watch(self._machine)
        if self._made():
            return
        for pause in PATIENCE.pauses():
            found = self._look()
            if found is None:
                if self._made():
                    return
            elif self._is_ours(found) or self._taken_over(found, watch):
                return
            self._aws.wait(pause, watch.told(found))
        raise Refused(
            f"{watch.last} and is still at it",
            "let that run end, then repeat the command; a lease that nobody renews runs out",
        )

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
        began = self._machine.clock()
        try:
            with self._checking:
                self._check()
            self._write(self._me.renewed(self._machine.now(), LIFE), began, overwrite=True)
        except ProductsApiError:
            return 0 if self.lost else BEAT_AGAIN
        return BEAT

    def release(self) -> None:
        """Give it back, where it is ours. Raises what kept it from that: then it runs out."""
        self.leave()
        for left in reversed(range(RELEASES)):
            if self._sent is None or not (self._sure or self._is_ours(self._look())):
                return
            self._renewed = NEVER  # where this answer is lost, only a look can tell
            try:
                self._aws.call("ssm", "DeleteParameter", Name=self.name)
            except NotFound:
                return
            except Interrupted:
                if not left:
                    raise
            else:
                return

    def sweep(self) -> None:
        """Remove it where it is a dead run's. Taken over first: another may be about to do so."""
        found = self._look()
        if found and (Watch(self._machine).ran_out(found) or self._gone(found)):
            self.take()
            self.release()

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
        for pause in LOOKS:
            if found is not None:
                break
            self._aws.wait(pause, "AWS doesn't show this run's lease; looking again")
            found = self._look()
        if found is None:
            raise self._lose("somebody removed it")
        if not self._is_ours(found):
            raise self._lose(found.holder.words)
        if not self._sure:  # last, since looking takes its time too
            raise self._lose("it couldn't be renewed in time, or this machine slept")

    def _lose(self, why: str) -> LeaseLost:
        self.lost = LeaseLost(
            f"this run has lost the stack's lease and was stopped: {why}",
            "repeat the command: it goes on from here",
        )
        self._aws.stop.set()
        return self.lost

    def _is_ours(self, found: Sight | None) -> bool:
        return found is not None and found.holder.nonce == self._me.nonce

    # -- getting it ----------------------------------------------------------------------------

    def _made(self) -> bool:
        try:
            self._write(self._begun(), self._machine.clock(), overwrite=False)
        except AlreadyExists:
            return False
        except Interrupted:  # it may have taken effect
            return self._is_ours(self._look())
        return True

    def _taken_over(self, found: Sight, watch: Watch) -> bool:
        """Overwritten, where it counts for nothing: at no moment can a third one make it anew."""
        if not watch.ran_out(found) and not self._gone(found):
            return False
        again = self._look()
        if again is None or again.mark != found.mark:
            return False
        with suppress(Interrupted):  # whether it took effect is seen in a moment
            self._write(self._begun(), again.began, overwrite=True)
        self._aws.wait(SETTLE, f"{found.holder.words} and ended without a word: taking over")
        return self._is_ours(self._look())

    def _gone(self, found: Sight) -> bool:
        return self._machine.gone(found.holder.process)

    def _begun(self) -> Holder:
        return self._me.begun(self._machine.now(), LIFE)

    def _write(self, held: Holder, began: float, *, overwrite: bool) -> None:
        """It counts from `began`: from before the look which said that it may be written."""
        self._me, self._sent = held, began
        self._aws.call(
            "ssm",
            "PutParameter",
            Name=self.name,
            Description="Which run of productsapi is at work on this stack",
            Value=held.text(),
            Type="String",
            Tier="Standard",
            Overwrite=overwrite,
            **({} if overwrite else {"Tags": self._tags}),
        )
        self._renewed = began

    def _look(self) -> Sight | None:
        began = self._machine.clock()
        try:
            answer = self._aws.call("ssm", "GetParameter", Name=self.name)
        except NotFound:
            return None
        found = sight(answer, began, self._machine.clock())
        if found.holder == self._me and self._sent is not None:  # whether or not we were told so
            self._renewed = max(self._renewed, self._sent)
        return found
