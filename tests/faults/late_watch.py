"""One case as the proxy sees it: when its lateness begins, and what each call is answered then."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from fault_calls import Asked, Key, Request, loaded
from fault_kinds import Answer, Kind, denied
from fault_proxy import Fault, Watch
from late_bodies import same, untagged, without
from late_kinds import Bad, Late, LateKind
from late_pages import first_answer, goes_on
from late_refusals import made_twice, not_found
from late_things import Thing, made, named

Forward = Callable[[Request], Answer]


@dataclass
class Lateness:
    """What has been made and since when, over all the runs of a case."""

    kind: LateKind
    seconds: float
    clock: Callable[[], float] = time.monotonic
    made: bool = False
    """Whether the call took effect, after which something is late."""
    thing: Thing | None = None
    service: str = ""
    met: int = 0
    """Answers that were other than they would have been."""
    since: float | None = None
    """When the first one was; from then on it lasts, so that a busy machine misses none."""
    before: dict[Asked, Answer] = field(default_factory=dict)
    """What reads were answered just before the call, where it is otherwise since."""
    _seen: dict[Asked, Request] = field(default_factory=dict)
    _withheld: dict[str, Answer] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def lasts(self) -> bool:
        return self.made and (self.since is None or self.left > 0)

    @property
    def left(self) -> float:
        """Seconds until nothing is late any more; none where nobody looked."""
        return 0.0 if self.since is None else max(0.0, self.since + self.seconds - self.clock())

    def strike(self, request: Request, forward: Forward) -> Answer:
        """The call after which something is late, or that is answered badly."""
        operation, _ = request.named
        if isinstance(self.kind.what, Bad):
            self._meet()
            answer = forward(request)
            self._withheld[operation] = answer
            return first_answer(answer, self.kind.what, request.service, operation)
        before = self._ask_again(request, forward) if self.kind.what is Late.BEHIND else {}
        answer = forward(request)
        if answer.status < 300 and not self.made:
            self.service = request.service
            self.thing = made(operation, request.given, loaded(answer.body))
            if self.kind.what is not Late.BEHIND:  # what is only changed was there before
                self.thing = self.thing or _subject(request)
            after = {each: forward(self._seen[each]) for each in before}
            self.before = {each: a for each, a in before.items() if not same(a, after[each])}
            self.made = True
        return answer

    def answer(self, request: Request, key: Key, forward: Forward) -> Answer:
        """Any other call."""
        if goes_on(request) and (withheld := self._withheld.get(key.operation)):
            return withheld
        refused = self._refusal(request, key) if self.lasts else None
        if refused is not None:
            self._meet()
            return refused
        answer = forward(request)
        if key.reads:
            with self._lock:
                self._seen[request.asked] = request
        late = self._late(request, key, answer) if key.reads and self.lasts else answer
        if not same(late, answer):
            self._meet()
        return late

    def _meet(self) -> None:
        self.met += 1
        self.since = self.clock() if self.since is None else self.since

    def _refusal(self, request: Request, key: Key) -> Answer | None:
        """NotFound, where the call names what isn't known yet."""
        what, thing = self.kind.what, self.thing
        if thing and (refused := made_twice(key.operation, request.given, thing)):
            return refused
        if thing is None or not (what is Late.UNKNOWN or (what is Late.BEHIND and key.reads)):
            return None
        given = request.given
        if request.asked in self.before or thing not in named(key.operation, given):
            return None
        if made(key.operation, given, {}) == thing:  # made again, it is there already
            return None
        return not_found(request.service, key.operation, thing)

    def _late(self, request: Request, key: Key, answer: Answer) -> Answer:
        """What a read shows meanwhile."""
        if request.service != self.service:
            return answer
        if self.kind.what is Late.BEHIND:
            return self.before.get(request.asked, answer)
        if self.thing is None:
            return answer
        itself = self.thing in named(key.operation, request.given)
        if self.kind.what is Late.UNTAGGED:
            return untagged(answer, None if itself else self.thing[-1])
        if self.kind.what is Late.UNLISTED and not itself and self._may_list(request):
            return without(answer, self.thing[-1])
        return answer

    def _may_list(self, request: Request) -> bool:
        """Whether it names all that the thing belongs to, such as an alias's function."""
        parents = self.thing[1:-1] if self.thing else ()
        values = {each for thing in named("", request.given) for each in thing[1:]}
        return values.issuperset(parents)

    def _ask_again(self, request: Request, forward: Forward) -> dict[Asked, Answer]:
        """What the reads made so far would be answered now, of those that may be concerned."""
        about = named(request.named[0], request.given)
        with self._lock:
            seen = [each for each in self._seen.values() if each.service == request.service]
        return {
            each.asked: forward(each)
            for each in seen
            if not (others := named(each.named[0], each.given)) or others & about
        }


def _subject(request: Request) -> Thing | None:
    """What a change that makes nothing is about: the innermost thing that it names."""
    return max(named(request.named[0], request.given), key=len, default=None)


@dataclass
class StaleReads:
    """Reads of some operations answered as they were a release ago."""

    stale: Mapping[Asked, Answer]
    operations: frozenset[str]
    seconds: float
    clock: Callable[[], float] = time.monotonic
    began: float | None = None
    met: int = 0

    def answer(self, request: Request, key: Key, forward: Forward) -> Answer:
        if self.began is None:
            self.began = self.clock()
        old = self.stale.get(request.asked) if key.operation in self.operations else None
        if old is None or self.clock() >= self.began + self.seconds:
            return forward(request)
        self.met += 1
        return old


@dataclass
class LateWatch(Watch):
    """One run of a case. The first one meets the fault, those after it only what is late."""

    lateness: Lateness | StaleReads | None = None
    again: bool = False
    """Whether every call of the fault's operation is met, and not only one."""

    def seen(self, request: Request) -> tuple[Key, Kind | None]:
        key, kind = super().seen(request)
        if kind is None or not self.fault:
            return key, None
        return key, self.fault.kind.moment.fault

    def passed(self, request: Request, key: Key, forward: Forward) -> Answer:
        if self.lateness is None:
            return forward(request)
        if isinstance(self.lateness, Lateness) and self._meets(request, key):
            return self.lateness.strike(request, forward)
        return self.lateness.answer(request, key, forward)

    def _meets(self, request: Request, key: Key) -> bool:
        if not self.fault or goes_on(request):
            return False
        if self.again:
            return key.operation == self.fault.key.operation
        return key == self.fault.key


@dataclass
class Remembering(Watch):
    """Keeps what the reads of a run are answered; its first change is refused, and so ends it."""

    answers: dict[Asked, Answer] = field(default_factory=dict)
    changed: bool = False

    def passed(self, request: Request, key: Key, forward: Forward) -> Answer:
        if not key.reads:
            self.changed = True
            return denied(request, key.operation)
        answer = forward(request)
        self.answers.setdefault(request.asked, answer)
        return answer


def first_run(key: Key, lateness: Lateness, *, again: bool) -> LateWatch:
    return LateWatch(Fault(key, lateness.kind), lateness=lateness, again=again)


def later_run(lateness: Lateness | StaleReads) -> LateWatch:
    return LateWatch(lateness=lateness)
