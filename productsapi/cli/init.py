"""`productsapi init`."""

from __future__ import annotations

from pathlib import Path

import click

from productsapi.errors import Refused


@click.command("init")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
def command(directory: Path) -> None:
    """Write a configuration and the four function sources to start from.

    DIRECTORY gets config/dev.yaml, config/prod.yaml and lambda_src/. Nothing that is there already
    is written over.

    \b
    Examples:
      productsapi init my-api
      productsapi init .
    """
    from productsapi.starter import files

    starters = files()
    there = [str(directory / name) for name in starters if (directory / name).exists()]
    if there:
        raise Refused(
            "nothing was written, since these are there already:\n  " + "\n  ".join(there),
            "choose another directory, or move them away",
        )
    for name, content in starters.items():
        path = directory / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:  # not through a link, and not over what came meanwhile
                file.write(content)
        except OSError as error:
            raise Refused(f"{path} can't be written: {error.strerror}") from error
    click.echo(f"Wrote {len(starters)} files to {directory}")
    step = "" if directory == Path() else f"cd {directory} && "
    click.echo(f"Next: {step}productsapi deploy --local", err=True)
