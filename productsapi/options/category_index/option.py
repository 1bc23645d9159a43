"""What core code needs to know of the category index."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.options.category_index.index import CategoryIndex, definition
from productsapi.stack import Stack, kinds
from productsapi.stack.option import Option


def parts(stack: Stack, *, on: bool = True) -> list[Resource]:  # noqa: ARG001 - seen with the table
    return [CategoryIndex(stack)]


OPTION = Option(
    title="category index",
    step="table",
    on=lambda config: config.table.category_index,
    parts=parts,
    index=definition,
    verified=(kinds.CATEGORY_INDEX,),
)
OPTIONS = (OPTION,)
