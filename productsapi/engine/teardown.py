"""Removing a stack: what goes, what is kept and why, and the order of going.

A part goes with the whole it belongs to and stays with a whole that is kept, so plans name wholes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from productsapi.aws.caller import Aws
from productsapi.engine.apply import CTRL_C, Applied, Report, reporting, result
from productsapi.engine.graph import removing_edges
from productsapi.engine.names import Key
from productsapi.engine.plan import Action, Change, Plan
from productsapi.engine.read import Reading, look_at
from productsapi.engine.resource import Resource
from productsapi.engine.scheduler import run
from productsapi.errors import Refused


class Protected(Refused):
    """What holds data and is protected, by our own settings, where data is to be removed."""

    def __init__(self, keys: Sequence[str], settings: Sequence[str]) -> None:
        super().__init__(
            f"{' and '.join(keys)} {'is' if len(keys) == 1 else 'are'} protected against deletion, "
            "so --delete-data does nothing",
            f"set {' and '.join(settings)} to false, `productsapi deploy`, then tear down",
        )
        self.keys, self.settings = tuple(keys), tuple(settings)

    @classmethod
    def all(cls, each: Iterable[Protected]) -> Protected:
        """Several as one."""
        each = list(each)
        return cls([k for p in each for k in p.keys], [s for p in each for s in p.settings])


def plan_removal(resources: Iterable[Resource], reading: Reading, aws: Aws) -> Plan:
    """What a teardown removes and keeps. Looks whether there is data, and changes nothing.

    Raises Refused for all together that refuses to go.
    """
    wholes = [r for r in (*resources, *reading.orphans) if reading.get(r) and not r.parent]
    reasons: dict[Key, str] = {}
    refusals: dict[Key, Refused] = {}

    def ask(resource: Resource) -> None:
        observed = reading.observed[resource.key]
        if not observed.ours:
            reasons[resource.key] = f"it doesn't belong to this stack: {observed.ownership.value}"
            return
        try:
            reason = resource.keep(aws, observed)
        except Refused as refused:
            refusals[resource.key] = refused
            return
        if reason:
            reasons[resource.key] = reason

    look_at(wholes, ask, aws)
    if refusals:
        raise together([refusals[r.key] for r in wholes if r.key in refusals])
    return Plan(tuple(_removal(r, reasons.get(r.key)) for r in wholes), reading.notes)


def together(refusals: list[Refused]) -> Refused:
    """One for all of them, so that a person can fix them all at once."""
    protected = [each for each in refusals if isinstance(each, Protected)]
    others = [each for each in refusals if not isinstance(each, Protected)]
    found = ([Protected.all(protected)] if protected else []) + others
    if len(found) == 1:
        return found[0]
    messages = "\n  ".join(each.message for each in found)
    hint = "; ".join(dict.fromkeys(each.hint for each in found if each.hint))
    return Refused(f"nothing was removed, since:\n  {messages}", hint)


def _removal(resource: Resource, reason: str | None) -> Change:
    if reason:
        return Change(resource.step, resource.key, Action.KEEP, reason=reason)
    return Change(resource.step, resource.key, Action.DELETE)


def remove(
    plan: Plan, resources: Iterable[Resource], reading: Reading, aws: Aws, report: Report
) -> Applied:
    """Remove what the plan says, each after everything that was built upon it.

    Whether there is data is looked at again just before: it may have come since the plan was made.
    """
    resources = [*resources, *reading.orphans]
    going = {c.key: c for c in plan.to_do}
    done: dict[Key, Change] = {}

    def work(resource: Resource) -> None:
        change, observed = going.get(resource.key), reading.get(resource)
        if change is None or observed is None:
            return
        reason = resource.keep(aws.remembering(), observed)
        if reason:
            change = replace(change, action=Action.KEEP, reason=reason)
        with reporting(change, aws, report) as working:
            if not reason:
                resource.remove(working, reading.outputs, observed)
        done[resource.key] = change

    outcome = run(
        resources,
        removing_edges(resources),
        work,
        stop=aws.stop,
        one_at_a_time=True,
        on_ctrl_c=lambda: aws.on_wait(CTRL_C),
    )
    return result(plan, done, reading.outputs, outcome)
