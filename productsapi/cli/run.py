"""One run that changes a stack: agreed to, under the lease, looked at again, carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from productsapi.errors import ProductsApiError, Refused
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.aws.lease import Lease
    from productsapi.cli.opened_stack import Opened
    from productsapi.engine.apply import Applied

MOST_LOOKS = 5


class Planned(Protocol):
    """Whatever says what there is to do."""

    @property
    def to_do(self) -> Any: ...


P = TypeVar("P", bound=Planned)
R = TypeVar("R")
T = TypeVar("T")


def carried_out(
    opened: Opened,
    doing: str,
    seen: tuple[P, R],
    *,
    look: Callable[[Opened, R], tuple[P, R]],
    agree: Callable[[P], None] | None,
    work: Callable[[Opened, P, R], T],
    for_good: bool = False,
) -> tuple[P, R, T | None]:
    """Carry out a plan, made of a reading, after a second look that nobody else's run can change.

    What is carried out is what was agreed to, or it is shown again; without `agree` nothing was
    shown, and the second plan counts. Gives that plan and reading with what `work` gave, None where
    another run has left nothing to do. `for_good`: when it is done there is no lease either.
    """
    for _ in range(MOST_LOOKS):
        if agree:
            agree(seen[0])
        with held(opened, doing, for_good=for_good) as holding:
            shown, (plan, reading) = seen[0], look(holding, seen[1])
            if not plan.to_do:
                click.echo("Another run has done it meanwhile.", err=True)
                return plan, reading, None
            if agree is None or plan.to_do == shown.to_do:
                return plan, reading, work(holding, plan, reading)
        seen = plan, reading
        click.secho("Something changed meanwhile; this is the plan now:", fg="yellow", err=True)
    raise Refused("the plan changed each time before it could be confirmed", "try again later")


@contextmanager
def held(opened: Opened, doing: str, *, for_good: bool = False) -> Iterator[Opened]:
    """Hold the stack's lease for the length of the block.

    Gives the stack with an AWS access that creates nothing once the lease isn't held any more.
    `doing` is what waiting runs print of this one. After success the lease is released, or, with
    `for_good`, removed. Raises Refused where another run doesn't end in time, LeaseLost where the
    lease was lost before the block was done.
    """
    from productsapi.aws.caller import Stopped
    from productsapi.engine.apply import Abandoned

    lease = _lease(opened, doing)
    try:
        lease.take(opened.lease_prefetch)
        lease.keep()
        holding = replace(opened, aws=opened.aws.guarded(lease.guard))
        if lease.taken_over:
            holding = replace(holding, stack=replace(opened.stack, after_a_kill=True))
        yield holding
    except Abandoned:
        lease.leave()  # no run may begin before what is under way has ended
        raise
    except BaseException as error:
        _end(lease, lease.release)
        if lease.lost and isinstance(error, Stopped):
            raise lease.lost from error
        raise
    give_back = lease.remove if for_good else lease.release
    try:
        _end(lease, give_back)
    except KeyboardInterrupt:  # all is done: there is nothing else to interrupt
        _end(lease, give_back)


def with_lease_prefetch(opened: Opened) -> Opened:
    """With a look at the lease that has begun: for commands that are going to take it."""
    from productsapi.aws.lease_state import LeasePrefetch
    from productsapi.aws.machine import this_machine

    stack = opened.stack.config.stack
    return replace(opened, lease_prefetch=LeasePrefetch(opened.aws, stack, this_machine()))


def sweep(opened: Opened) -> None:
    """Remove the lease of a stack of which nothing else is left, where nobody holds it."""
    with suppress(ProductsApiError):  # what is left of it is ignored anyhow
        _lease(opened, "tidying up").sweep()


def finish(applied: Applied, again: str) -> None:
    """Say what is done and what is left where a run ended early, and raise why it did."""
    if not applied.left:
        return
    click.echo(f"Done: {len(applied.done)}. Left: {len(applied.left)}:", err=True)
    for change in applied.left:
        doubt = " (was under way: it may have taken effect)" if change in applied.abandoned else ""
        click.echo(printable(f"  {change.action.value} {change.key}{doubt}"), err=True)
    found_out = ", which checks what took effect" if applied.abandoned else ""
    click.echo(f"Continue with: {again}{found_out}", err=True)
    try:
        applied.raise_failure()
    except ProductsApiError as error:
        error.hint = error.hint or f"fix that, then run `{again}` to continue from here"
        raise


def _lease(opened: Opened, doing: str) -> Lease:
    from productsapi.aws.lease import Lease
    from productsapi.aws.machine import this_machine

    stack = opened.stack
    return Lease(opened.printing_waits(), stack.config.stack, stack.tags, doing, this_machine())


def _end(lease: Lease, give_back: Callable[[], None]) -> None:
    try:
        give_back()
    except ProductsApiError as error:
        text = f"The run's lease {lease.name} couldn't be released; it expires in a minute"
        click.secho(printable(f"{text}: {error.message}"), fg="yellow", err=True)
