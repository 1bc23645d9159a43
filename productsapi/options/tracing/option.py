"""What core code needs to know of tracing."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.options.tracing.verify import traced
from productsapi.stack import Stack, kinds
from productsapi.stack.option import Option


def parts(stack: Stack, *, on: bool = True) -> list[Resource]:  # noqa: ARG001 - seen with functions
    return []


OPTION = Option(
    title="tracing",
    step="functions",
    on=lambda config: config.functions.tracing,
    parts=parts,
    looked_at=(kinds.LIVE_CODE,),
    verify={"tracing": traced},
)
OPTIONS = (OPTION,)
