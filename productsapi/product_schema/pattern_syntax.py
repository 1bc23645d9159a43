"""A pattern of JSON Schema (ECMA-262 with the `u` flag), as far as the functions can use it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from productsapi.product_schema import characters
from productsapi.product_schema.characters import Characters

NO_END = -1
MOST_TIMES = 10_000


class Unsuitable(Exception):
    """What is wrong with a pattern, to be read behind it."""


@dataclass(frozen=True)
class One:
    """A character of these."""

    of: Characters


@dataclass(frozen=True)
class Sequence:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Choice:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Repeat:
    part: Node
    least: int
    most: int  # or NO_END


@dataclass(frozen=True)
class Look:
    """What must, or must not, follow; no character is used up."""

    part: Node


@dataclass(frozen=True)
class Edge:
    r"""^, $, \b, \B."""

    sign: str


Node = One | Sequence | Choice | Repeat | Look | Edge

_COUNT = re.compile(r"\{([0-9]+)(,([0-9]*))?\}")
_GROUP = re.compile(r"\((?:\?(?:[:=!]|<[A-Za-z_]\w*>))?", re.ASCII)
_CODE = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}")
_CONTROLS = {"t": 0x09, "n": 0x0A, "v": 0x0B, "f": 0x0C, "r": 0x0D}
_PUNCTUATION = frozenset("^$\\.*+?()[]{}|/-,:;<>=!@#%&_~'\"` ")
_SURROGATES = ((0xD800, 0xDFFF),)


def parsed(pattern: str) -> Node:
    """Raises Unsuitable."""
    reader = _Reader(pattern)
    node = reader.choice()
    if reader.rest():
        raise Unsuitable("has a ) without its (")
    return node


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern, self.at = pattern, 0

    def rest(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        sign = self.rest()
        if not sign:
            raise Unsuitable("ends too early")
        self.at += 1
        return sign

    def match(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        found = expression.match(self.pattern, self.at)
        if found:
            self.at = found.end()
        return found

    def choice(self) -> Node:
        parts = [self.sequence()]
        while self.rest() == "|":
            self.take()
            parts.append(self.sequence())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.rest() not in ("", "|", ")"):
            parts.append(self.repeated(self.atom()))
        return Sequence(tuple(parts))

    def repeated(self, atom: Node) -> Node:
        bounds = self.bounds()
        if bounds is None:
            return atom
        if isinstance(atom, (Edge, Look)):
            raise Unsuitable("repeats what is no character")
        if self.rest() == "?":  # lazy: it finds the same
            self.take()
        if self.rest() and self.rest() in "*+?{":
            raise Unsuitable("repeats what is repeated already")
        return Repeat(atom, *bounds)

    def bounds(self) -> tuple[int, int] | None:
        simple = {"*": (0, NO_END), "+": (1, NO_END), "?": (0, 1)}
        if self.rest() in simple:
            return simple[self.take()]
        found = self.match(_COUNT)
        if not found:
            return None
        if max(len(found[1]), len(found[3] or "")) > len(str(MOST_TIMES)):
            raise Unsuitable(f"repeats more than {MOST_TIMES} times")
        least = int(found[1])
        most = least if found[2] is None else int(found[3]) if found[3] else NO_END
        if most != NO_END and not least <= most <= MOST_TIMES:
            raise Unsuitable(f"repeats {found[0]}, which is out of order or above {MOST_TIMES}")
        return least, most

    def atom(self) -> Node:
        if self.rest() == "(":
            return self.group()
        sign = self.take()
        if sign in "^$":
            return Edge(sign)
        if sign == ".":
            return One(characters.ANY)
        if sign == "[":
            return One(self.characters())
        if sign in "*+?{}]":
            raise Unsuitable(f"has a {sign} where there is nothing for it: \\{sign} means itself")
        if sign == "\\":
            if self.rest() and self.rest() in "bB":
                return Edge(self.take())
            return One(self.escaped())
        return One(characters.texts(sign))

    def group(self) -> Node:
        opening = self.match(_GROUP)
        if not opening or self.rest() == "?":
            raise Unsuitable(f"has {self.pattern[self.at - 1 : self.at + 3]!r}, not enforced here")
        inside = self.choice()
        if self.rest() != ")":
            raise Unsuitable("has a ( without its )")
        self.take()
        return Look(inside) if opening[0] in ("(?=", "(?!") else inside

    def characters(self) -> Characters:
        """A class, whose [ is taken already."""
        negated = self.rest() == "^"
        if negated:
            self.take()
        found: list[Characters] = []
        while self.rest() != "]":
            low = self.member()
            if self.rest() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("", "]"):
                self.take()
                if self.rest() == "-":
                    raise Unsuitable("has -- in a class: \\- means itself")
                low = self.range(low, self.member())
            found.append(low)
        self.take()
        if not found:
            raise Unsuitable("has an empty class")
        made = characters.together(found)
        return characters.others(made) if negated else made

    def member(self) -> Characters:
        sign = self.take()
        if sign == "-" and self.rest() == "-":
            raise Unsuitable("has -- in a class: \\- means itself")
        if sign != "\\":
            return characters.texts(sign)
        if self.rest() == "S":
            raise Unsuitable("has \\S in a class, not enforced here")
        if self.rest() == "b":
            self.take()
            return characters.texts("\b")
        return self.escaped()

    def range(self, low: Characters, high: Characters) -> Characters:
        if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1] or high[0][0] != high[0][1]:
            raise Unsuitable("has a class as the end of a range")
        if low[0][0] > high[0][0]:
            raise Unsuitable("has a range that is out of order")
        return characters.of((low[0][0], high[0][0]))

    def escaped(self) -> Characters:
        r"""What follows a \."""
        if code := self.match(_CODE):
            point = int(code[1] or code[2] or code[3], 16)
            if point > characters.LAST or characters.overlap(((point, point),), _SURROGATES):
                raise Unsuitable(f"has \\{code[0]}, which is no character: \\u{{…}} takes all")
            return characters.of((point, point))
        sign = self.take()
        if sign in characters.CLASSES:
            return characters.CLASSES[sign]
        if sign in _CONTROLS:
            return characters.of((_CONTROLS[sign], _CONTROLS[sign]))
        if sign == "0" and not self.rest().isdigit():
            return characters.of((0, 0))
        if sign not in _PUNCTUATION:
            raise Unsuitable(f"has \\{sign}, which isn't enforced here")
        return characters.texts(sign)
