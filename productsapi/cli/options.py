"""The options that commands share, each as a decorator."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from productsapi.cli.config_file import DEFAULT_CONFIG, ConfigFile
from productsapi.cli.switches import debugging, switches
from productsapi.cli.target import TARGET, Target, completed
from productsapi.errors import AccessDenied, ProductsApiError

JOBS = {
    "deploy": "deploy",
    "rollback": "deploy",
    "key": "deploy",
    "cache": "deploy",
    "teardown": "teardown",
    "user": "user-admin",
    "login": "user-admin",
    "request": "caller",
    "products": "data",
}
"""Whose policy a command needs, by its first word: "read" for all others."""


def target_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command -c, --region, --profile and --local, as one `target` argument."""

    @config_option
    @click.option("--region", help="AWS Region, instead of the configuration's.")
    @click.option("--profile", help="AWS profile, instead of the environment's.")
    @click.option("--local", is_flag=True, help="Use the local cloud on this machine.")
    @functools.partial(switches, hidden=True)
    @functools.wraps(function)
    def command(
        config: Path, region: str | None, profile: str | None, local: bool, **rest: Any
    ) -> Any:
        from productsapi.cli.next_command import allowing

        context = click.get_current_context()
        target = Target(config, region, profile, local, allowing(context), debugging())
        context.meta[TARGET] = target
        try:
            return function(target=target, **rest)
        except ProductsApiError as error:
            error.message = completed(error.message)
            error.hint = target.completed(_naming_the_policy(error))
            raise

    return command


def _naming_the_policy(error: ProductsApiError) -> str:
    """The hint of an error; where a right is missing, with what prints all that the job needs."""
    if not isinstance(error, AccessDenied):
        return error.hint
    path = click.get_current_context().command_path.split()[1:]
    job = JOBS.get(path[0], "read") if path else "read"
    return f"{error.hint}; `productsapi policy {job}` prints all that this needs"


def config_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "-c",
        "--config",
        type=ConfigFile(),
        default=DEFAULT_CONFIG,
        envvar="PRODUCTSAPI_CONFIG",
        show_default=True,
        show_envvar=True,
        help="The configuration; NAME is config/NAME.yaml.",
    )(function)


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help="Result as JSON.")(function)


def detail_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--detail", is_flag=True, help="Every field, instead of a line per step.")(
        function
    )


def allowing_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what the user may allow beyond the usual, as one `allowed` argument."""

    @click.option("--adopt", is_flag=True, help="Take over what was made by hand.")
    @click.option("--api-id", help="With --adopt: which of several REST APIs.")
    @click.option("--pool-id", help="With --adopt: which of several user pools.")
    @click.option(
        "--delete-foreign", is_flag=True, help="Remove what others have put into the API."
    )
    @click.option(
        "--find-doubles", is_flag=True, help="Search the account for resources that exist twice."
    )
    @click.option("--make-public", is_flag=True, help="Let anyone reach an API that is PRIVATE.")
    @click.option("--release-hold", is_flag=True, help="Deploy again what was rolled back from.")
    @functools.wraps(function)
    def command(
        adopt: bool,
        api_id: str | None,
        pool_id: str | None,
        delete_foreign: bool,
        make_public: bool,
        find_doubles: bool,
        release_hold: bool,
        **rest: Any,
    ) -> Any:
        if (api_id or pool_id) and not adopt:
            raise click.UsageError("--api-id and --pool-id say what to --adopt.")
        allowed = {
            "adopt": adopt,
            "api_id": api_id,
            "user_pool_id": pool_id,
            "delete_foreign": delete_foreign,
            "make_public": make_public,
            "find_doubles": find_doubles,
            "release_hold": release_hold,
        }
        return function(allowed=allowed, **rest)

    return command
