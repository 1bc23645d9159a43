"""Running work in parallel, each piece after those it depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event, Thread

from productsapi.engine.graph import Edges, in_order
from productsapi.engine.names import Key
from productsapi.engine.resource import Resource
from productsapi.signals import noted

MAX_CONCURRENT = 64
"""Most pieces under way. They wait for AWS nearly all the time, or for one another's answers."""
POLL_INTERVAL = 0.2
"""Seconds between two looks whether Ctrl-C was pressed."""


@dataclass
class Outcome:
    """Which keys were finished, and the first errors where some weren't.

    Of what was `abandoned` it isn't known whether it took effect.
    """

    finished: set[Key] = field(default_factory=set)
    errors: dict[Key, BaseException] = field(default_factory=dict)
    interrupted: bool = False
    abandoned: frozenset[Key] = frozenset()


def run(  # noqa: PLR0913 - what, in which order, and how
    resources: Iterable[Resource],
    edges: Edges,
    work: Callable[[Resource], None],
    *,
    stop: Event,
    one_at_a_time: bool,
    on_ctrl_c: Callable[[], None] = lambda: None,
) -> Outcome:
    """Do `work` on each resource as soon as what it depends on is done.

    After a first error, or a signal to end, nothing new is begun, waits are abandoned through
    `stop`, and calls under way are let finish: one that was sent may take effect, so its answer
    counts. A second signal abandons these too; `on_ctrl_c` is called at the first.
    """
    waiting = in_order(resources, edges)
    outcome = Outcome()
    running: dict[Key, Resource] = {}
    ended: SimpleQueue[tuple[Key, BaseException | None]] = SimpleQueue()
    stop.clear()  # set by a former run that ended early, it would end this one before it begins
    with noted() as pressed:
        if pressed:  # before this began: that still holds
            stop.set()
        while True:
            free = [r for r in waiting if edges[r.key] <= outcome.finished]
            for resource in [] if stop.is_set() else _startable(free, running, one_at_a_time):
                waiting.remove(resource)
                running[resource.key] = resource
                _begin(work, resource, ended)
            if not running or len(pressed) > 1:
                break
            for key, error in _ends(ended):
                del running[key]
                if error is None:
                    outcome.finished.add(key)
                else:
                    outcome.errors[key] = error
                    stop.set()
            if pressed and running and not stop.is_set():
                on_ctrl_c()
            if pressed:
                stop.set()
    outcome.interrupted = bool(pressed)
    outcome.abandoned = frozenset(running)
    return outcome


def _startable(
    free: Iterable[Resource], running: Mapping[Key, Resource], one_at_a_time: bool
) -> list[Resource]:
    """As many as there is room for, and one of each serial group where they go one at a time."""
    serial_groups = {resource.serial_group for resource in running.values()}
    found: list[Resource] = []
    for resource in free:
        if one_at_a_time and resource.serial_group and resource.serial_group in serial_groups:
            continue
        if len(running) + len(found) < MAX_CONCURRENT:
            found.append(resource)
            serial_groups.add(resource.serial_group)
    return found


def _begin(
    work: Callable[[Resource], None],
    resource: Resource,
    ended: SimpleQueue[tuple[Key, BaseException | None]],
) -> None:
    """In a thread that holds up nobody's end: what is abandoned must not."""

    def do() -> None:
        try:
            work(resource)
        except BaseException as error:  # noqa: BLE001 - whoever reads `ended` raises it
            ended.put((resource.key, error))
        else:
            ended.put((resource.key, None))

    Thread(target=do, name=f"productsapi {resource.key}", daemon=True).start()


def _ends(
    ended: SimpleQueue[tuple[Key, BaseException | None]],
) -> Iterator[tuple[Key, BaseException | None]]:
    """What has ended since the last look; waits a moment where nothing has."""
    try:
        yield ended.get(timeout=POLL_INTERVAL)
        while True:
            yield ended.get_nowait()
    except Empty:
        return
