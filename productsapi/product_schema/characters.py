"""Sets of characters, as ranges of code points."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

Characters = tuple[tuple[int, int], ...]
"""From and to, both in it; sorted, no two of them touching."""

LAST = 0x10FFFF


def of(*ranges: tuple[int, int]) -> Characters:
    made: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if made and low <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(high, made[-1][1]))
        else:
            made.append((low, high))
    return tuple(made)


def texts(characters: str) -> Characters:
    return of(*((ord(each), ord(each)) for each in characters))


def others(characters: Characters) -> Characters:
    ends = [(-1, -1), *characters, (LAST + 1, LAST + 1)]
    gaps = [(before[1] + 1, after[0] - 1) for before, after in pairwise(ends)]
    return tuple(gap for gap in gaps if gap[0] <= gap[1])


def together(sets: Iterable[Characters]) -> Characters:
    return of(*(each for characters in sets for each in characters))


def overlap(one: Characters, other: Characters) -> bool:
    return any(a <= d and c <= b for a, b in one for c, d in other)


DIGITS = of((0x30, 0x39))
WORD = of((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
SPACES = of(
    (0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A),
    (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
ANY = others(texts("\n\r\u2028\u2029"))

CLASSES = {
    "d": DIGITS,
    "D": others(DIGITS),
    "w": WORD,
    "W": others(WORD),
    "s": SPACES,
    "S": others(SPACES),
}
