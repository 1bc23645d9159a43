"""The lease among many runs, in orders that chance finds: no two change the stack at once.

Each run and each heart is an actor in the theatre, whose order is drawn by lot, the same for the
same seed. Every order of two runs is in test_aws_lease_orders.
"""

from __future__ import annotations

import itertools
import random
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from parameter_store import Machines, Run, Store, lost
from theatre import Theatre, Turnstile

from productsapi.aws.lease import HEARTBEAT_INTERVAL, LeaseLost
from productsapi.errors import ProductsApiError

RUNS = 6
HEART = "'s heart"
ASLEEP = 100.0
"""Seconds: longer than any lease lives unrenewed."""


@dataclass
class Act:
    """One run from its beginning to its end, whichever it has."""

    name: str
    run: Run
    theatre: Theatre
    chance: random.Random
    machines: Machines
    changes: list[str]
    end: str = ""

    def play(self) -> None:
        lease, chance = self.run.lease, self.chance
        try:
            lease.take()
            self.theatre.enter(
                f"{self.name}{HEART}", self.beat, self.theatre.store.now + HEARTBEAT_INTERVAL
            )
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
        pause, over = HEARTBEAT_INTERVAL, self.run.lease._heartbeat.stopped
        while not over.is_set():
            self.theatre.pause(pause if not self.run.lease.lost else HEARTBEAT_INTERVAL)
            pause = self.run.lease.beat() if not over.is_set() else 0

    def die(self) -> None:
        self.end = "killed"
        self.machines.die(self.run)
        self.theatre.killed |= {self.name, f"{self.name}{HEART}"}

    def call(self, _service: str, operation: str, **params: Any) -> dict[str, Any]:
        """Others go on before it and after it; now and then it is lost or late, or it sleeps."""
        chance = self.chance
        self.theatre.pause(ASLEEP if chance.random() < 0.02 else 0)
        fault = chance.random()
        if fault < 0.01:
            lost()
        late = chance.random() < 0.3
        self.run.caller.store.late = lambda: late
        answer = self.run.caller.store.call(operation, params)
        self.theatre.pause(ASLEEP if chance.random() < 0.02 else 0)
        if fault > 0.99:
            lost()
        return answer


def played(seed: int) -> list[Act]:
    chance, store = random.Random(seed), Store()  # noqa: S311 - nothing secret
    theatre, machines, changes = Theatre(store, chance.choice), Machines(store), list[str]()
    acts = []
    for number in range(RUNS):
        run = machines.run(f"run {number}", chance.choice(["host-7", "host-8"]))
        acts.append(act := Act(f"run {number}", run, theatre, chance, machines, changes))
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


@pytest.mark.parametrize(
    "first", [0, *(pytest.param(first, marks=pytest.mark.long) for first in range(15, 300, 15))]
)
def test_no_two_runs_change_the_stack_by_turns(first: int) -> None:
    for seed in range(first, first + 15):
        order = in_turn(played(seed))
        assert len(order) == len(set(order)), f"seed {seed}: {order}"


def test_chance_finds_long_orders_and_every_end() -> None:
    """Else the test above would say nothing."""
    plays = [played(seed) for seed in range(20)]
    assert {act.end for acts in plays for act in acts} == {"done", "lost", "killed", "failed"}
    assert sum(len(in_turn(acts)) > 3 for acts in plays) > 5


def test_chance_is_the_same_for_the_same_seed() -> None:
    assert in_turn(played(7)) == in_turn(played(7))
