"""Running work side by side, each piece after those it depends on."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, current_thread, main_thread

from productsapi.engine.resource import Resource

WORKERS = 24
GLANCE = 0.2
"""Seconds between two looks whether Ctrl-C was pressed."""

Edges = Mapping[str, frozenset[str]]


@dataclass
class Outcome:
    """Which keys were finished, and the first errors where some weren't."""

    finished: set[str] = field(default_factory=set)
    errors: dict[str, BaseException] = field(default_factory=dict)
    interrupted: bool = False


def reading_edges(resources: Iterable[Resource]) -> Edges:
    """Each key with the keys whose outputs are needed to find it."""
    resources = list(resources)
    giver = {name: r.key for r in resources for name in r.provides}
    return {r.key: frozenset(giver[n] for n in r.located_by if n in giver) for r in resources}


def making_edges(resources: Iterable[Resource]) -> Edges:
    """Each key with the keys that must be in place before it."""
    resources = list(resources)
    present = {r.key for r in resources}
    giver = {name: r.key for r in resources for name in r.provides}
    return {
        r.key: frozenset(giver[n] for n in r.needs if n in giver) | (frozenset(r.after) & present)
        for r in resources
    }


def reverse(edges: Edges) -> Edges:
    turned: dict[str, set[str]] = {key: set() for key in edges}
    for key, before in edges.items():
        for other in before:
            turned[other].add(key)
    return {key: frozenset(after) for key, after in turned.items()}


def in_order(resources: Iterable[Resource], edges: Edges) -> list[Resource]:
    """The resources so that each comes after those it depends on, otherwise as given.

    Raises ValueError when they depend on each other in a circle (a mistake in the steps).
    """
    left = list(resources)
    done: list[Resource] = []
    placed: set[str] = set()
    while left:
        ready = next((r for r in left if edges[r.key] <= placed), None)
        if ready is None:
            raise ValueError("circle among " + ", ".join(r.key for r in left))
        left.remove(ready)
        done.append(ready)
        placed.add(ready.key)
    return done


def run(
    resources: Iterable[Resource],
    edges: Edges,
    work: Callable[[Resource], None],
    *,
    stop: Event,
    one_at_a_time: bool,
) -> Outcome:
    """Do `work` on each resource as soon as what it depends on is done.

    After a first error, or Ctrl-C, nothing new is begun, waits are abandoned through `stop`, and
    calls under way are let finish: one that was sent may take effect, so its answer counts.
    """
    waiting = in_order(resources, edges)
    outcome = Outcome()
    running: dict[Future[None], Resource] = {}
    stop.clear()  # set by a former run that ended early, it would end this one before it begins
    with (
        ThreadPoolExecutor(WORKERS, thread_name_prefix="productsapi") as pool,
        _ctrl_c_noted() as pressed,
    ):
        while waiting or running:
            busy = {r.lane for r in running.values() if r.lane} if one_at_a_time else set()
            for resource in [] if stop.is_set() else list(waiting):
                if edges[resource.key] <= outcome.finished and resource.lane not in busy:
                    waiting.remove(resource)
                    running[pool.submit(work, resource)] = resource
                    if one_at_a_time and resource.lane:
                        busy.add(resource.lane)
            if not running:
                break
            done, _ = wait(running, timeout=GLANCE, return_when=FIRST_COMPLETED)
            for future in done:
                resource = running.pop(future)
                error = future.exception()
                if error is None:
                    outcome.finished.add(resource.key)
                else:
                    outcome.errors[resource.key] = error
                    stop.set()
            if pressed:
                stop.set()
    outcome.interrupted = bool(pressed)
    return outcome


@contextmanager
def _ctrl_c_noted() -> Iterator[list[int]]:
    """Collect Ctrl-C in a list instead of raising KeyboardInterrupt wherever the main thread is.

    Raised there, it would lose track of what is under way. The handler doesn't set an Event, whose
    lock this very thread may hold. Where someone else handles Ctrl-C, that stays so.
    """
    pressed: list[int] = []
    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not usual or current_thread() is not main_thread():
        yield pressed
        return
    signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
