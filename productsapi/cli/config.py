"""`productsapi config`: what others need to know of a deployed stack."""

from __future__ import annotations

from pathlib import Path

import click

from productsapi.cli.opened_stack import open_stack
from productsapi.cli.options import target_options
from productsapi.cli.output import write_file
from productsapi.cli.target import Target
from productsapi.errors import RequestFailed

FORMATS = ("amplify", "env", "json")


@click.group("config")
def command() -> None:
    """Print the settings that front ends need of the deployed API.

    \b
    Example:
      productsapi config frontend --format env -o .env.local
    """


@command.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="json",
    show_default=True,
    help="amplify: amplify_outputs.json; env: lines for Vite, Next.js, dotenv.",
)
@click.option(
    "--prefix", default="VITE_", show_default=True, help="Prefix of the variables of --format env."
)
@click.option("--url", help="Another address of the API, as through a proxy of yours.")
@click.option(
    "-o", "--output", metavar="FILE", help="Write it there instead of to stdout, which is -."
)
@target_options
def frontend(target: Target, form: str, prefix: str, url: str | None, output: str | None) -> None:
    """Write what a page needs: the API's URL, the Region, and the ids to sign in by.

    The URL is that of `api.domain` where it answers. All of it is public: of an API key it
    says only that one is needed.

    \b
    Examples:
      productsapi config frontend --local
      productsapi config frontend --format amplify -o src/amplify_outputs.json
      productsapi config frontend --format env -o .env.local
      productsapi config frontend --format env --prefix NEXT_PUBLIC_ --url https://api.example.com
    """
    from productsapi.cli import frontend_settings as written
    from productsapi.stack.json_contract import contract

    if not written.is_prefix(prefix):
        raise click.UsageError(f"{prefix!r} can't begin a variable's name.")
    if url is not None and not url.startswith(("https://", "http://")):
        raise click.UsageError(f"{url!r} is no web address.")
    file = None if output in {None, "-"} else Path(str(output))
    if file is not None and file.is_dir():
        raise click.UsageError(f"{file} is a directory: name the file to write.")
    opened = open_stack(target)
    outputs = opened.outputs()
    reported = contract(opened.stack, outputs)
    needed = ("invoke_url", "user_pool_id", "client_id")
    if missing := [name for name in needed if not reported[name]]:
        text = f"the stack {reported['stack']} has no {missing[0].replace('_', ' ')} yet"
        raise RequestFailed(text, "productsapi deploy")
    address = url or opened.invoke_url(outputs) or reported["invoke_url"]
    values = written.settings(opened.stack.config, reported, address)
    forms = {"amplify": written.as_amplify, "json": written.as_json}
    text = written.as_env(values, prefix) if form == "env" else forms[form](values)
    if file is None:
        click.echo(text, nl=False)
    else:
        write_file(file, text)
        click.echo(f"Wrote {file}", err=True)
