"""Running work side by side, each piece after those it depends on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event, Thread

from productsapi.engine.names import Key, Kind
from productsapi.engine.resource import Resource
from productsapi.signals import noted

AT_ONCE = 64
"""Most pieces under way. They wait for AWS nearly all the time, or for one another's answers."""
GLANCE = 0.2
"""Seconds between two looks whether Ctrl-C was pressed."""

Edges = Mapping[Key, frozenset[Key]]


class GraphError(ValueError):
    """A mistake in the resources: an edge to, or an input of, what isn't there; or a circle."""


@dataclass
class Outcome:
    """Which keys were finished, and the first errors where some weren't.

    Of what was `abandoned` it isn't known whether it took effect.
    """

    finished: set[Key] = field(default_factory=set)
    errors: dict[Key, BaseException] = field(default_factory=dict)
    interrupted: bool = False
    abandoned: frozenset[Key] = frozenset()


def checked(resources: Iterable[Resource]) -> list[Resource]:
    """The same, where each edge leads to one of them and each input is an output of one.

    Raises GraphError elsewhere, and where two have the same key.
    """
    resources = list(resources)
    keys = Counter(r.key for r in resources)
    given = {output for r in resources for output in r.outputs}
    for r in resources:
        edges = (*r.depends_on, *r.delete_after, *([r.parent] if r.parent else []))
        unknown = [key for key in edges if key not in keys and not key.optional]
        missing = [each for each in (*r.inputs, *r.lookup_inputs) if each not in given]
        if unknown or missing:
            raise GraphError(f"{r.key} names what nothing here is or gives: {[*unknown, *missing]}")
    if twice := [key for key, times in keys.items() if times > 1]:
        raise GraphError(f"there are several of {twice}")
    return resources


def to_find(resources: Iterable[Resource], kinds: Collection[Kind]) -> list[Resource]:
    """Those of these kinds, and all whose outputs are needed to look them up."""
    resources = list(resources)
    edges = reading_edges(resources)
    needed: set[Key] = set()
    wanted = [r.key for r in resources if r.kind in kinds]
    while wanted:
        needed.add(key := wanted.pop())
        wanted += edges[key] - needed
    return [r for r in resources if r.key in needed]


def reading_edges(resources: Iterable[Resource]) -> Edges:
    """Each key with the keys whose outputs are needed to find it."""
    resources = list(resources)
    giver = {name: r.key for r in resources for name in r.outputs}
    return {r.key: frozenset(giver[n] for n in r.lookup_inputs if n in giver) for r in resources}


def making_edges(resources: Iterable[Resource]) -> Edges:
    """Each key with the keys that must be in place before it, or before it goes."""
    resources = list(resources)
    return _joined(_built_upon(resources), _delete_after(resources))


def removing_edges(resources: Iterable[Resource]) -> Edges:
    """Each key with the keys that must be gone before it."""
    resources = list(resources)
    return _joined(reverse(_built_upon(resources)), _delete_after(resources))


def _built_upon(resources: list[Resource]) -> Edges:
    present = {r.key for r in resources}
    giver = {name: r.key for r in resources for name in r.outputs}
    return {
        r.key: frozenset(giver[n] for n in r.inputs if n in giver)
        | (frozenset(r.depends_on) & present)
        for r in resources
    }


def _delete_after(resources: list[Resource]) -> Edges:
    present = {r.key for r in resources}
    return {r.key: frozenset(r.delete_after) & present for r in resources}


def _joined(one: Edges, other: Edges) -> Edges:
    return {key: one[key] | other[key] for key in one}


def reverse(edges: Edges) -> Edges:
    turned: dict[Key, set[Key]] = {key: set() for key in edges}
    for key, before in edges.items():
        for other in before:
            turned[other].add(key)
    return {key: frozenset(after) for key, after in turned.items()}


def in_order(resources: Iterable[Resource], edges: Edges) -> list[Resource]:
    """The resources so that each comes after those it depends on, otherwise as given.

    Raises GraphError where they depend on each other in a circle.
    """
    left = list(resources)
    done: list[Resource] = []
    placed: set[Key] = set()
    while left:
        ready = next((r for r in left if edges[r.key] <= placed), None)
        if ready is None:
            raise GraphError("circle among " + ", ".join(r.key for r in left))
        left.remove(ready)
        done.append(ready)
        placed.add(ready.key)
    return done


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
        if len(running) + len(found) < AT_ONCE:
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
        yield ended.get(timeout=GLANCE)
        while True:
            yield ended.get_nowait()
    except Empty:
        return
