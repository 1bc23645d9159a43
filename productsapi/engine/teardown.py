"""Removing a stack: what goes, what is kept and why, and the order of going.

A part goes with the whole it belongs to and stays with a whole that is kept, so plans name wholes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from productsapi.aws.caller import Aws
from productsapi.engine.apply import Applied, Report, result, told
from productsapi.engine.graph import making_edges, reverse, run
from productsapi.engine.plan import Action, Change, Plan
from productsapi.engine.read import Reading
from productsapi.engine.resource import Resource


def plan_removal(resources: Iterable[Resource], reading: Reading, aws: Aws) -> Plan:
    """What a teardown removes and keeps. Looks whether there is data, and changes nothing."""
    changes = []
    for resource in resources:
        observed = reading.get(resource)
        if observed is None or resource.part_of:
            continue
        change = Change(resource.step, resource.key, Action.DELETE)
        if not observed.ours:
            reason = f"it doesn't belong to this stack: {observed.claim.value}"
        else:
            reason = resource.keep(aws, observed) or ""
        if reason:
            change = replace(change, action=Action.KEEP, reason=reason)
        changes.append(change)
    return Plan(tuple(changes), reading.notes)


def remove(
    plan: Plan, resources: Iterable[Resource], reading: Reading, aws: Aws, report: Report
) -> Applied:
    """Remove what the plan says, each after everything that was built upon it.

    Whether there is data is looked at again just before: it may have come since the plan was made.
    """
    resources = list(resources)
    going = {c.key: c for c in plan.to_do}
    done: dict[str, Change] = {}

    def work(resource: Resource) -> None:
        change, observed = going.get(resource.key), reading.get(resource)
        if change is None or observed is None:
            return
        reason = resource.keep(aws, observed)
        if reason:
            change = replace(change, action=Action.KEEP, reason=reason)
        with told(change, aws, report) as working:
            if not reason:
                resource.delete(working, observed)
        done[resource.key] = change

    outcome = run(
        resources, reverse(making_edges(resources)), work, stop=aws.stop, one_at_a_time=True
    )
    return result(plan, done, reading.outputs, outcome)
