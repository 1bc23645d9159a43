"""The options that commands share, and the stack that they open."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from productsapi.cli.config_file import DEFAULT_CONFIG, ConfigFile, nearest
from productsapi.cli.domain import answering_url
from productsapi.cli.switches import aside, debugging, is_quiet, switches
from productsapi.errors import AccessDenied, ProductsApiError
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.aws.caller import Aws
    from productsapi.aws.lease_state import Glance
    from productsapi.aws.tracing import Trace
    from productsapi.cli.next_command import Allowing
    from productsapi.config import Config
    from productsapi.engine.resource import Outputs
    from productsapi.local import LocalCloud
    from productsapi.stack import Stack

DEPRECATIONS = "productsapi.deprecations"
"""The name, in click's context, of what was told of them."""
TARGET = "productsapi.target"
"""The name of a command's target in click's context."""
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


def load_config(path: Path, region: str | None = None) -> Config:
    """Load it, and tell on stderr, once a command, what in it is deprecated. Raises ConfigError."""
    from productsapi.config import load

    config = load(path, region=region)
    context = click.get_current_context(silent=True)
    if context is None:  # in a thread of a command that has told it
        return config
    reported = context.meta.setdefault(DEPRECATIONS, set())
    for notice in (each for each in config.notices if each not in reported):
        click.secho(f"Warning: {printable(notice)}", fg="yellow", err=True)
    reported.update(config.notices)
    return config


@dataclass(frozen=True)
class Target:
    """Which configuration, and where it goes."""

    config: Path
    region: str | None
    profile: str | None
    local: bool
    allowing: Allowing | None = None
    """What else changes the meaning of the command that was typed."""
    trace: Trace | None = None
    """Who is told of each request to AWS."""

    def load(self) -> Config:
        """Raises ConfigError."""
        if self.local and self.profile:
            raise click.UsageError("--local uses no AWS profile: leave --profile away.")
        return load_config(self.config, self.region)

    def completed(self, hint: str) -> str:
        """A hint whose commands go to this same target: those in backticks, or all of it."""
        if hint.startswith("productsapi "):
            return self.command(hint.removeprefix("productsapi "))
        return re.sub(r"`productsapi ([^`]+)`", lambda found: f"`{self.command(found[1])}`", hint)

    def command(self, words: str) -> str:
        """The command line that does `words` on this same target, as far as it takes that."""
        from productsapi.cli.next_command import completed

        return completed(words, self._given(), self.allowing)

    def _given(self) -> dict[str, str | None]:
        default = nearest(DEFAULT_CONFIG)
        config = None if self.config in {default, DEFAULT_CONFIG} else str(self.config)
        local = "" if self.local else None
        return {
            "config": config,
            "region": self.region or None,
            "profile": self.profile or None,
            "local": local,
        }


@dataclass(frozen=True)
class Opened:
    """A stack and the way to it."""

    stack: Stack
    aws: Aws
    target: Target
    glance: Glance | None = None
    """Where the command may take the lease."""

    @property
    def name_to_type(self) -> str:
        """What is typed before a production environment is changed; else yes is enough: empty."""
        config, location = self.stack.config, self.stack.location
        return config.stack if config.production and not location.on_this_machine else ""

    def asks(self, *, yes: bool) -> bool:
        """Whether what changes this stack is to be agreed to: only what isn't this machine is."""
        from productsapi.cli.prompts import only_a_pipeline_may

        if self.stack.location.on_this_machine:
            return False
        return not yes or bool(self.name_to_type and only_a_pipeline_may())

    def outputs(self) -> Outputs:
        """The ids of API, pool and client, as far as they are there, by a look at just these."""
        from productsapi.engine.graph import to_find
        from productsapi.engine.read import read
        from productsapi.options import resources
        from productsapi.stack import kinds

        looked_at = to_find(resources(self.stack), {kinds.REST_API, kinds.APP_CLIENT})
        return read(looked_at, self.telling()).outputs

    def invoke_url(self, outputs: Outputs) -> str | None:
        """The domain's where it answers; None where there is no API yet."""
        from productsapi.stack.outputs import API_ID

        api_id = outputs.get(API_ID)
        if api_id is None:
            return None
        url = answering_url(self.stack, self.aws.clients.network)
        stage = self.stack.config.api.stage
        return url or self.stack.location.invoke_url(api_id, stage)

    def telling(self) -> Aws:
        """The way, with its waits told once each on stderr, for when nothing else shows them."""
        reported: set[str] = set()
        quiet = is_quiet()

        def tell(reason: str) -> None:
            if reason not in reported and not quiet:
                reported.add(reason)
                click.echo(f"Waiting: {printable(reason)}", err=True)

        return self.aws.telling(tell)


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


def completed(text: str) -> str:
    """A text whose commands, in backticks, go to the target of the command that is running."""
    context = click.get_current_context(silent=True)
    target = context.meta.get(TARGET) if context else None
    return text if target is None or text.startswith("productsapi ") else target.completed(text)


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
    return click.option("--detail", is_flag=True, help="Every field, not a line a step.")(function)


def allowing_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what the user may allow beyond the usual, as one `allowed` argument."""

    @click.option("--adopt", is_flag=True, help="Take over what was made by hand.")
    @click.option("--api-id", help="With --adopt: which of several REST APIs.")
    @click.option("--pool-id", help="With --adopt: which of several user pools.")
    @click.option(
        "--delete-foreign", is_flag=True, help="Remove what others have put into the API."
    )
    @click.option(
        "--find-doubles", is_flag=True, help="Look through the account for what was made twice."
    )
    @click.option("--make-public", is_flag=True, help="Let anyone reach an API that is PRIVATE.")
    @click.option("--release-hold", is_flag=True, help="Make live again what was rolled back from.")
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


def open_stack(target: Target, **allowed: Any) -> Opened:
    """Load the configuration and connect, to AWS or to the local cloud, which is started if needed.

    `allowed` is what the user allows beyond the usual, by the names that Stack gives it. Raises
    ConfigError, CredentialsError, LocalCloudError.
    """
    config = target.load()
    from productsapi.aws.caller import Aws
    from productsapi.aws.clients import check_account, connect, connect_local
    from productsapi.stack import Stack

    if target.local:
        running = local_cloud(config.root).up(config.region)
        if running.started:
            aside(f"Local cloud started at {running.endpoint_url}")
        clients, location = connect_local(
            config.region, running.endpoint_url, running.account, target.trace
        )
    else:
        clients, location = connect(config.region, target.profile, target.trace)
        check_account(location, config.expected_account)
    stack = Stack(config, location, **allowed)
    return Opened(stack, Aws(clients, location), target)


def local_cloud(root: Path) -> LocalCloud:
    """The local cloud of a project, telling on stderr what a person should know."""
    from productsapi.local import LocalCloud

    return LocalCloud(root, tell=lambda message: click.echo(printable(message), err=True))
