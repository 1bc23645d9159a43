"""`productsapi verify`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING

import click

from productsapi.cli import domain
from productsapi.cli.opened_stack import Opened, open_stack
from productsapi.cli.options import json_option, target_options
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import Target
from productsapi.cli.tracing import trace_options
from productsapi.errors import ProductsApiError, Refused
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.engine.read import Reading
    from productsapi.engine.resource import Resource
    from productsapi.operations.finding import Finding
    from productsapi.operations.verify.run import Verification

FAILED = 1
OPEN = Refused.exit_code
"""Kinds that are read to find the way, beside those whose settings are compared."""


@click.command("verify")
@target_options
@trace_options
@json_option
def command(target: Target, as_json: bool) -> int:
    """Check that what is deployed works, and refuses whom it should.

    Looks at what the stage really serves, at the functions' permissions and aliases; then makes a
    throw-away user, signs in, takes a throw-away product through the API and back, and tries every
    route without a token and with wrong ones. User and product are removed at the end, also after a
    failure or Ctrl-C. In the first minute after a deploy it waits for new rights to spread.

    Ends with 0 when all is well, with 1 when something fails, and with 5 when something is OPEN:
    when it lets someone in whom it should refuse.

    \b
    Examples:
      productsapi verify --local
      productsapi verify -c config/prod.yaml --json
    """
    opened = open_stack(target)
    from productsapi.cli.findings import findings_as_json, print_finding
    from productsapi.cli.output import print_json
    from productsapi.operations.finding import State, worst

    found: list[Finding] = []

    def report(finding: Finding) -> None:
        found.append(finding)
        if not as_json or finding.check == "clean-up":
            print_finding(finding, target, err=as_json)

    verification = _carried_out(opened, report)
    state = worst(found)
    if as_json:
        described = {"state": state.value, "invoke_url": verification.api.url}
        print_json({**described, "checks": findings_as_json(found, target)})
    _print_summary(found)
    return {State.OPEN: OPEN, State.FAILED: FAILED}.get(state, 0)


def verify(opened: Opened) -> None:
    """The same checks, shown as they are made, and their summary: for a command that goes on."""
    from productsapi.cli.findings import print_finding

    found: list[Finding] = []

    def report(finding: Finding) -> None:
        found.append(finding)
        print_finding(finding, opened.target)

    _carried_out(opened, report)
    _print_summary(found)


def _carried_out(opened: Opened, report: Callable[[Finding], None]) -> Verification:
    """All checks, each reported as it is made."""
    verification = _verification(opened, report)
    verification.look()
    for each in domain.finding(opened.stack, opened.aws.clients.network):
        report(each)
    verification.ask()
    return verification


def _verification(opened: Opened, report: Callable[[Finding], None]) -> Verification:
    from productsapi import api_client
    from productsapi.api_client.users import UserPool
    from productsapi.cli.user_session import api_key
    from productsapi.operations.verify.api import SPREADING, STARTING, Api
    from productsapi.operations.verify.function_errors import Crashes
    from productsapi.operations.verify.run import Verification
    from productsapi.stack.output_names import CLIENT_ID, USER_POOL_ID

    resources, reading = _looked_at(opened)
    outputs = reading.outputs
    url, pool_id = opened.invoke_url(outputs), outputs.get(USER_POOL_ID)
    client_id = outputs.get(CLIENT_ID)
    if not url or not pool_id or not client_id:
        stack = opened.stack.config.stack
        raise ProductsApiError(f"the stack {stack} isn't deployed", "productsapi deploy")
    aws = opened.printing_waits()
    send = partial(api_client.send, network=aws.clients.network)
    now = datetime.now(timezone.utc)
    crash = Crashes(aws, opened.stack, int(now.timestamp() * 1000))
    cadence = STARTING if opened.stack.location.local else SPREADING
    api = Api(url, send, aws.wait, api_key(opened), crash, cadence.pauses())
    pool = UserPool(aws, pool_id, client_id)
    return Verification(opened.stack, aws, resources, reading, pool, api, report, now)


def _looked_at(opened: Opened) -> tuple[list[Resource], Reading]:
    """What the checks need of the stack. Raises an error of code 1 where AWS is ambiguous."""
    from productsapi.engine.graph import to_find
    from productsapi.engine.read import read
    from productsapi.operations.verify.settings import KINDS
    from productsapi.options.registry import OPTIONS, resources
    from productsapi.stack import kinds
    from productsapi.stack.option import switched_on

    more = {k for option in switched_on(OPTIONS, opened.stack.config) for k in option.looked_at}
    looked_at = to_find(resources(opened.stack), {*KINDS, kinds.STAGE, *more})
    try:
        return looked_at, read(looked_at, opened.printing_waits())
    except Refused as error:  # two of ours; its own code says that something is open
        raise ProductsApiError(error.message, error.hint) from error


def _print_summary(found: list[Finding]) -> None:
    from productsapi.operations.finding import State

    entrances = [finding for finding in found if finding.state is State.OPEN]
    failed = sum(finding.state is State.FAILED for finding in found)
    if entrances:
        checks = ", ".join(dict.fromkeys(finding.check for finding in entrances))
        click.secho(f"OPEN: {checks}", fg="red", bold=True, err=True)
    if failed:
        click.secho(f"{failed} of {len(found)} checks failed.", fg="red", err=True)
    warned = list(dict.fromkeys(f.check for f in found if f.state is State.WARNING))
    if warned and not entrances and not failed:
        text = f"No failures in {len(found)} checks; warnings: {', '.join(warned)}."
        click.secho(printable(text), fg="yellow", err=True)
    if not entrances and not failed and not warned:
        print_unless_quiet(f"All is well: {len(found)} checks.", fg="green")
