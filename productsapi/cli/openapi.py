"""`productsapi openapi`."""

from __future__ import annotations

from pathlib import Path

import click

from productsapi.cli.opened_stack import deployed_url, open_stack
from productsapi.cli.options import target_options
from productsapi.cli.output import write_file
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import Target

FORMATS = ("yaml", "json")
SPECS = ("3.1", "3.0")


@click.command("openapi")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="By default json for a FILE that ends so, else yaml.",
)
@click.option(
    "--spec",
    type=click.Choice(SPECS),
    default=SPECS[0],
    show_default=True,
    help="OpenAPI's version: 3.0 for API Gateway's importer and generators that know no 3.1.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write it there instead of to stdout, which is -.",
)
@click.option(
    "--deployed", is_flag=True, help="With the invoke URL of what is deployed (--local: always)."
)
@target_options
def command(
    target: Target, form: str | None, spec: str, output: str | None, deployed: bool
) -> None:
    """Describe the API as an OpenAPI document, for client generators, docs and tests.

    Without --deployed it is made from the configuration and lambda_src alone: nothing is asked of
    AWS.

    \b
    Examples:
      productsapi openapi
      productsapi openapi -o openapi.json
      productsapi openapi --deployed --profile work -o openapi.yaml
      productsapi openapi --spec 3.0 -o openapi-3.0.json
      productsapi openapi --local
    """
    from productsapi import openapi

    file = None if output in {None, "-"} else Path(str(output))
    if file is not None and file.is_dir():
        raise click.UsageError(f"{file} is a directory: name the file to write.")
    config = target.load()
    sources = openapi.read(config.sources)
    url = _invoke_url(target) if deployed or target.local else ""
    form = form or ("json" if file is not None and file.suffix == ".json" else "yaml")
    document = openapi.document(config, sources, url)
    written = openapi.text(openapi.as_30(document) if spec == "3.0" else document, form)
    if file is None:
        click.echo(written.encode("utf-8", "backslashreplace"), nl=False)
    else:
        write_file(file, written)
        print_unless_quiet(f"Wrote {file}")


def _invoke_url(target: Target) -> str:
    opened = open_stack(target)
    return deployed_url(opened, opened.outputs())
