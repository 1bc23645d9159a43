"""`productsapi local`: the local cloud itself."""

from __future__ import annotations

import functools
import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from productsapi.cli.opened_stack import local_cloud
from productsapi.cli.options import config_option, json_option
from productsapi.cli.prompts import agreed, must_be_asked
from productsapi.cli.target import Target, load_config
from productsapi.errors import LocalCloudError, ProductsApiError

if TYPE_CHECKING:
    from productsapi.local import LocalCloud

ELSEWHERE = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
"""What would lead programs to AWS all the same."""


def project_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """-c, which says whose local cloud is meant; hints mean the same one."""

    @config_option
    @functools.wraps(function)
    def command(config: Path, **rest: Any) -> Any:
        try:
            return function(config=config, **rest)
        except ProductsApiError as error:
            error.hint = Target(config, None, None, local=False).completed(error.hint)
            raise

    return command


@click.group("local")
def command() -> None:
    """Start, stop and reset the local cloud.

    It belongs to the project that contains the configuration, and keeps its state in
    .productsapi/ there. Every command with --local starts it when needed.

    \b
    Examples:
      productsapi local status
      productsapi local down
    """


@command.command()
@project_option
def up(config: Path) -> None:
    """Start it, if it doesn't run.

    \b
    Example:
      productsapi local up
    """
    loaded = load_config(config)
    running = local_cloud(loaded.root).up(loaded.region)
    click.echo(running.endpoint_url)


@command.command()
@project_option
def down(config: Path) -> None:
    """Stop it; what it holds is kept for the next start.

    \b
    Example:
      productsapi local down
    """
    stopped = _cloud(config).down()
    click.echo("Stopped; its state is kept." if stopped else "It wasn't running.")


@command.command()
@project_option
@json_option
def status(config: Path, as_json: bool) -> None:
    """Show whether it runs, and where.

    \b
    Example:
      productsapi local status --json
    """
    running = _cloud(config).find()
    if as_json:
        from productsapi.cli.output import print_json

        url = running.endpoint_url if running else None
        print_json({"running": running is not None, "endpoint_url": url})
    elif running:
        click.echo(f"Running at {running.endpoint_url} (process {running.pid}).")
    else:
        click.echo("Not running.")


@command.command()
@project_option
def env(config: Path) -> None:
    """Print what other programs need to reach it, as a shell takes it.

    The keys are the same for everybody, and open nothing but a local cloud.

    \b
    Example:
      eval "$(productsapi local env)" && aws dynamodb list-tables
    """
    loaded = load_config(config)
    running = local_cloud(loaded.root).find()
    if running is None:
        raise LocalCloudError("the local cloud doesn't run", "`productsapi local up` starts it")
    from productsapi.aws.connect import LOCAL_KEY

    settings = {
        "AWS_ENDPOINT_URL": running.endpoint_url,
        "AWS_ACCESS_KEY_ID": LOCAL_KEY,
        "AWS_SECRET_ACCESS_KEY": LOCAL_KEY,
        "AWS_REGION": loaded.region,
        "AWS_DEFAULT_REGION": loaded.region,
    }
    others = sorted(name for name in os.environ if re.fullmatch(r"AWS_ENDPOINT_URL_\w+", name))
    click.echo(f"unset {' '.join([*ELSEWHERE, *others])}")
    for name, value in settings.items():
        click.echo(f"export {name}={shlex.quote(value)}")


@command.command()
@project_option
@click.option("-y", "--yes", is_flag=True, help="Don't ask.")
def reset(config: Path, yes: bool) -> None:
    """Stop it and delete all that it holds: every stack, item and user.

    \b
    Example:
      productsapi local reset --yes
    """
    cloud = _cloud(config)
    if not yes:
        must_be_asked("this deletes everything")
        agreed(f"Delete every stack, item and user in {cloud.folder}?")
    cloud.reset()
    click.echo("Forgotten.")


def _cloud(config: Path) -> LocalCloud:
    return local_cloud(load_config(config).root)
