"""How long the functions may look for a pattern, at the worst, in a text of some length.

Python's `re` goes back and tries again, as all of its kind do: `(a+)+$` takes hours on 40
characters. Two things are told apart: a loop that can read one text in two ways (each character
doubles the work: refused), and loops one after the other (a power of the text's length).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from productsapi.product_schema.characters import Characters, overlap
from productsapi.product_schema.pattern_syntax import (
    NO_END,
    Choice,
    Edge,
    Look,
    Node,
    One,
    Repeat,
    Sequence,
    Unsuitable,
    parsed,
)

__all__ = ["Steps", "Unsuitable", "steps", "too_slow"]

MOST_STEPS = 5_000_000
"""Half a second here, some seconds on the part of a processor that a small function gets."""
LONGEST = 1000
"""Characters of a pattern."""
MOST_PLACES = 200
"""Characters in a loop: all pairs of them are looked at."""


@dataclass(frozen=True)
class Steps:
    """At most `factor` times the `loops`-th power of the length, by the loops' factorial."""

    loops: int
    factor: int

    def on(self, length: int) -> float:
        return self.factor * float(max(length, 1)) ** self.loops / math.factorial(self.loops)


def steps(pattern: str) -> Steps:
    """Raises Unsuitable where it can't be used, or no length of a text is short enough."""
    if len(pattern) > LONGEST:
        raise Unsuitable(f"is longer than {LONGEST} characters")
    try:
        node = parsed(pattern)
        _refuse_ambiguous_loops(node)
        found = _cost(node)
    except RecursionError:
        raise Unsuitable("is nested too deeply") from None
    if not _anchored(node):  # it is tried from each character on
        found = Steps(found.loops + 1, found.factor * (found.loops + 1))
    if found.on(1) > MOST_STEPS:
        raise Unsuitable("has too many ways to be tried")
    return found


def too_slow(found: Steps, length: int) -> int:
    """The longest text that it may be tried on, where `length` is too long; else 0."""
    if found.on(length) <= MOST_STEPS:
        return 0
    low, high = 1, length
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if found.on(middle) <= MOST_STEPS else (low, middle)
    return low


def _cost(node: Node) -> Steps:
    if isinstance(node, (One, Edge)):
        return Steps(0, 1)
    if isinstance(node, Look):
        return _cost(node.part)
    if isinstance(node, Repeat):
        return _repeated(node)
    costs = [_cost(part) for part in node.parts]
    loops, factor = sum(each.loops for each in costs), math.prod(each.factor for each in costs)
    if isinstance(node, Choice) and not _distinguishable(node):
        factor *= len(node.parts)
    return Steps(loops, factor)


def _repeated(node: Repeat) -> Steps:
    inside = _cost(node.part)
    if node.most == NO_END:
        return Steps(inside.loops * max(node.least, 1) + 1, inside.factor ** max(node.least, 1))
    if node.least == node.most:
        return Steps(inside.loops * node.most, _power(inside.factor, node.most))
    ways = node.most - node.least + 1
    return Steps(inside.loops * node.most, _power(inside.factor, node.most) * ways)


def _power(factor: int, times: int) -> int:
    """Cut off where it is too much anyway."""
    return int(min(float(factor) ** min(times, 64), 2 * MOST_STEPS))


def _distinguishable(node: Choice) -> bool:
    """Whether the next character tells which of them it is."""
    shapes = [_Places().shape(part) for part in node.parts]
    places = _Places()
    starts = []
    for part in node.parts:
        shape = places.shape(part)
        starts.append([places.of[place] for place in shape.first])
    return not any(shape.empty for shape in shapes) and not any(
        overlap(one, other)
        for number, each in enumerate(starts)
        for later in starts[number + 1 :]
        for one in each
        for other in later
    )


def _anchored(node: Node) -> bool:
    if isinstance(node, Sequence):
        return bool(node.parts) and _anchored(node.parts[0])
    if isinstance(node, Choice):
        return all(map(_anchored, node.parts))
    return node == Edge("^")


@dataclass(frozen=True)
class _Shape:
    """Where a part begins and ends; a place stands there as often as there are ways to it."""

    empty: bool
    first: tuple[int, ...] = ()
    last: tuple[int, ...] = ()


@dataclass
class _Places:
    """Glushkov's automaton: a state for each character of the pattern; ways are counted."""

    of: list[Characters] = field(default_factory=list)
    ways: dict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def shape(self, node: Node) -> _Shape:
        if isinstance(node, One):
            self.of.append(node.of)
            place = (len(self.of) - 1,)
            return _Shape(False, place, place)
        if isinstance(node, Repeat):
            return self.repeated(node)
        if isinstance(node, (Edge, Look)):
            return _Shape(True)
        shapes = [self.shape(part) for part in node.parts]
        if isinstance(node, Choice):
            return _Shape(
                any(shape.empty for shape in shapes),
                tuple(place for shape in shapes for place in shape.first),
                tuple(place for shape in shapes for place in shape.last),
            )
        made = _Shape(True)
        for shape in shapes:
            made = self.joined(made, shape)
        return made

    def joined(self, one: _Shape, other: _Shape) -> _Shape:
        self.connect(one.last, other.first)
        return _Shape(
            one.empty and other.empty,
            one.first + (other.first if one.empty else ()),
            other.last + (one.last if other.empty else ()),
        )

    def repeated(self, node: Repeat) -> _Shape:
        """Bounded ones are taken for unbounded, unless they are always as long."""
        shape = self.shape(node.part)
        if node.most in (0, 1):
            return _Shape(shape.empty or node.least == 0, shape.first, shape.last)
        if node.least == node.most:
            return self.joined(shape, self.shape(node.part))
        self.connect(shape.last, shape.first)
        return _Shape(shape.empty or node.least == 0, shape.first, shape.last)

    def connect(self, ends: Iterable[int], starts: tuple[int, ...]) -> None:
        for end in ends:
            self.ways[end].update(starts)


def _refuse_ambiguous_loops(node: Node) -> None:
    """Two ways from a place back to itself by the same text make exponential work."""
    places = _Places()
    places.shape(node)
    for loop in _loops(places):
        if len(loop) > MOST_PLACES:
            raise Unsuitable("has too long a part that is repeated")
        if _is_ambiguous(places, loop):
            raise Unsuitable("has a loop that can read one text in many ways: it could take hours")
    for look in _looks(node):
        _refuse_ambiguous_loops(look.part)


def _loops(places: _Places) -> Iterator[frozenset[int]]:
    """The places that can be reached from each other."""
    reach = {place: _reached(places, place) for place in list(places.ways)}
    seen: set[int] = set()
    for place, there in reach.items():
        if place in there and place not in seen:
            loop = frozenset(each for each in there if place in reach.get(each, ()))
            seen |= loop
            yield loop


def _reached(places: _Places, start: int) -> set[int]:
    found: set[int] = set()
    ahead = [start]
    while ahead:
        fresh = set(places.ways.get(ahead.pop(), ())) - found
        found |= fresh
        ahead += fresh
    return found


def _is_ambiguous(places: _Places, loop: frozenset[int]) -> bool:
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
