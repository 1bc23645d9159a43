"""Applying a plan: as parallel as the dependencies allow, each change reported as it happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from productsapi.aws.caller import Aws, Stopped
from productsapi.engine.graph import making_edges
from productsapi.engine.names import Key
from productsapi.engine.opt_out_hint import with_opt_out_hint
from productsapi.engine.outputs import LOST, Given, Outputs
from productsapi.engine.plan import Action, Change, Plan, difference
from productsapi.engine.read import Reading
from productsapi.engine.resource import Managed, Observed, Resource
from productsapi.engine.scheduler import Outcome, run
from productsapi.errors import AlreadyExists, Interrupted, Refused

LOOKS = (1.0, 2.0, 3.0, 4.0, 5.0, 5.0, 5.0, 5.0)
"""Seconds between looks for what was just made: 30 in all, for which AWS's listings may lag."""
CTRL_C = "for the calls under way; Ctrl-C once more abandons them"


class Abandoned(KeyboardInterrupt):
    """Ended with calls under way, which may take effect yet."""


class Report(Protocol):
    """Called with each change as it happens, from several threads."""

    def begun(self, change: Change) -> None: ...

    def waiting(self, change: Change, reason: str) -> None: ...

    def done(self, change: Change) -> None: ...

    def failed(self, change: Change, error: BaseException) -> None: ...


@dataclass(frozen=True)
class Applied:
    """What was carried out, what is left, and the outputs as they are now.

    `abandoned` are those of the left whose calls were under way: they may take effect yet.
    """

    done: tuple[Change, ...]
    left: tuple[Change, ...]
    outputs: Outputs
    errors: Mapping[Key, BaseException]
    interrupted: bool
    abandoned: tuple[Change, ...] = ()

    def raise_failure(self) -> None:
        """Raise what ended the run early, if anything did."""
        if self.abandoned:
            raise Abandoned
        if self.interrupted:
            raise KeyboardInterrupt
        for error in sorted(self.errors.values(), key=lambda e: isinstance(e, Stopped)):
            raise error
        if self.left:
            raise Stopped("the run was stopped before its end")


def apply(
    plan: Plan, resources: Iterable[Resource], reading: Reading, aws: Aws, report: Report
) -> Applied:
    """Create, change and remove what the plan says, each after those it depends on.

    Raises Refused, before the first call, where the plan refuses anything.
    """
    if plan.refused:
        raise Refused("; ".join(change.reason for change in plan.refused))
    resources = [*resources, *reading.orphans]
    outputs = reading.outputs.as_dict()
    done: dict[Key, Change] = {}

    def work(resource: Resource) -> None:
        change = plan[resource.key]
        if change not in plan.to_do:
            return
        with reporting(change, aws, report) as working, with_opt_out_hint(resource):
            known = Outputs(outputs)
            outputs.update(carry_out(change, resource, reading.get(resource), working, known))
        done[resource.key] = change

    outcome = run(
        resources,
        making_edges(resources),
        work,
        stop=aws.stop,
        one_at_a_time=True,
        on_ctrl_c=lambda: aws.on_wait(CTRL_C),
    )
    return result(plan, done, Outputs(outputs), outcome)


@contextmanager
def reporting(change: Change, aws: Aws, report: Report) -> Iterator[Aws]:
    """Report a change's begin, waits and end; returns the AWS caller that reports its waits."""
    report.begun(change)
    try:
        yield aws.reporting_waits(lambda reason: report.waiting(change, reason))
    except BaseException as error:
        report.failed(change, error)
        raise
    report.done(change)


def result(plan: Plan, done: Mapping[Key, Change], outputs: Outputs, outcome: Outcome) -> Applied:
    done = dict(done)  # what was abandoned may go on
    left = tuple(c for c in plan.to_do if c.key not in done)
    abandoned = tuple(c for c in left if c.key in outcome.abandoned)
    return Applied(
        tuple(done.values()),
        left,
        outputs,
        outcome.errors,
        outcome.interrupted,
        abandoned,
    )


def carry_out(
    change: Change, resource: Resource, observed: Observed | None, aws: Aws, known: Outputs
) -> Given:
    """Carry out one change, whose dependencies are in place; returns its outputs."""
    managed = resource if isinstance(resource, Managed) else None
    if managed and change.action is Action.CREATE:
        return _create(managed, aws, known)
    if observed is None:
        raise AssertionError(f"{resource.key} can't be changed unseen")
    if managed and change.action is Action.UPDATE:
        return _update(managed, observed, aws, known)
    return resource.remove(aws, known, observed)


def _update(resource: Managed, observed: Observed, aws: Aws, known: Outputs) -> Given:
    """Compare again, now that every output is known: only what really differs is sent."""
    now = difference(resource, observed, known)
    if now.action is Action.REFUSE:
        raise Refused(now.reason)
    if now.action is Action.UNCHANGED:
        return observed.outputs
    try:
        made = resource.update(aws, known, observed, now.changed)
    except Interrupted:
        if resource.unique:  # sent several times already
            raise
        aws.wait(LOOKS[0], f"AWS gave no answer about {resource.key}")
        made = resource.update(aws, known, observed, now.changed)
    return {**observed.outputs, **made}


def _create(resource: Managed, aws: Aws, known: Outputs, *, again: bool = True) -> Given:
    """Create, and look what exists where AWS says that something does, or gives no answer.

    Where AWS refuses a second one, sending it again finds out; else it is looked for first.
    """
    try:
        return resource.create(aws, known)
    except AlreadyExists:
        observed = resource.read(aws, known) or _look_again(resource, aws, known)
        if observed is None:
            raise
    except Interrupted:
        if not again:
            raise
        observed = None if resource.unique else _look_again(resource, aws, known)
    if observed is None:
        made = _create(resource, aws, known, again=False)
        return made if resource.unique else {**made, LOST: resource.key}
    return _update(resource, observed, aws, known)


def _look_again(resource: Managed, aws: Aws, known: Outputs) -> Observed | None:
    for pause in LOOKS:
        aws.wait(pause, f"AWS doesn't say yet whether there is {resource.key}; looking for it")
        if (observed := resource.read(aws, known)) is not None:
            return observed
    return None
