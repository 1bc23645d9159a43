"""`productsapi policy`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from productsapi.cli.opened_stack import open_stack
from productsapi.cli.options import target_options
from productsapi.cli.target import Target
from productsapi.errors import CredentialsError, Refused
from productsapi.wording import plural

if TYPE_CHECKING:
    from productsapi.aws.location import Location
    from productsapi.config import Config
    from productsapi.operator_policy import Scope

JOBS = ("deploy", "teardown", "read", "user-admin", "data", "caller")


def account_id(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"\d{12}", value):
        raise click.BadParameter("an account's id has twelve digits.")
    return value


@click.command("policy")
@click.argument("job", type=click.Choice(JOBS))
@click.option(
    "--account",
    metavar="ID",
    callback=account_id,
    help="For this account, without asking AWS. By default expected_account, or the credentials'.",
)
@click.option("--deployed", is_flag=True, help="Limited to the ids of what is deployed.")
@click.option(
    "--part", type=click.IntRange(min=1), help="Which policy, where the job needs several."
)
@target_options
def command(
    target: Target, job: str, account: str | None, deployed: bool, part: int | None
) -> None:
    """Print the least IAM policy for a JOB on this configuration, as JSON.

    \b
    deploy      deploy and rollback: making, changing, taking over, renaming, pruning
    teardown    teardown, also with --delete-data
    read        plan, status, history, logs, metrics, doctor, and what verify looks at
    user-admin  the user commands, login and request; verify needs it beside read
    data        products import, export, list, get and count
    caller      fetching the API key, where api.key asks callers for one, and nothing else

    It names what the configuration names. REST APIs and user pools have ids that nobody knows
    before the first deploy, so it matches any in the Region; with --deployed it matches this
    stack's alone, and doesn't allow creating another one.

    \b
    Examples:
      productsapi policy deploy --account 123456789012 > deployer.json
      productsapi policy deploy --deployed -c config/prod.yaml > deployer.json
      productsapi policy read --profile work
      productsapi policy user-admin --local
    """
    if account and (target.local or deployed):
        raise click.UsageError("--account is for use without AWS: not with this.")
    config = target.load()
    scope = _as_deployed(target) if deployed else as_configured(target, config, account)
    from productsapi.cli.output import print_json
    from productsapi.operator_policy import Job, policies

    if Job(job) is Job.CALLER and not config.api.key:
        raise Refused("callers need no rights here: api.key is off")
    documents = policies(Job(job), scope)
    if len(documents) > 1 and part is None:
        raise Refused(
            f"it takes {len(documents)} policies: IAM allows 6,144 characters each",
            f"print each with --part 1 to --part {len(documents)}, and attach all of them",
        )
    if part is not None and part > len(documents):
        there = plural(len(documents), "part")
        raise click.UsageError(f"There {'is' if len(documents) == 1 else 'are'} {there}.")
    print_json(documents[(part or 1) - 1])
    if scope.api_id is None or scope.user_pool_id is None:
        again = target.command(f"policy {job} --deployed")
        text = "It matches every REST API and user pool of the Region. After the deploy, narrower"
        click.echo(f"{text}: {again}", err=True)


def as_configured(target: Target, config: Config, account: str | None) -> Scope:
    """Before anything is there. Without `account` it is expected_account, or the credentials'."""
    from productsapi.operator_policy import Scope
    from productsapi.stack import Stack

    if target.local:
        from productsapi.local.emulator import ACCOUNT

        return Scope(Stack(config, _place(config.region, ACCOUNT, local=True)))
    expected = config.expected_account
    if account and expected and account != expected:
        raise click.UsageError(
            f"The configuration expects account {expected} (expected_account), not {account}."
        )
    known = account or expected
    location = _place(config.region, known) if known else _credentials_place(target, config)
    return Scope(Stack(config, location))


def _as_deployed(target: Target) -> Scope:
    """By a look at it. Raises Refused where there is nothing to see yet."""
    from productsapi.operator_policy import Scope
    from productsapi.stack.output_names import API_ID, USER_POOL_ID
    from productsapi.stack.previous_names import previous_names

    opened = open_stack(target)
    outputs = opened.outputs()
    api_id, pool_id = outputs.get(API_ID), outputs.get(USER_POOL_ID)
    if not api_id or not pool_id:
        stack = opened.stack.config.stack
        raise Refused(f"the stack {stack} isn't deployed", "omit --deployed")
    former = tuple(previous_names(opened.stack, opened.printing_waits()))
    return Scope(opened.stack, api_id, pool_id, former)


def _place(region: str, account: str, *, local: bool = False) -> Location:
    from productsapi.aws import probe
    from productsapi.aws.location import Location

    return Location(region, account, probe.known(region).partition or "aws", local=local)


def _credentials_place(target: Target, config: Config) -> Location:
    from productsapi.aws.connect import connect

    try:
        return connect(config.region, target.profile)[1]
    except CredentialsError as error:
        error.hint = f"{error.hint}; or name the account: --account"
        raise
