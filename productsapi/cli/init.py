"""`productsapi init`."""

from __future__ import annotations

from pathlib import Path

import click

from productsapi.cli.config_file import (
    DEFAULT_CONFIG,
    ENVIRONMENT,
    ConfigFile,
    environment_file,
)
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import Target, load_config
from productsapi.errors import Refused


@click.command("init")
@click.argument("directory", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--env", "name", help="Write another environment's file beside the configuration.")
@click.option(
    "--from",
    "model",
    type=ConfigFile(),
    default=DEFAULT_CONFIG,
    show_default=True,
    help="With --env: the configuration that it is based on.",
)
def command(directory: Path | None, name: str | None, model: Path) -> None:
    """Write a configuration and the four function sources to start from.

    DIRECTORY gets config/dev.yaml, config/prod.yaml and lambda_src/. With --env, a project that is
    there gets one more environment: config/NAME.yaml says what the first one says, but its names
    follow from its own stack. Nothing that is there already is written over.

    \b
    Examples:
      productsapi init my-api
      productsapi init --env staging
      productsapi init --env live --from prod
    """
    if directory and name:
        raise click.UsageError("--env adds to the project that is here: omit DIRECTORY.")
    if name:
        _add_environment(name, model)
    elif directory:
        _start(directory)
    else:
        raise click.UsageError("Say which DIRECTORY to start in ('.' is this one), or --env NAME.")


def _start(directory: Path) -> None:
    from productsapi.starter import files

    starters = files()
    there = [str(directory / name) for name in starters if (directory / name).exists()]
    if there:
        raise Refused(
            "nothing was written, since these exist already:\n  " + "\n  ".join(there),
            "choose another directory, or move them away",
        )
    for name, content in starters.items():
        _write(directory / name, content)
    click.echo(f"Wrote {len(starters)} files to {directory}")
    step = "" if directory == Path() else f"cd {directory} && "
    print_unless_quiet(f"Next: {step}productsapi deploy --local")


def _add_environment(name: str, model: Path) -> None:
    from productsapi.config.new_environment import stack_of, text
    from productsapi.config_keys.allowed import STACK

    if not ENVIRONMENT.fullmatch(name):
        allowed = "lower-case letters, digits and hyphens, beginning with a letter"
        raise click.UsageError(f"--env: found {name!r}, allowed: {allowed}")
    source = load_config(model)
    stack = stack_of(source, name)
    if not STACK.accepts(stack):
        text_of = f'the stack would be called "{stack}", allowed: {STACK.allowed}'
        raise Refused(text_of, "choose a shorter name, that ends in a letter or digit")
    path = model.parent / environment_file(name).name
    if path.exists():
        raise Refused(f"{path} is there already", "choose another name, or move it away")
    _write(path, text(source, name).encode())
    click.echo(f"Wrote {path}: the stack {stack}, as {model} says")
    target = Target(path, None, None, local=False)
    print_unless_quiet(f"Next: {target.command('deploy --local')}")


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:  # not through a link, and not over what came meanwhile
            file.write(content)
    except OSError as error:
        raise Refused(f"{path} can't be written: {error.strerror}") from error
