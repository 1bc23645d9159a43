"""What a person types and sees.

Commands are imported when they are called, and what they work with when they run: `--help` and a
mistyped option load neither boto3 nor the emulator.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from productsapi.errors import ProductsApiError
from productsapi.printable import printable
from productsapi.signals import Ending, handled

USAGE = 64

COMMANDS = {
    "init": "Write a configuration and the function sources to start from.",
    "doctor": "Check what a deploy needs: machine, configuration, account, rights.",
    "plan": "Show what deploy would do, field by field.",
    "deploy": "Put the API there, or bring it to what the configuration says.",
    "status": "Show what is there, what is missing and what has drifted.",
    "history": "Show the releases that can be gone back to.",
    "rollback": "Serve a former release again.",
    "verify": "Check that what is deployed works, and refuses whom it should.",
    "user": "Create users, sign them in, and keep their tokens.",
    "login": "Sign a user in (the same as `user login`).",
    "request": "Call the deployed API as a signed-in user.",
    "open": "Show the stack in the browser.",
    "key": "Replace the API key that callers send beside their token.",
    "logs": "Show what the functions and the API have logged.",
    "metrics": "Show requests, errors and latency, and how the functions did.",
    "cache": "Empty the cache of GET answers.",
    "policy": "Print the least IAM policy for a job on this configuration.",
    "openapi": "Describe the API as an OpenAPI document.",
    "teardown": "Remove the API; data is kept unless asked otherwise.",
    "local": "Start, stop and reset the local cloud.",
}
"""Every command with its summary, in the order in which a newcomer meets them."""


class Program(click.Group):
    """The whole program: commands by name, and one place where errors become words and codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"productsapi.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        with handled() as ending:
            code = self._ended(ending, args, prog_name, **extra)
        sys.exit(code if isinstance(code, int) else 0)

    def _ended(
        self, ending: Ending, args: Sequence[str] | None, prog_name: str | None, **extra: Any
    ) -> Any:
        extra["standalone_mode"] = False
        try:
            code = super().main(args, prog_name or "productsapi", **extra)
        except ProductsApiError as error:
            tell(error)
            code = error.exit_code
        except click.UsageError as error:
            error.show()
            code = USAGE
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except (KeyboardInterrupt, click.Abort):
            by = f" by {ending.name}" if ending.name else ""
            with contextlib.suppress(OSError):  # a terminal that is gone
                click.echo(f"Interrupted{by}.", err=True)
            code = ending.code
        except OSError as error:
            code = _unwritable(error)
        return code


def tell(error: ProductsApiError) -> None:
    """Say on stderr what went wrong and what to do next."""
    click.secho(f"Error: {printable(error.message)}", fg="red", err=True)
    if error.hint:
        click.echo(f"Next:  {printable(error.hint)}", err=True)


def _unwritable(error: OSError) -> int:
    """What is left when a result can't be written, as on a full disk."""
    where = f"{error.filename}: " if error.filename else ""
    tell(ProductsApiError(f"{where}{error.strerror or error}"))
    with contextlib.suppress(OSError):  # what stdout still holds would fail again at the exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return ProductsApiError.exit_code


def _version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        from productsapi import __version__

        click.echo(f"productsapi {__version__}")
        ctx.exit()


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, callback=_version, expose_value=False, is_eager=True, help="Version."
)
def main() -> None:
    """A secure, serverless CRUD API for products on AWS, by one command.

    \b
    Without an AWS account, on this machine:
      productsapi deploy --local
      productsapi user create testuser --local
      productsapi login testuser --local
      productsapi request GET /products --local

    Exit codes: 0 done, 1 failed, 2 `plan --exit-code` found changes, 3 configuration, 4 credentials
    or rights, 5 refused to protect something, or `verify` found it open, 6 local cloud, 7 sign-in,
    8 the API answered with an error, 64 usage, 130 interrupted (143 by SIGTERM, 129 by SIGHUP).
    """
