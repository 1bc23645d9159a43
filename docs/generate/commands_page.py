"""docs/commands.md: every command with its usage, options and examples, and the exit codes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from productsapi import errors
from productsapi.cli import SECTIONS, USAGE, main
from productsapi.cli.plan import CHANGES_FOUND

HEAD = """\
# Every command

Generated from the commands themselves by `python docs/generate`: change them there.
`productsapi COMMAND --help` says the same in a terminal.
"""
BESIDES = {
    0: "Done.",
    CHANGES_FOUND: "`plan --exit-code` found changes.",
    USAGE: "The command was mistyped: an unknown option, a missing argument.",
    129: "Interrupted by SIGHUP.",
    130: "Interrupted (Ctrl-C).",
    143: "Interrupted by SIGTERM.",
}
"""Exit codes that no error of errors.py has."""


def page() -> str:
    return HEAD + "\n".join([*_commands(), *_exit_codes()]) + "\n"


def _commands() -> Iterator[str]:
    # click keeps the options for help that a command is first asked for
    top = click.Context(main, info_name="productsapi", **main.context_settings)
    for title, names in SECTIONS.items():
        yield from ("", f"## {title}")
        for name in names.split():
            command = main.get_command(top, name)
            assert command is not None
            yield from _command(click.Context(command, info_name=name, parent=top))


def _command(ctx: click.Context) -> Iterator[str]:
    command = ctx.command
    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    yield from ("", f"### `{ctx.command_path}`", "", *_help(command.help or ""))
    yield from ("", "```", usage, "```")
    rows = [_option(each) for each in command.params if isinstance(each, click.Option)]
    if rows:
        yield from ("", "| Option | What it does |", "|---|---|", *rows)
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            inner = command.get_command(ctx, name)
            assert inner is not None
            yield from _command(click.Context(inner, info_name=name, parent=ctx))


def _help(text: str) -> Iterator[str]:
    """Paragraphs on a line each; what click keeps as it is (a block after \\b) is code."""
    for number, paragraph in enumerate(inspect.cleandoc(text).split("\n\n")):
        if number:
            yield ""
        if not paragraph.startswith("\b"):
            yield " ".join(paragraph.split())
            continue
        for line in paragraph.splitlines()[1:]:
            if line.startswith(" "):
                yield f"    {line.strip()}"
            else:
                yield from (line, "")


def _option(option: click.Option) -> str:
    """Not as --help words it, which differs from one click to the next."""
    names = ", ".join((*option.opts, *option.secondary_opts))
    if not option.is_flag:
        choices = getattr(option.type, "choices", ())
        kind = option.metavar or "\\|".join(choices) or option.type.name.upper()
        names = f"{names} {kind}"
    text = " ".join((option.help or "").split()).replace("|", "\\|")
    if option.show_default and option.default is not None:
        text += f" Default: {option.default}."
    if option.envvar:
        text += f" Also by `{option.envvar}`."
    return f"| `{names}` | {text} |"


def _exit_codes() -> Iterator[str]:
    yield from ("", "## Exit codes", "", "| Code | Meaning |", "|---|---|")
    yield from (f"| {code} | {meaning} |" for code, meaning in sorted(exit_codes().items()))


def exit_codes() -> dict[int, str]:
    """What each means: the first line of what the errors that have it say of themselves."""
    found: dict[int, list[str]] = {code: [meaning] for code, meaning in BESIDES.items()}
    for kind in vars(errors).values():
        if isinstance(kind, type) and "exit_code" in vars(kind):
            text = (kind.__doc__ or "").partition("\n")[0]
            found.setdefault(vars(kind)["exit_code"], []).append(text)
    return {code: " ".join(meanings) for code, meanings in found.items()}
