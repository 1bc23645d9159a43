"""`productsapi completion`."""

from __future__ import annotations

import click


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print what makes a shell complete commands, options and environments.

    One line in the shell's own file, and a new shell:

    \b
      ~/.bashrc                   eval "$(productsapi completion bash)"
      ~/.zshrc, after compinit    eval "$(productsapi completion zsh)"
      ~/.config/fish/config.fish  productsapi completion fish | source

    \b
    Example:
      productsapi completion fish > ~/.config/fish/completions/productsapi.fish
    """
    from click.shell_completion import get_completion_class

    from productsapi.cli import main

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"The installed click has no completion for {shell}.")
    click.echo(kind(main, {}, "productsapi", "_PRODUCTSAPI_COMPLETE").source())
