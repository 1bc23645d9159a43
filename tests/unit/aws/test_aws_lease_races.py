"""The lease among many runs, in every order that chance finds: no two change the stack at once.

Each run and each heart is a thread, of which one at a time goes on, from one call to the next.
Which one is drawn by lot, the same for the same seed. Time passes only while all of them wait.
"""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from parameter_store import Machines, Run, Store, lost

from productsapi.aws.lease import BEAT, LeaseLost
from productsapi.errors import ProductsApiError

RUNS = 6
HEART = "'s heart"
ASLEEP = 100.0
"""Seconds: longer than any lease lives unrenewed."""


class Killed(BaseException):
    """A run's end by SIGKILL: nothing after it is carried out."""


def shut() -> threading.Lock:
    """Opened by another thread than the one that waits: a semaphore of one, without its cost."""
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass
class Theatre:
    """Lets one actor go on at a time."""

    chance: random.Random
    store: Store
    wakes: dict[str, float] = field(default_factory=dict)
    killed: set[str] = field(default_factory=set)
    _gates: dict[str, threading.Lock] = field(default_factory=dict)
    _back: threading.Lock = field(default_factory=shut)

    def enter(self, name: str, act: Callable[[], None], wakes: float = 0) -> None:
        self._gates[name] = shut()
        self.wakes[name] = wakes

        def play() -> None:
            self._gates[name].acquire()
            try:
                with suppress(Killed):
                    act()
            finally:
                self._back.release()

        threading.Thread(target=play, name=name, daemon=True).start()

    def pause(self, seconds: float) -> None:
        """Let others go on, and come back after `seconds` or later."""
        name = threading.current_thread().name
        self.wakes[name] = self.store.now + seconds
        self._back.release()
        self._gates[name].acquire()
        if name.removesuffix(HEART) in self.killed:
            raise Killed

    def play(self) -> None:
        while self.wakes:
            self.store.now = max(self.store.now, min(self.wakes.values()))
            awake = sorted(name for name, when in self.wakes.items() if when <= self.store.now)
            chosen = self.chance.choice(awake)
            del self.wakes[chosen]
            self._gates[chosen].release()
            self._back.acquire()


@dataclass
class Turnstile:
    """A lock whose waiting the theatre knows of."""

    theatre: Theatre
    taken: bool = False

    def __enter__(self) -> None:
        while self.taken:
            self.theatre.pause(0.5)
        self.taken = True

    def __exit__(self, *_: object) -> None:
        self.taken = False


@dataclass
class Act:
    """One run from its beginning to its end, whichever it has."""

    name: str
    run: Run
    theatre: Theatre
    machines: Machines
    changes: list[str]
    end: str = ""

    def play(self) -> None:
        lease, chance = self.run.lease, self.theatre.chance
        try:
            lease.take()
            self.theatre.enter(f"{self.name}{HEART}", self.beat, self.theatre.store.now + BEAT)
            for _ in range(chance.randrange(1, 5)):
                lease.guard()
                self.changes.append(self.name)  # the create that it was asked for
                if chance.random() < 0.1:
                    self.die()
                self.theatre.pause(chance.choice([0, 1, 5, 20]))
            self.end = "done"
        except LeaseLost:
            self.end = "lost"
        except ProductsApiError:
            self.end = "failed"
        with suppress(ProductsApiError):
            lease.release()

    def beat(self) -> None:
        pause, over = BEAT, self.run.lease._over
        while not over.is_set():
            self.theatre.pause(pause if not self.run.lease.lost else BEAT)
            pause = self.run.lease.beat() if not over.is_set() else 0

    def die(self) -> None:
        self.end = "killed"
        self.machines.die(self.run)
        self.theatre.killed.add(self.name)

    def call(self, _service: str, operation: str, **params: Any) -> dict[str, Any]:
        """Others go on before it and after it; now and then it is lost, or the machine sleeps."""
        chance = self.theatre.chance
        self.theatre.pause(ASLEEP if chance.random() < 0.02 else 0)
        fault = chance.random()
        if fault < 0.01:
            lost()
        answer = self.run.caller.store.call(operation, params)
        self.theatre.pause(ASLEEP if chance.random() < 0.02 else 0)
        if fault > 0.99:
            lost()
        return answer


def played(seed: int) -> list[Act]:
    chance, store = random.Random(seed), Store()  # noqa: S311 - nothing secret
    theatre, machines, changes = Theatre(chance, store), Machines(store), list[str]()
    acts = []
    for number in range(RUNS):
        run = machines.run(f"run {number}", chance.choice(["host-7", "host-8"]))
        acts.append(act := Act(f"run {number}", run, theatre, machines, changes))
        caller: Any = run.caller
        caller.wait = lambda seconds, _reason: theatre.pause(seconds)
        caller.call = act.call
        lease: Any = run.lease
        lease._checking = Turnstile(theatre)
        theatre.enter(act.name, act.play, wakes=chance.choice([0, 0, 10, 40]))
    theatre.play()
    return acts


def in_turn(acts: list[Act]) -> list[str]:
    """Who changed the stack after whom."""
    return [name for name, _ in itertools.groupby(acts[0].changes)]


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_no_two_runs_change_the_stack_by_turns(first: int) -> None:
    for seed in range(first, first + 20):
        order = in_turn(played(seed))
        assert len(order) == len(set(order)), f"seed {seed}: {order}"


def test_chance_finds_runs_that_follow_each_other_and_every_kind_of_end() -> None:
    """Else the test above would say nothing."""
    plays = [played(seed) for seed in range(40)]
    assert {act.end for acts in plays for act in acts} == {"done", "lost", "killed", "failed"}
    assert sum(len(in_turn(acts)) > 3 for acts in plays) > 10


def test_chance_is_the_same_for_the_same_seed() -> None:
    assert in_turn(played(7)) == in_turn(played(7))
