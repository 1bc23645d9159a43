"""Whether the functions trace as they are to."""

from __future__ import annotations

from collections.abc import Iterator

from productsapi.engine.read import Reading
from productsapi.operations.finding import Finding, State
from productsapi.routes import FUNCTIONS
from productsapi.stack import Stack, kinds
from productsapi.stack.function_settings import tracing
from productsapi.wording import in_a_row


def traced(stack: Stack, reading: Reading) -> Iterator[Finding]:
    """By what callers reach, which a later change of the function hasn't changed."""
    if not stack.config.functions.tracing:
        return
    others = []
    for function in FUNCTIONS:
        name = stack.function_name(function)
        observed = reading.observed.get(kinds.LIVE_CODE(name))
        if observed is None or observed.fields["tracing"] != tracing(stack.config):
            others.append(name)
    if others:
        text = f"{in_a_row(others)}: what callers reach doesn't trace"
        yield Finding("tracing", State.FAILED, text, "productsapi deploy")
    else:
        yield Finding("tracing", State.OK, "on, as configured")
