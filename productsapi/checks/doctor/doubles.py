"""What carries the stack's mark beside what is in use: made twice, after an answer was lost."""

from __future__ import annotations

from collections.abc import Iterator

from productsapi.aws.caller import Aws
from productsapi.checks.finding import Finding, State
from productsapi.engine.graph import to_find
from productsapi.engine.read import read
from productsapi.options import resources
from productsapi.steps.namesakes import Twins
from productsapi.steps.stack import Stack


def doubles(aws: Aws, stack: Stack) -> Iterator[Finding]:
    """By full listings, for a stack that asks for them. Changes nothing."""
    name = "doubles"
    every = resources(stack)
    twins = [each for each in every if isinstance(each, Twins)]
    reading = read(to_find(every, {each.kind for each in twins}), aws)
    found = [(each, seen) for each in twins if (seen := reading.get(each))]
    for each, seen in found:
        used = reading.outputs[each.used]
        told = f"{each.of.one} {seen.identity}: made twice, {used} is in use"
        fix = "`productsapi deploy --find-doubles` removes what is empty"
        if seen.removal_blocker:
            told, fix = seen.removal_blocker, "decide which one is needed"
        yield Finding(name, State.WARNING, told, fix)
    if not found:
        yield Finding(name, State.OK, "nothing of this stack is there twice")
