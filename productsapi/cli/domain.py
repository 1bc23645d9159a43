"""The custom domain, as commands use and print it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.aws.network import Network
    from productsapi.engine.plan import Plan
    from productsapi.errors import Refused
    from productsapi.operations.finding import Finding
    from productsapi.stack import Stack


def answering_url(stack: Stack, network: Network) -> str | None:
    """The domain's URL; None, and why, where it doesn't answer yet.

    On an emulator it never does by itself: its name is in no DNS.
    """
    domain = stack.config.api.domain
    if not domain.on or stack.location.endpoint_url:
        return None
    from productsapi.options.domain.answering import unreachable_reason

    why = unreachable_reason(stack, network)
    if not why:
        return domain.url
    text = f"The invoke URL is used, since the domain doesn't answer yet: {why}"
    click.secho(printable(text), fg="yellow", err=True)
    return None


def not_answering(stack: Stack, network: Network, plan: Plan) -> Refused | None:
    """Why the API's own URL mustn't be switched off yet, where that is to be done."""
    from productsapi.engine.plan import Action
    from productsapi.options.domain import answering
    from productsapi.stack import kinds

    if not any(c.key.kind == kinds.INVOKE_URL and c.action is Action.CREATE for c in plan.to_do):
        return None
    return answering.not_answering(stack, network)


def print_domain(stack: Stack, described: dict[str, Any] | None) -> None:
    """Its URL, and the record that leads to it where no deploy makes that."""
    if described is None:
        return
    domain = stack.config.api.domain
    click.echo(f"Domain:        {described['url']}")
    if domain.zone_id is None and described["target"]:
        click.echo(f"DNS, by hand:  {domain.name} CNAME {described['target']}")


def finding(stack: Stack, network: Network) -> Iterator[Finding]:
    """Whether it answers, for `verify`, which tries all else by the invoke URL until it does."""
    from productsapi.operations.finding import Finding, State
    from productsapi.options.domain.answering import unreachable_reason

    domain = stack.config.api.domain
    if not domain.on:
        return
    if why := unreachable_reason(stack, network):
        fix = "look at its DNS record; a new one may take an hour to be known"
        yield Finding("domain", State.WARNING, why, fix)
    else:
        yield Finding("domain", State.OK, f"{domain.url} answers")
