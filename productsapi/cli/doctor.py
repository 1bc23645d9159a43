"""`productsapi doctor`."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Generator, Iterator
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import click

from productsapi.cli.opened_stack import Opened, local_cloud
from productsapi.cli.options import json_option, target_options
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import Target
from productsapi.errors import ConfigError, CredentialsError, ProductsApiError
from productsapi.wording import plural

if TYPE_CHECKING:
    from productsapi.aws.caller import Aws
    from productsapi.config import Config
    from productsapi.operations.finding import Finding
    from productsapi.operator_policy import Scope

IN_THE_ACCOUNT = ("account", "rights", "quotas", "account log role", "doubles")
ANY_REGION = "us-east-1"
"""Where credentials are tried while no configuration says where."""


@click.command("doctor")
@target_options
@json_option
def command(target: Target, as_json: bool) -> int:
    """Check what a deploy needs: before the first one, and when something is off.

    Looks at this machine, the project, the credentials, the account and the rights in it, and says
    of each whether it is ok, worth a warning or broken, and what to do. Changes nothing and starts
    nothing. Ends with 0 when nothing is broken, else with 1.

    \b
    Examples:
      productsapi doctor
      productsapi doctor --local
      productsapi doctor -c config/prod.yaml --profile work --json
    """
    from productsapi.cli.findings import findings_as_json, print_finding
    from productsapi.cli.output import print_json
    from productsapi.operations.finding import State, worst

    found = []
    for finding in _examined(target):
        found.append(finding)
        if not as_json:
            print_finding(finding, target)
    state = worst(found)
    if as_json:
        print_json({"state": state.value, "checks": findings_as_json(found, target)})
    else:
        click.echo(_summary(found), err=True)
    return 1 if state is State.BROKEN else 0


def _examined(target: Target) -> Iterator[Finding]:
    """Each cause before what it breaks."""
    from productsapi.operations.doctor import environment

    yield environment.python(sys.version_info[:2], _now().date())
    yield environment.local_extra(needed=target.local)
    config = yield from _configuration(target)
    if config is not None:
        yield from _project(config, target)
    if target.local:
        aws = _running(config) if config else None
        why = "the local cloud doesn't run"
    else:
        aws = yield from _reached(target, config)
        why = "AWS can't be asked"
    if config is None:
        yield _not_looked_at(("project", *IN_THE_ACCOUNT), "the configuration can't be used")
    elif aws is None:
        yield _not_looked_at(IN_THE_ACCOUNT, why)
    else:
        yield from _account(aws.reporting_waits(_tell_wait), config, target)


def _configuration(target: Target) -> Generator[Finding, None, Config | None]:
    from productsapi.operations.finding import Finding, State

    try:
        config = target.load()
    except ConfigError as error:
        yield Finding("configuration", State.BROKEN, error.message, error.hint)
        return None
    text = f"{target.config}: {config.stack} in {config.region}"
    yield Finding("configuration", State.OK, text)
    return config


def _project(config: Config, target: Target) -> Iterator[Finding]:
    from productsapi.operations.doctor import environment, project
    from productsapi.operations.finding import State, attempt

    yield project.runtime(config, _now().date())
    yield from attempt("sources", State.BROKEN, lambda: project.sources(config, local=target.local))
    bad = State.BROKEN if target.local else State.WARNING
    yield from attempt(
        "local cloud", bad, lambda: [environment.local_cloud(config.root, needed=target.local)]
    )


def _reached(target: Target, config: Config | None) -> Generator[Finding, None, Aws | None]:
    """Region, clock and credentials; the way to AWS, if there is one."""
    from productsapi.aws import probe
    from productsapi.aws.caller import Aws
    from productsapi.aws.connect import connect
    from productsapi.operations.doctor import connectivity
    from productsapi.operations.finding import Finding, State, attempt

    region = config.region if config else target.region or _environments_region()
    if config:
        yield connectivity.region(region, probe.known(region))
    try:
        yield from connectivity.endpoints(probe.endpoints(target.profile))
    except ConfigError as error:
        yield Finding("endpoints", State.BROKEN, error.message, error.hint)
        return None
    except CredentialsError:
        pass  # of a profile that can't be read: reported where it is needed
    yield from attempt(
        "clock",
        State.WARNING,
        lambda: [connectivity.clock(probe.time_at_aws(region, target.profile), _now())],
    )
    try:
        clients, location = connect(region, target.profile)
    except ProductsApiError as error:
        refused = isinstance(error, CredentialsError)
        elsewhere = probe.accepted_elsewhere(region, target.profile) if refused else None
        if elsewhere:
            yield connectivity.not_enabled(region, elsewhere)
        else:
            yield Finding("credentials", State.BROKEN, error.message, error.hint)
        return None
    yield Finding("credentials", State.OK, f"accepted, as {location.caller or 'somebody'}")
    return Aws(clients, location)


def _running(config: Config) -> Aws | None:
    """The way to the local cloud, if it runs: it isn't started for this."""
    from productsapi.aws.caller import Aws
    from productsapi.aws.connect import connect_local

    running = local_cloud(config.root).find()
    if running is None:
        return None
    clients, location = connect_local(config.region, running.endpoint_url, running.account)
    return Aws(clients, location)


