"""Results for programs, and files that are asked for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from productsapi import streams
from productsapi.errors import Refused
from productsapi.printable import json_text


def print_json(value: Any) -> None:
    """One JSON value on stdout, and nothing else."""
    click.echo(json_text(value))


def write_file(path: Path, text: str) -> None:
    """Replace a file as a whole: whoever reads it meanwhile has the old one or the new one.

    What is no regular file (a device, a FIFO, /dev/stdout) stays, and is written into. Raises
    Refused where that can't be done.
    """
    content = text.encode("utf-8", "backslashreplace")  # half of a pair, as JSON may tell it
    try:
        if streams.is_replaceable(path):
            _replace(Path(os.path.realpath(path)), content)  # a link stays a link
        else:
            streams.write_into(path, content)
    except OSError as error:
        raise Refused(f"{path} can't be written: {error.strerror}") from error


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
