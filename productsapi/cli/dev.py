"""`productsapi dev`."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import click

from productsapi.cli.options import target_options
from productsapi.cli.target import TARGET, Target
from productsapi.errors import ProductsApiError, Refused


@click.command("dev")
@target_options
@click.option(
    "--seed",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Create the products of a JSON Lines file; existing ones are kept.",
)
@click.option("--aws", is_flag=True, help="On AWS instead of the local cloud, after a question.")
def command(target: Target, seed: Path | None, aws: bool) -> None:
    """Run it all on this machine, and make live what you save.

    Starts the local cloud, deploys, signs in a user `dev`, and then watches lambda_src/ and the
    configuration: what is saved is live within a second, data and users stay. A source with a
    syntax error is reported, and the code deployed before keeps serving. Shows each request, and
    what the functions log. Keys: o opens the page in the browser, v runs `verify`, q ends it, and
    so does Ctrl-C, with code 130. Without a terminal it prints plain lines. The local cloud keeps
    running.

    \b
    Examples:
      productsapi dev
      productsapi dev --seed products.jsonl
      productsapi dev -c config/prod.yaml
    """
    if aws and target.local:
        raise click.UsageError("--aws and --local are two places: omit one.")
    if aws and seed:
        raise click.UsageError("--seed is for the local cloud: use `productsapi products import`.")
    target = replace(target, local=not aws)
    click.get_current_context().meta[TARGET] = target
    try:
        _run(target, seed)
    except ProductsApiError as error:
        error.hint = target.completed(error.hint)
        raise


def _run(target: Target, seed: Path | None) -> None:
    config = target.load()
    from productsapi.cli.dev_loop import SAVED, Loop
    from productsapi.cli.dev_session import Session
    from productsapi.cli.dev_user import seeds
    from productsapi.cli.dev_view import View
    from productsapi.dev import watching
    from productsapi.dev.keys import keys
    from productsapi.local import emulator

    if target.local:
        emulator.installed_version()
    else:
        _agree_on_aws(target)
    watching.must_be_there()
    wanted = seeds(seed) if seed else []
    session = Session(target, asks=not target.local)
    view = View(lambda: session.tracebacks)
    events: SimpleQueue[str] = SimpleQueue()

    def refused() -> None:
        view.line(watching.refused().message, fg="yellow")

    with ExitStack() as ending:
        ending.enter_context(
            watching.watching(config.sources, config.path, lambda: events.put(SAVED), refused)
        )
        session.deploy()
        loop = Loop(session, view, ending)
        loop.begin(wanted)
        pressed = keys(events.put)
        ending.enter_context(pressed.read())
        events.put(SAVED)  # what was saved meanwhile
        while loop.handle(events.get(), pressed):
            pass
    if target.local:
        click.echo(
            f"The local cloud keeps running; {target.command('local down')} stops it.", err=True
        )


def _agree_on_aws(target: Target) -> None:
    """Raises Declined, or Refused where there is no terminal to ask on."""
    from productsapi.cli.opened_stack import open_stack
    from productsapi.cli.prompts import agreed, someone_is_there

    opened = open_stack(target)
    location = opened.stack.location
    if opened.name_to_type:
        raise Refused(
            f"{opened.name_to_type} is production: it isn't changed at each save",
            "productsapi deploy",
        )
    if not someone_is_there():
        raise Refused(
            "this changes AWS at each save and there is no terminal to ask on",
            "omit --aws, for the local cloud",
        )
    agreed(f"Deploy whatever is saved to {location}, at each save?")
