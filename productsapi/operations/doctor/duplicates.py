"""Duplicates: resources with the stack's tag beside those in use, after an answer was lost."""

from __future__ import annotations

from collections.abc import Iterator

from productsapi.aws.caller import Aws
from productsapi.engine.graph import to_find
from productsapi.engine.read import read
from productsapi.operations.finding import Finding, State
from productsapi.options.registry import resources
from productsapi.stack import Stack
from productsapi.stack.duplicates import Duplicates


def doubles(aws: Aws, stack: Stack) -> Iterator[Finding]:
    """By full listings, for a stack that asks for them. Changes nothing."""
    name = "doubles"
    every = resources(stack)
    duplicates = [each for each in every if isinstance(each, Duplicates)]
    reading = read(to_find(every, {each.kind for each in duplicates}), aws)
    found = [(each, seen) for each in duplicates if (seen := reading.get(each))]
    for each, seen in found:
        used = reading.outputs[each.used]
        text = f"{each.of.one} {seen.identity}: made twice, {used} is in use"
        fix = "`productsapi deploy --find-doubles` removes what is empty"
        if seen.removal_blocker:
            text, fix = seen.removal_blocker, "decide which one is needed"
        yield Finding(name, State.WARNING, text, fix)
    if not found:
        yield Finding(name, State.OK, "nothing of this stack is there twice")