def _account(aws: Aws, config: Config, target: Target) -> Iterator[Finding]:
    from productsapi.operations.doctor import account_limits, connectivity
    from productsapi.operations.doctor.duplicates import doubles
    from productsapi.operations.doctor.iam_simulation import rights
    from productsapi.operations.doctor.quotas import quotas
    from productsapi.operations.email_checks import by_mail
    from productsapi.operations.finding import State, attempt
    from productsapi.operator_policy import Job, asked
    from productsapi.options.registry import OPTIONS
    from productsapi.stack import Stack

    yield connectivity.account(aws.location, config)
    scope = _scope(Opened(Stack(config, aws.location), aws, target))
    yield from attempt("rights", State.WARNING, lambda: rights(aws, asked(Job.DEPLOY, scope)))
    yield from quotas(aws)
    yield from attempt(
        "limits of Lambda", State.WARNING, lambda: account_limits.of_lambda(aws, config)
    )
    yield from attempt(
        "account throttle", State.WARNING, lambda: account_limits.of_gateway(aws, config)
    )
    for name, check in ((n, c) for option in OPTIONS for n, c in option.doctor.items()):
        yield from attempt(name, State.WARNING, functools.partial(check, aws, config))
    if pool_id := scope.user_pool_id:
        look = functools.partial(by_mail, aws, config, pool_id)
        yield from attempt("mails to users", State.WARNING, look)
    everywhere = Stack(config, aws.location, find_doubles=True)
    yield from attempt("doubles", State.WARNING, lambda: doubles(aws, everywhere))


def _scope(opened: Opened) -> Scope:
    """With the ids of what is deployed, by which the caller's policy may go."""
    from productsapi.operator_policy import Scope
    from productsapi.stack.output_names import API_ID, USER_POOL_ID

    try:
        outputs = opened.outputs()
    except ProductsApiError:  # reported by the check of the rights
        return Scope(opened.stack)
    return Scope(opened.stack, outputs.get(API_ID), outputs.get(USER_POOL_ID))


def _not_looked_at(checks: tuple[str, ...], why: str) -> Finding:
    from productsapi.operations.finding import Finding, State

    return Finding("not looked at", State.WARNING, f"{', '.join(checks)}: {why}")


def _summary(found: list[Finding]) -> str:
    counts = {name: sum(f.state.value == name for f in found) for name in ("broken", "warning")}
    if counts["broken"]:
        return f"{counts['broken']} broken: fix that first."
    warned = f"{plural(counts['warning'], 'warning')}; nothing" if counts["warning"] else "Nothing"
    return f"{warned} is broken."


def _environments_region() -> str:
    environment = os.environ
    return environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or ANY_REGION


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _tell_wait(reason: str) -> None:
    print_unless_quiet(f"Waiting: {reason}")
