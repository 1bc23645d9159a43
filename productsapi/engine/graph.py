"""The resources' dependency graph: its edges, its checks and its order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from productsapi.engine.names import Key, Kind
from productsapi.engine.resource import Resource

Edges = Mapping[Key, frozenset[Key]]


class GraphError(ValueError):
    """A mistake in the resources: an edge to, or an input of, what isn't there; or a circle."""


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
