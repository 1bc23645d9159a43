"""`productsapi key`: the API key that callers send beside their token."""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING

import click

from productsapi.cli.opened_stack import Opened, deployed_url, open_stack
from productsapi.cli.options import json_option, target_options
from productsapi.cli.run import carried_out, finish, with_lease_prefetch
from productsapi.cli.target import Target
from productsapi.cli.tracing import trace_options
from productsapi.cli.user_session import find_users
from productsapi.errors import ProductsApiError
from productsapi.routes import COLLECTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from productsapi.engine.apply import Applied
    from productsapi.engine.outputs import Outputs
    from productsapi.engine.plan import Plan
    from productsapi.engine.read import Reading
    from productsapi.options.api_key.key import ApiKey

    Seen = tuple[Plan, tuple[ApiKey, Reading]]


@click.group("key")
def command() -> None:
    """Replace the API key that callers send beside their token (api.key).

    Its value is kept in Secrets Manager and never shown. `productsapi request` reads it there for
    those who may.

    \b
    Example:
      productsapi key rotate --local
    """


@command.command()
@target_options
@trace_options
@json_option
@click.option(
    "--keep-old", is_flag=True, help="The former key stays valid until the next deploy or rotation."
)
@click.option("-y", "--yes", is_flag=True, help="Don't ask.")
def rotate(target: Target, as_json: bool, keep_old: bool, yes: bool) -> None:
    """Replace the current API key by a new one.

    The former key is invalid then: callers who use it get 403 until they have the new one
    from Secrets Manager. It goes when the API answers to the new one, which is asked with the token
    of somebody who is signed in here; where that can't be seen, it stays. With --keep-old it stays
    until the next `productsapi deploy`, whose plan says so. Interrupted, just repeat it.

    \b
    Examples:
      productsapi key rotate --local
      productsapi key rotate --keep-old --yes
    """
    started = time.monotonic()
    opened = with_lease_prefetch(open_stack(target))
    from productsapi.cli.output import print_json
    from productsapi.cli.plan_detail import changes_as_json
    from productsapi.options.api_key.key import STAYS
    from productsapi.options.api_key.secret import secret_name

    seen = _planned(opened, keep_old=keep_old)
    asks = opened.asks(yes=yes)
    plan, _, applied = carried_out(
        opened,
        "rotating the API key",
        seen,
        look=lambda holding, _: _planned(holding, keep_old=keep_old),
        agree=functools.partial(_agree, opened, keep_old=keep_old) if asks else None,
        work=functools.partial(_replace, keep_old=keep_old),
    )
    seconds = time.monotonic() - started
    secret = secret_name(opened.stack)
    stays = applied.outputs.get(STAYS) if applied and not keep_old else None
    again = opened.target.command("deploy")
    if stays:
        text = f"The former key stays valid, since {stays}. When callers use the new one: {again}"
        click.secho(text, fg="yellow", err=True)
    if as_json:
        changes = changes_as_json(plan.to_do)
        described = {"secret": secret, "changes": changes, "former_stays": bool(keep_old or stays)}
        print_json({**described, "seconds": round(seconds, 1)})
        return
    click.secho(f"There is a new API key ({seconds:.1f} s), in the secret {secret}.", fg="green")
    if keep_old:
        click.echo(f"The former one is valid until the next rotation, or: {again}", err=True)


def _planned(opened: Opened, *, keep_old: bool) -> Seen:
    from productsapi.engine.graph import to_find
    from productsapi.engine.plan import plan
    from productsapi.engine.read import read
    from productsapi.options.api_key.rotation import LOOKED_AT, rotating
    from productsapi.options.registry import resources

    aws = opened.printing_waits()
    looked_at = to_find(resources(opened.stack), LOOKED_AT)
    reading = read(looked_at, aws)
    ask = None if keep_old else _asking(opened, reading.outputs)
    key = rotating(opened.stack, reading, keep_former=keep_old, ask=ask)
    return plan([key], reading), (key, reading)


def _asking(opened: Opened, outputs: Outputs) -> Callable[[str], int]:
    """How the API is asked with a key, beside the token of somebody who is signed in here."""
    from productsapi.api_client import send

    @functools.cache
    def headers() -> dict[str, str]:
        try:
            users = find_users(opened.target)
            names = users.signed_in()
            return {"authorization": f"Bearer {users.token(names[0])}"} if names else {}
        except ProductsApiError:  # the answers show whether it works without
            return {}

    def ask(value: str) -> int:
        url = deployed_url(opened, outputs)
        sent = {**headers(), "x-api-key": value}
        network = opened.aws.clients.network
        return send("GET", f"{url}{COLLECTION}", headers=sent, body=None, network=network).status

    return ask


def _agree(opened: Opened, plan: Plan, *, keep_old: bool) -> None:
    from productsapi.cli.plan_detail import print_plan
    from productsapi.cli.plan_screen import print_heading
    from productsapi.cli.prompts import agreed, must_be_asked

    must_be_asked("this changes AWS")
    print_heading(opened.stack, err=True)
    click.secho("A new API key", bold=True, err=True)
    print_plan(plan)
    if not keep_old:
        click.echo("Callers who use the current one get 403 from then on.", err=True)
    agreed("Rotate the key?", name=opened.name_to_type)


def _replace(
    opened: Opened, plan: Plan, seen: tuple[ApiKey, Reading], *, keep_old: bool
) -> Applied:
    from productsapi.cli.progress import progress
    from productsapi.engine.apply import apply

    key, reading = seen
    with progress(plan) as report:
        applied = apply(plan, [key], reading, opened.printing_waits(), report)
    again = f"key rotate{' --keep-old' if keep_old else ''}"
    finish(applied, opened.target.command(again))
    return applied
