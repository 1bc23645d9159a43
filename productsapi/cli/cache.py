"""`productsapi cache`: the stage's cache of GET answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from productsapi.cli.opened_stack import open_stack
from productsapi.cli.options import json_option, target_options
from productsapi.cli.target import Target
from productsapi.cli.tracing import trace_options
from productsapi.errors import ProductsApiError

if TYPE_CHECKING:
    from productsapi.config import Config
    from productsapi.options.cache.flush import Flush


@click.group("cache")
def command() -> None:
    """Empty the cache of GET answers that `api.cache` switches on.

    \b
    Example:
      productsapi cache flush
    """


@command.command("flush")
@target_options
@trace_options
@json_option
def flush(target: Target, as_json: bool) -> None:
    """Delete all cached answers: the next GET of each caller is answered by the functions.

    \b
    Examples:
      productsapi cache flush
      productsapi cache flush -c config/prod.yaml --json
    """
    opened = open_stack(target)
    from productsapi.cli.output import print_json
    from productsapi.options.cache.flush import flush as forget
    from productsapi.stack.output_names import API_ID

    api_id, name = opened.outputs().get(API_ID), opened.stack.config.api.stage
    found = forget(opened.printing_waits(), api_id, name) if api_id else None
    if found is None:
        raise ProductsApiError(f"there is no stage {name}", target.command("deploy"))
    if as_json:
        print_json({"stage": name, "cache": found.cache_size_gb, "flushed": found.flushed})
    else:
        _print(found, opened.stack.config, target)


def _print(found: Flush, config: Config, target: Target) -> None:
    if found.flushed:
        click.secho(f"The cache of the stage {config.api.stage} is being flushed.", fg="green")
        return
    click.echo(f"Nothing to flush: {found.why_not}.")
    if config.api.cache.on and found.cache_size_gb is None:
        click.echo(f"Next: {target.command('deploy')}, which switches it on", err=True)
