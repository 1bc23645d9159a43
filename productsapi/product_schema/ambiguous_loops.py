"""Loops of a pattern that can read one text in two ways: `(a+)+$`, each character doubles the work.

They are found in Glushkov's automaton of the pattern: there two ways lead from a state back to
itself by the same characters.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from productsapi.product_schema.characters import Characters, overlap
from productsapi.product_schema.pattern_syntax import (
    Choice,
    Edge,
    Look,
    Node,
    One,
    Repeat,
    Sequence,
    Unsuitable,
)

MOST_PLACES = 200
"""Characters in a loop: all pairs of them are looked at."""


@dataclass(frozen=True)
class Shape:
    """Where a part begins and ends; a place is listed as often as there are ways to it."""

    empty: bool
    first: tuple[int, ...] = ()
    last: tuple[int, ...] = ()


@dataclass
class Places:
    """Glushkov's automaton: a state for each character of the pattern; ways are counted."""

    of: list[Characters] = field(default_factory=list)
    ways: dict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def shape(self, node: Node) -> Shape:
        if isinstance(node, One):
            self.of.append(node.of)
            place = (len(self.of) - 1,)
            return Shape(False, place, place)
        if isinstance(node, Repeat):
            return self.repeated(node)
        if isinstance(node, (Edge, Look)):
            return Shape(True)
        shapes = [self.shape(part) for part in node.parts]
        if isinstance(node, Choice):
            return Shape(
                any(shape.empty for shape in shapes),
                tuple(place for shape in shapes for place in shape.first),
                tuple(place for shape in shapes for place in shape.last),
            )
        made = Shape(True)
        for shape in shapes:
            made = self.joined(made, shape)
        return made

    def joined(self, one: Shape, other: Shape) -> Shape:
        self.connect(one.last, other.first)
        return Shape(
            one.empty and other.empty,
            one.first + (other.first if one.empty else ()),
            other.last + (one.last if other.empty else ()),
        )

    def repeated(self, node: Repeat) -> Shape:
        """Bounded ones are taken for unbounded, unless they are always as long."""
        shape = self.shape(node.part)
        if node.most in (0, 1):
            return Shape(shape.empty or node.least == 0, shape.first, shape.last)
        if node.least == node.most:
            return self.joined(shape, self.shape(node.part))
        self.connect(shape.last, shape.first)
        return Shape(shape.empty or node.least == 0, shape.first, shape.last)

    def connect(self, ends: Iterable[int], starts: tuple[int, ...]) -> None:
        for end in ends:
            self.ways[end].update(starts)


def refuse_ambiguous_loops(node: Node) -> None:
    """Two ways from a place back to itself by the same text make exponential work."""
    places = Places()
    places.shape(node)
    for loop in _loops(places):
        if len(loop) > MOST_PLACES:
            raise Unsuitable("has too long a part that is repeated")
        if _is_ambiguous(places, loop):
            raise Unsuitable("has a loop that can read one text in many ways: it could take hours")
    for look in _looks(node):
        refuse_ambiguous_loops(look.part)


def _loops(places: Places) -> Iterator[frozenset[int]]:
    """The places that can be reached from each other."""
    reach = {place: _reached(places, place) for place in list(places.ways)}
    seen: set[int] = set()
    for place, there in reach.items():
        if place in there and place not in seen:
            loop = frozenset(each for each in there if place in reach.get(each, ()))
            seen |= loop
            yield loop


def _reached(places: Places, start: int) -> set[int]:
    found: set[int] = set()
    ahead = [start]
    while ahead:
        fresh = set(places.ways.get(ahead.pop(), ())) - found
        found |= fresh
        ahead += fresh
    return found


def _is_ambiguous(places: Places, loop: frozenset[int]) -> bool:
    """Whether two ways part within the loop, read the same, and meet again."""

    def onward(one: int, other: int) -> Iterator[tuple[int, int]]:
        for a in places.ways[one].keys() & loop:
            for b in places.ways[other].keys() & loop:
                if overlap(places.of[a], places.of[b]):
                    yield a, b

    if any(places.ways[a][b] > 1 for a in loop for b in places.ways[a].keys() & loop):
        return True
    seen = {(a, b) for place in loop for a, b in onward(place, place) if a != b}
    ahead = list(seen)
    while ahead:
        for pair in onward(*ahead.pop()):
            if pair[0] == pair[1]:
                return True
            if pair not in seen:
                seen.add(pair)
                ahead.append(pair)
    return False


def _looks(node: Node) -> Iterator[Look]:
    if isinstance(node, Look):
        yield node
    elif isinstance(node, Repeat):
        yield from _looks(node.part)
    elif isinstance(node, (Sequence, Choice)):
        for part in node.parts:
            yield from _looks(part)
