"""Two runs' calls about the lease in every order: in none of them do both have it.

With reads a write late (S1), and with an answer lost, at every place.

What an actor does next depends on the answers that it got and on nothing else. So where two orders
have led to the same answers and the same parameter, all that can follow is the same, and is played
once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from parameter_store import Machines, Run, Store, lost
from theatre import Theatre, Turnstile

from productsapi.aws.lease import CHECK_INTERVAL
from productsapi.errors import AwsError


class KnownAlready(BaseException):
    """From here on it has been played before."""


@dataclass
class Choices:
    """The choices of one play: as `given`, and the first of each from there on."""

    given: list[int]
    seen: set[Hashable]
    made: list[int] = field(default_factory=list)
    open: list[tuple[int, int]] = field(default_factory=list)
    """Where there were others, from `given` on, and how many."""

    def choose(self, among: int, state: Hashable) -> int:
        location = len(self.made)
        if among == 1:
            return 0
        if location < len(self.given):
            self.made.append(self.given[location])
            return self.given[location]
        if state in self.seen:
            raise KnownAlready
        self.seen.add(state)
        self.open.append((location, among))
        self.made.append(0)
        return 0


def every_play(play: Callable[[Choices], None]) -> int:
    """Play it in every way; gives how many there were."""
    seen: set[Hashable] = set()
    ahead: list[list[int]] = [[]]
    played = 0
    while ahead:
        choices = Choices(ahead.pop(), seen)
        played += 1
        try:
            play(choices)
        except KnownAlready:
            pass
        except AssertionError as error:
            raise AssertionError(f"{error}, by the choices {choices.made}") from error
        for location, among in choices.open:
            ahead += [[*choices.made[:location], other] for other in range(1, among)]
    return played


@dataclass
class Scene:
    """Two runs that change the same stack, each to its end."""

    choices: Choices
    late: int
    """Reads that may be late, where that makes a difference; and answers that may be lost."""
    lost: int
    store: Store = field(default_factory=Store)
    inside: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    got: dict[str, list[Hashable]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.machines = Machines(self.store)
        self.theatre = Theatre(self.store, self._who)

    def play(self) -> None:
        self.theatre.play()
        assert sorted(self.ended) == sorted(self.got)

    def enter(self, name: str, act: Callable[[str, Run], None]) -> None:
        run = self.machines.run(name, f"host of {name}")
        self.got[name] = []
        caller: Any = run.caller
        caller.wait = lambda seconds, _reason: self.theatre.pause(seconds)
        caller.call = lambda _service, operation, **params: self._called(name, operation, params)
        lease: Any = run.lease
        lease._checking = Turnstile(self.theatre)

        def play() -> None:
            act(name, run)
            self.ended.append(name)

        self.theatre.enter(name, play)

    def change(self, name: str, run: Run) -> None:
        """As a deploy does."""
        run.lease.take()
        assert not self.inside, f"{name} has it, and so does {self.inside}"
        self.inside.append(name)
        self.theatre.pause(CHECK_INTERVAL)
        run.lease.guard()
        self.theatre.pause(0)
        self.inside.remove(name)
        run.lease.release()

    def tear_down(self, name: str, run: Run) -> None:
        run.lease.take()
        assert not self.inside
        self.inside.append(name)
        self.theatre.pause(0)
        self.inside.remove(name)
        run.lease.remove()

    def renewing(self, name: str, run: Run) -> None:
        """As a heart does that beats at any moment."""
        run.lease.take()
        assert not self.inside
        self.inside.append(name)
        self.theatre.pause(0)
        run.lease.beat()
        self.theatre.pause(0)
        run.lease.guard()
        assert not run.lease.lost
        self.inside.remove(name)
        run.lease.release()

    def _who(self, awake: Sequence[str]) -> str:
        return awake[self.choices.choose(len(awake), self._state("who"))]

    def _called(self, name: str, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        self.theatre.pause(0)
        fault = self._fault(name, operation)
        if fault == "sent in vain":
            self._note(name, fault)
            lost()
        try:
            answer = self.store.call(operation, params)
        except AwsError as error:
            self._note(name, type(error).__name__)
            raise
        if fault == "lost":
            self._note(name, fault)
            lost()
        reported = answer.get("Parameter", answer)
        self._note(name, (reported.get("Version"), reported.get("Value")))
        return answer

    def _fault(self, name: str, operation: str) -> str:
        faults = [""]
        if operation != "GetParameter" and self.lost:
            faults += ["lost", "sent in vain"]
        if operation == "GetParameter" and self.late and self.store.former != self.store.versions:
            faults += ["late"]
        fault = faults[self.choices.choose(len(faults), self._state(name))]
        late = fault == "late"
        self.store.late = lambda: late
        self.late -= late
        self.lost -= fault in {"lost", "sent in vain"}
        return fault

    def _note(self, name: str, answer: Hashable) -> None:
        self.got[name].append((self.store.now, answer))

    def _state(self, what: str) -> Hashable:
        got = tuple((name, tuple(answers)) for name, answers in self.got.items())
        wakes = tuple(sorted(self.theatre.wakes.items()))
        steps = tuple(sorted(self.theatre.steps.items()))
        store = (self.store.versions, self.store.former, self.store.now)
        return (
            what,
            got,
            wakes,
            steps,
            store,
            self.late,
            self.lost,
            tuple(self.inside),
            len(self.ended),
        )


def earlier(scene: Scene, how: str) -> None:
    """What is there when the two begin."""
    if how == "none":
        return
    first = scene.machines.run("first", "host of a")
    first.lease.take()
    if how == "free":
        first.lease.release()
    else:  # `a` sees at once that it is dead, `b` by its being unchanged
        scene.machines.die(first)
    scene.store.calls.clear()


@pytest.mark.parametrize("how", ["none", "free", "dead"])
@pytest.mark.parametrize(
    ("acts", "late", "lost"),
    [
        ("change change", 2, 0),
        ("change change", 0, 1),
        ("renewing change", 2, 0),
        ("tear_down change", 1, 0),
        *(
            pytest.param(acts, late, lost, marks=pytest.mark.long)
            for acts in ("change change", "renewing change", "tear_down change")
            for late, lost in ((2, 0), (0, 1), (1, 1))
        ),
    ],
)
def test_s1_in_no_order_of_calls_do_two_have_it(how: str, acts: str, late: int, lost: int) -> None:
    def play(choices: Choices) -> None:
        scene = Scene(choices, late, lost)
        earlier(scene, how)
        for name, act in zip("ab", acts.split(), strict=True):
            scene.enter(name, getattr(scene, act))
        scene.play()

    assert every_play(play) > 20
