"""What a configuration file is made of: values that know their line and how they were written."""

from __future__ import annotations

import json
from dataclasses import dataclass

NOT_PLAIN = object()  # what no rule takes: a float, a date, 0x10, a foreign tag
_WIDTH = 60


@dataclass(frozen=True)
class Scalar:
    line: int
    raw: str
    value: object  # str, int, bool, None or NOT_PLAIN
    unquoted: object  # what `raw` would be without quotes

    def __str__(self) -> str:
        raw = self.raw if len(self.raw) <= _WIDTH else f"{self.raw[:_WIDTH]}…"
        text = json.dumps(raw, ensure_ascii=False)
        if self.value is None:
            return "nothing"
        if isinstance(self.value, str):
            return text
        if isinstance(self.value, bool) and raw.lower() not in {"true", "false"}:
            return f"{raw} (which YAML reads as {str(self.value).lower()})"
        return text[1:-1]


@dataclass(frozen=True)
class Sequence:
    line: int
    items: tuple[Node, ...]

    def __str__(self) -> str:
        return "a list"


@dataclass(frozen=True)
class Mapping:
    line: int
    entries: tuple[tuple[Scalar, Node], ...]  # as written: duplicates included

    def __str__(self) -> str:
        return "keys and values"


Node = Scalar | Sequence | Mapping


def empty(node: Node | None) -> bool:
    """Whether there is nothing: no key, or one whose lines are all commented out."""
    return node is None or (isinstance(node, Scalar) and node.value is None)
