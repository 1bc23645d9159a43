"""The next command to type, composed in one way: it means what the first one meant."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

import click

CHANGES_MEANING = (
    "adopt",
    "api_id",
    "pool_id",
    "delete_foreign",
    "find_doubles",
    "make_public",
    "allow_blocked_runtime",
    "release_hold",
    "delete_data",
    "keep_old",
    "message",
)
"""The options, by their parameters' names, without which a command is another one. Not those that
take away a question, or say how to print the result."""
ALIKE = frozenset({("plan",), ("deploy",)})
"""Commands among which an option of one name means one thing; elsewhere it does to its own only."""


@dataclass(frozen=True)
class Allowing:
    """What was given to the command that is running: "" for a flag."""

    path: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)


def allowing(context: click.Context) -> Allowing:
    given = {name: context.params.get(name) for name in CHANGES_MEANING}
    path = tuple(context.command_path.split()[1:])
    return Allowing(path, {n: "" if v is True else str(v) for n, v in given.items() if v})


def completed(words: str, target: Mapping[str, str | None], allowed: Allowing | None) -> str:
    """The command line for `words`, with what that command takes of `target`, nothing twice.

    And of `allowed` where that means the same to it. Both are by the names of click's parameters.
    """
    given = words.split()
    path, command = _found(given)
    said = dict(target)
    if allowed and (allowed.path == path or {allowed.path, path} <= ALIKE):
        said |= allowed.options
    typed = {word.partition("=")[0] for word in given}
    options = []
    for parameter in command.params if command else ():
        value = said.get(parameter.name or "")
        if value is None or typed & {*parameter.opts}:
            continue
        options.append((list(said).index(parameter.name or ""), _words(parameter.opts[0], value)))
    return " ".join(["productsapi", words, *(text for _, text in sorted(options))])


def _found(words: list[str]) -> tuple[tuple[str, ...], click.Command | None]:
    """The command that the first words name; None where they name none."""
    from productsapi.cli import main

    command: click.Command | None = main
    for number, word in enumerate(words):
        if not isinstance(command, click.Group):
            return tuple(words[:number]), command
        command = command.get_command(click.Context(command), word)
    return tuple(words), command


def _words(option: str, value: str) -> str:
    return f"{option} {shlex.quote(value)}" if value else option
