"""How long the functions may look for a pattern, at the worst, in a text of some length.

Python's `re` goes back and tries again, as all of its kind do: `(a+)+$` takes hours on 40
characters. Two cases are distinguished: a loop that can read one text in two ways (each character
doubles the work: refused), and loops one after the other (a power of the text's length).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from productsapi.product_schema.ambiguous_loops import Places, refuse_ambiguous_loops
from productsapi.product_schema.characters import overlap
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
        refuse_ambiguous_loops(node)
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
    """Whether the next character decides which of them it is."""
    shapes = [Places().shape(part) for part in node.parts]
    places = Places()
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
