"""What a person types and sees.

Commands are imported when they are called, and what they work with when they run: `--help` and a
mistyped option load neither boto3 nor the emulator.
"""

from __future__ import annotations

import contextlib
import difflib
import importlib
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import click

from productsapi.cli.encoding import take_any_text
from productsapi.cli.prompts import Declined
from productsapi.cli.switches import switches
from productsapi.cli.wrapping import say
from productsapi.errors import ProductsApiError
from productsapi.printable import printable
from productsapi.signals import Ending, handled

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

USAGE = 64
HANG = len("Error: ")

COMMANDS = {
    "init": "Write a configuration and the function sources to start from.",
    "doctor": "Check what a deploy needs: machine, settings, account, rights.",
    "plan": "Show what deploy would do, a line a step.",
    "dev": "Run it all on this machine; what you save is live at once.",
    "deploy": "Deploy the API, or update it to what the configuration says.",
    "list": "Show all stacks of the account and Region.",
    "status": "Show what is there, what is missing and what has drifted.",
    "history": "Show the releases that a rollback can return to.",
    "rollback": "Serve a former release again.",
    "verify": "Check that what is deployed works, and refuses whom it should.",
    "user": "Create users, sign them in, and keep their tokens.",
    "login": "Sign a user in (the same as `user login`).",
    "request": "Call the deployed API as a signed-in user.",
    "open": "Show the stack in the browser.",
    "products": "Import, export, list and count products, without the API.",
    "key": "Replace the API key that callers send beside their token.",
    "logs": "Show what the functions and the API have logged.",
    "metrics": "Show requests, errors and latency, and how the functions did.",
    "cache": "Empty the cache of GET answers.",
    "policy": "Print the least IAM policy for a job on this configuration.",
    "ci": "Write a pipeline: plan what is proposed, deploy what is merged.",
    "openapi": "Describe the API as an OpenAPI document.",
    "completion": "Make the shell complete commands and options.",
    "config": "Print the settings that front ends need of the deployed API.",
    "teardown": "Remove the API; data is kept unless asked otherwise.",
    "local": "Start, stop and reset the local cloud.",
}
"""Every command with its summary, in the order in which a newcomer meets them."""
MODULES = {"list": "stack_list"}
"""Of commands whose module is called otherwise: one called `list` would hide Python's own here."""
SECTIONS = {
    "Put it there": "init dev doctor plan deploy ci",
    "Look at it": "list status history verify logs metrics",
    "Use it": "open user login request products key openapi config",
    "Change and remove it": "rollback cache policy teardown local completion",
}


class Program(click.Group):
    """The whole program: commands by name, and one place where errors become words and codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = MODULES.get(cmd_name, cmd_name)
        module = importlib.import_module(f"productsapi.cli.{name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's groups do, whose suggestions know only commands that are loaded."""
        typed = args[0]
        known = typed.startswith("-") or typed in COMMANDS
        if not known and not ctx.resilient_parsing:
            meant = difflib.get_close_matches(typed, COMMANDS, n=1)
            text = f" Did you mean {meant[0]!r}?" if meant else ""
            raise click.UsageError(f"No such command {typed!r}.{text}", ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """As click's groups do, without loading each command for its summary."""
        from click.shell_completion import CompletionItem

        named = [CompletionItem(n, help=h) for n, h in COMMANDS.items() if n.startswith(incomplete)]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, COMMANDS[name]) for name in names.split()])

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        take_any_text([sys.stdout, sys.stderr])
        with handled() as ending, _reporting_thread_errors():
            code = self._ended(ending, args, prog_name, **extra)
        sys.exit(code if isinstance(code, int) else 0)

    def _ended(
        self, ending: Ending, args: Sequence[str] | None, prog_name: str | None, **extra: Any
    ) -> Any:
        extra["standalone_mode"] = False
        if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
            extra["color"] = False
        try:
            code = super().main(args, prog_name or "productsapi", **extra)
        except ProductsApiError as error:
            print_error(error)
            code = error.exit_code
        except click.UsageError as error:
            _show(error)
            code = USAGE
        except click.ClickException as error:
            _show(error)
            code = error.exit_code
        except Declined:
            click.echo("Nothing was changed.", err=True)
            code = ending.code
        except (KeyboardInterrupt, click.Abort):
            by = f" by {ending.name}" if ending.name else ""
            with contextlib.suppress(OSError):  # a terminal that is gone
                click.echo(f"Interrupted{by}.", err=True)
            code = ending.code
        except OSError as error:
            code = _unwritable(error)
        except Exception as error:  # noqa: BLE001 - the last line: nothing ends in a traceback
            code = _unexpected(error, sys.argv[1:] if args is None else args)
        return code


def print_error(error: ProductsApiError) -> None:
    """Say on stderr what went wrong and what to do next."""
    with contextlib.suppress(OSError):  # stderr may be full or closed
        say(f"Error: {error.message}", fg="red", err=True, hang=HANG)
        if error.hint.startswith("productsapi "):  # a command stays a line
            click.echo(f"Next:  {printable(error.hint)}", err=True)
        elif error.hint:
            say(f"Next:  {error.hint}", err=True, hang=HANG)


def _show(error: click.ClickException) -> None:
    with contextlib.suppress(OSError):
        error.show()


@contextlib.contextmanager
def _reporting_thread_errors() -> Iterator[None]:
    """An exception in a thread that isn't waited for is reported in the same way."""

    def report(broken: threading.ExceptHookArgs) -> None:
        if isinstance(broken.exc_value, ProductsApiError):
            print_error(broken.exc_value)
        elif isinstance(broken.exc_value, Exception):
            _unexpected(broken.exc_value, sys.argv[1:])

    usual = threading.excepthook
    threading.excepthook = report
    try:
        yield
    finally:
        threading.excepthook = usual


def _unexpected(error: Exception, words: Sequence[str]) -> int:
    from productsapi.cli.crash_report import fault

    reported = fault(error, words, os.environ)
    print_error(reported)
    return reported.exit_code


def _unwritable(error: OSError) -> int:
    """What is left when a result can't be written, as on a full disk."""
    where = f"{error.filename}: " if error.filename else ""
    print_error(ProductsApiError(f"{where}{error.strerror or error}"))
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
@switches
def main() -> None:
    """A secure, serverless CRUD API for products on AWS, by one command.

    \b
    Without an AWS account, on this machine:
      productsapi deploy --local
      productsapi user create testuser --local
      productsapi login testuser --local
      productsapi request GET /products --local

    --quiet and --debug may follow a command too.

    Exit codes: 0 done, 1 failed, 2 `plan --exit-code` found changes, 3 configuration, 4 credentials
    or rights, 5 refused to protect something, or `verify` found it open, 6 local cloud, 7 sign-in,
    8 the API answered with an error, 9 what was rolled back from is held, 64 usage, 70 a fault of
    productsapi, 130 interrupted (143 by SIGTERM, 129 by SIGHUP).
    """
