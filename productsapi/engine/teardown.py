"""Removing a stack: what goes, what is kept and why, and the order of going.

A part goes with the whole it belongs to and stays with a whole that is kept, so plans name wholes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from productsapi.aws.caller import Aws
from productsapi.engine.apply import CTRL_C, Applied, Report, result, told
from productsapi.engine.graph import removing_edges, run
from productsapi.engine.plan import Action, Change, Plan
from productsapi.engine.read import Reading, look_at
from productsapi.engine.resource import Resource


def plan_removal(resources: Iterable[Resource], reading: Reading, aws: Aws) -> Plan:
    """What a teardown removes and keeps. Looks whether there is data, and changes nothing."""
    wholes = [r for r in (*resources, *reading.others) if reading.get(r) and not r.part_of]
    reasons: dict[str, str] = {}

    def ask(resource: Resource) -> None:
        observed = reading.observed[resource.key]
        if not observed.ours:
            reasons[resource.key] = f"it doesn't belong to this stack: {observed.claim.value}"
        elif reason := resource.keep(aws, observed):
            reasons[resource.key] = reason

    look_at(wholes, ask, aws)
    return Plan(tuple(_removal(r, reasons.get(r.key)) for r in wholes), reading.notes)


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
    resources = [*resources, *reading.others]
    going = {c.key: c for c in plan.to_do}
    done: dict[str, Change] = {}

    def work(resource: Resource) -> None:
        change, observed = going.get(resource.key), reading.get(resource)
        if change is None or observed is None:
            return
        reason = resource.keep(aws.remembering(), observed)
        if reason:
            change = replace(change, action=Action.KEEP, reason=reason)
        with told(change, aws, report) as working:
            if not reason:
                resource.delete(working, observed)
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
