"""What `verify` looks at in the cache."""

from __future__ import annotations

from collections.abc import Iterator

from productsapi.engine.field_changes import compare, differing
from productsapi.engine.read import Reading
from productsapi.operations.finding import Finding, State
from productsapi.options.cache.cluster import size
from productsapi.options.cache.stage import wanted
from productsapi.stack import Stack, kinds


def cached(stack: Stack, reading: Reading) -> Iterator[Finding]:
    """What the stage caches, and whether that gets to whom it isn't for."""
    observed = reading.observed.get(kinds.STAGE(stack.config.api.stage))
    if observed is None:
        return
    check = f"cache of stage {stack.config.api.stage}"
    fields = compare(observed.fields, {**size(stack.config), **wanted(stack.config)})
    if fields:
        state = State.OPEN if observed.fields["cache_open"] else State.FAILED
        yield Finding(check, state, differing(fields), "productsapi deploy")
    else:
        text = "as configured" if stack.config.api.cache.on else "off, as configured"
        yield Finding(check, State.OK, text)
