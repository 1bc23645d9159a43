"""What belongs to the table and has calls of its own."""

from __future__ import annotations

from dataclasses import dataclass

from productsapi.engine.names import Key
from productsapi.engine.resource import Resource
from productsapi.stack import Stack, kinds

TAGS = "tags of the table"
"""The serial group of what changes them: each change goes on after its answer, and AWS refuses the
next one until then (D1)."""


@dataclass(frozen=True)
class TablePart(Resource):
    """Made after the table, named like it, and gone with it."""

    stack: Stack
    step = "table"

    @property
    def name(self) -> str:
        return self.stack.config.table.name

    @property
    def parent(self) -> Key:
        return kinds.TABLE(self.name)

    @property
    def depends_on(self) -> tuple[Key, ...]:
        return (self.parent,)
