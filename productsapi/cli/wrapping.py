"""Texts in lines that a terminal doesn't break within a word."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap

import click

from productsapi.printable import printable

NARROWEST = 20
_COMMAND = re.compile("`[^`]+`")
_NO_BREAK = "\0"


def say(text: str, *, err: bool, fg: str | None = None, bold: bool = False, hang: int = 2) -> None:
    """Print prose: on a terminal broken at words, what goes on of its first line `hang` columns in.

    Not for what is copied, as a command: elsewhere, and there, a line stays a line.
    """
    for number, line in enumerate(printable(text).split("\n")):
        shown = wrapped(line, columns(err=err), 2 if number else hang)
        click.secho(shown, fg=fg, bold=bold, err=err)


def columns(*, err: bool) -> int | None:
    """The terminal's width; None where the stream goes elsewhere."""
    stream = sys.stderr if err else sys.stdout
    if stream is None or not stream.isatty():
        return None
    return max(NARROWEST, shutil.get_terminal_size().columns)


def wrapped(line: str, width: int | None, hang: int = 2) -> str:
    """One line as several, where it is longer than that.

    A word that is longer stays whole, and so does a command in backticks, which is to be copied.
    """
    if width is None or len(line) <= width:
        return line
    indent = " " * (len(line) - len(line.lstrip()) + hang)
    whole = _COMMAND.sub(lambda found: found[0].replace(" ", _NO_BREAK), line)
    broken = textwrap.fill(
        whole, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return broken.replace(_NO_BREAK, " ")
