"""Results for programs, and files that are asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click

from productsapi import streams
from productsapi.errors import Refused
from productsapi.printable import json_text


def print_json(value: Any) -> None:
    """One JSON value on stdout, and nothing else."""
    click.echo(json_text(value))


def write_file(path: Path, text: str) -> None:
    """As `writing` does. Raises Refused where that can't be done."""
    with writing(path) as file:
        file.write(
            text.encode("utf-8", "backslashreplace")
        )  # half of a surrogate pair, which JSON may contain


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Replace a file as a whole: whoever reads it meanwhile has the old one or the new one.

    What is no regular file (a device, a FIFO, /dev/stdout) stays, and is written into. Raises
    Refused where that can't be done.
    """
    try:
        if streams.is_replaceable(path):
            with _replacing(Path(os.path.realpath(path))) as file:  # a link stays a link
                yield file
        else:
            with streams.into(path) as file:
                yield file
    except OSError as error:
        raise Refused(f"{path} can't be written: {error.strerror}") from error


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("xb") as file:
            yield file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
