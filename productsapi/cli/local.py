"""`productsapi local`: the local cloud itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from productsapi.cli.asking import agreed
from productsapi.cli.options import config_option, json_option, local_cloud, someone_is_there
from productsapi.errors import Refused

if TYPE_CHECKING:
    from productsapi.local import LocalCloud


@click.group("local")
def command() -> None:
    """Start, stop and reset the local cloud.

    It belongs to the project that the configuration stands in, and keeps its state in
    .productsapi/ there. Every command with --local starts it when needed.

    \b
    Examples:
      productsapi local status
      productsapi local down
    """


@command.command()
@config_option
def up(config: Path) -> None:
    """Start it, if it doesn't run.

    \b
    Example:
      productsapi local up
    """
    from productsapi.config import load

    loaded = load(config)
    running = local_cloud(loaded.root).up(loaded.region)
    click.echo(running.endpoint_url)


@command.command()
@config_option
def down(config: Path) -> None:
    """Stop it; what it holds is kept for the next start.

    \b
    Example:
      productsapi local down
    """
    stopped = _cloud(config).down()
    click.echo("Stopped; its state is kept." if stopped else "It wasn't running.")


@command.command()
@config_option
@json_option
def status(config: Path, as_json: bool) -> None:
    """Tell whether it runs, and where.

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
@config_option
@click.option("-y", "--yes", is_flag=True, help="Don't ask.")
def reset(config: Path, yes: bool) -> None:
    """Stop it and forget all it holds: every stack, item and user.

    \b
    Example:
      productsapi local reset --yes
    """
    cloud = _cloud(config)
    if not yes:
        if not someone_is_there():
            raise Refused("this forgets everything and nobody is there to be asked", "add --yes")
        agreed(f"Forget every stack, item and user in {cloud.folder}?")
    cloud.reset()
    click.echo("Forgotten.")


def _cloud(config: Path) -> LocalCloud:
    from productsapi.config import load

    return local_cloud(load(config).root)
