"""A guide's lines as bash: what AWS gives is kept in variables, all else is quoted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from productsapi.aws.command_line import Command, command, quoted
from productsapi.aws.masking import MASK, masked
from productsapi.function_variables import OURS
from productsapi.operations.guide import Line

WIDTH = 100
"""Characters of a line; above it each option gets a line of its own."""
TEXT = ("--output", "text")


def shell(line: Line, variables: Mapping[str, str]) -> str:
    """The command, with what it gives put into its variable."""
    used = [given for given in line.sent.gives if given.token in variables]
    asked = [("--query", given.query) for given in used]
    text = _laid_out(_command(line, *asked, *([TEXT] if asked else [])), variables)
    for given in used:  # no call gives several
        text = f"{variable(variables[given.token])}=$({text})"
    return text


def carries_a_secret(line: Line) -> bool:
    """Whether the command line would hold one."""
    return any(MASK in word for part in _command(line).parts for word in part)


def variable(reference: str) -> str:
    """The name in `$NAME` or `${NAME#…}`."""
    return reference.lstrip("${").partition("#")[0].rstrip("}")


def filled(text: str, variables: Mapping[str, str]) -> str:
    """An argument whose placeholders are variables: `arn:…:"$API_ID"'/*/GET'`."""
    if not variables:
        return quoted(text)
    found = re.split(f"({'|'.join(map(re.escape, variables))})", text)
    if found == [""]:
        return "''"
    return "".join(
        f'"{variables[part]}"' if part in variables else quoted(part) for part in found if part
    )


def _command(line: Line, *more: tuple[str, ...]) -> Command:
    sent = line.sent
    shown = masked(sent.operation, sent.shape, sent.params, plain=OURS)
    made = command(sent.service, sent.operation, sent.shape, shown, *more)
    return replace(made, operation=f"wait {sent.wait}") if sent.wait else made


def _laid_out(made: Command, variables: Mapping[str, str]) -> str:
    parts = [" ".join(filled(word, variables) for word in part) for part in made.parts]
    line = " ".join(parts)
    return line if len(line) <= WIDTH else " \\\n    ".join(parts)
