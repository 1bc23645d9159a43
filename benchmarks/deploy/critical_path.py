"""The longest chain of waits that no order of calls can avoid.

A scenario is a table of nodes: what is waited for, how long, and what must be over before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Node:
    name: str
    seconds: float
    needs: tuple[str, ...] = ()
    why: str = ""
    """Why it needs them, where that isn't plain."""
    calls: int = 0
    """How many calls one after the other are in it: farther from the Region each takes longer."""
    lease: bool = False
    """Whether it is only there for the lease: taking it, looking again, giving it back."""


@dataclass(frozen=True)
class Path:
    seconds: float
    nodes: tuple[Node, ...]


def critical_path(nodes: Iterable[Node]) -> Path:
    """The chain that ends last when everything begins as soon as what it needs is over.

    Raises ValueError where a node needs one that isn't there before it in the table.
    """
    longest: dict[str, Path] = {}
    for node in nodes:
        if missing := [name for name in node.needs if name not in longest]:
            raise ValueError(
                f"{node.name} needs {', '.join(missing)}, which doesn't come before it"
            )
        before = max((longest[n] for n in node.needs), key=lambda p: p.seconds, default=Path(0, ()))
        longest[node.name] = Path(before.seconds + node.seconds, (*before.nodes, node))
    return max(longest.values(), key=lambda path: path.seconds, default=Path(0, ()))


def without_lease(nodes: Iterable[Node]) -> list[Node]:
    """The same table, where the lease costs nothing."""
    return [replace(node, seconds=0.0) if node.lease else node for node in nodes]
