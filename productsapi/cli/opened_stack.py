"""A stack that a command has opened: its configuration, and the way to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from productsapi.cli.domain import answering_url
from productsapi.cli.switches import is_quiet, print_unless_quiet
from productsapi.cli.target import Target
from productsapi.errors import RequestFailed
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.aws.caller import Aws
    from productsapi.aws.lease_state import LeasePrefetch
    from productsapi.engine.outputs import Outputs
    from productsapi.local import LocalCloud
    from productsapi.stack import Stack


@dataclass(frozen=True)
class Opened:
    """A stack, and the AWS access to it."""

    stack: Stack
    aws: Aws
    target: Target
    lease_prefetch: LeasePrefetch | None = None
    """Where the command may take the lease."""

    @property
    def name_to_type(self) -> str:
        """What a person types before a production stack is changed; empty where yes is enough."""
        config, location = self.stack.config, self.stack.location
        return config.stack if config.production and not location.on_this_machine else ""

    def asks(self, *, yes: bool) -> bool:
        """Whether to ask before changing this stack: never for the local cloud."""
        from productsapi.cli.prompts import production_needs_interactive_confirmation

        if self.stack.location.on_this_machine:
            return False
        return not yes or bool(self.name_to_type and production_needs_interactive_confirmation())

    def outputs(self) -> Outputs:
        """The ids of API, pool and client, as far as they are there, by a look at just these."""
        from productsapi.engine.graph import to_find
        from productsapi.engine.read import read
        from productsapi.options.registry import resources
        from productsapi.stack import kinds

        looked_at = to_find(resources(self.stack), {kinds.REST_API, kinds.APP_CLIENT})
        return read(looked_at, self.printing_waits()).outputs

    def invoke_url(self, outputs: Outputs) -> str | None:
        """The domain's where it answers; None where there is no API yet."""
        from productsapi.stack.output_names import API_ID

        api_id = outputs.get(API_ID)
        if api_id is None:
            return None
        url = answering_url(self.stack, self.aws.clients.network)
        stage = self.stack.config.api.stage
        return url or self.stack.location.invoke_url(api_id, stage)

    def printing_waits(self) -> Aws:
        """`aws`, printing each reason to wait once on stderr, for when nothing else shows it."""
        reported: set[str] = set()
        quiet = is_quiet()

        def print_once(reason: str) -> None:
            if reason not in reported and not quiet:
                reported.add(reason)
                click.echo(f"Waiting: {printable(reason)}", err=True)

        return self.aws.reporting_waits(print_once)


def deployed_url(opened: Opened, outputs: Outputs) -> str:
    """The URL to call. Raises RequestFailed where there is no API yet."""
    url = opened.invoke_url(outputs)
    if url is None:
        raise RequestFailed("there is no API to call yet", "productsapi deploy")
    return url


def open_stack(target: Target, **allowed: Any) -> Opened:
    """Load the configuration and connect, to AWS or to the local cloud, which is started if needed.

    `allowed` is what the user allows beyond the usual, by the names that Stack gives it. Raises
    ConfigError, CredentialsError, LocalCloudError.
    """
    config = target.load()
    from productsapi.aws.caller import Aws
    from productsapi.aws.connect import check_account, connect, connect_local
    from productsapi.stack import Stack

    if target.local:
        running = local_cloud(config.root).up(config.region)
        if running.started:
            print_unless_quiet(f"Local cloud started at {running.endpoint_url}")
        clients, location = connect_local(
            config.region, running.endpoint_url, running.account, target.trace
        )
    else:
        clients, location = connect(config.region, target.profile, target.trace)
        check_account(location, config.expected_account)
    stack = Stack(config, location, **allowed)
    return Opened(stack, Aws(clients, location), target)


def local_cloud(root: Path) -> LocalCloud:
    """The local cloud of a project; its notices go to stderr."""
    from productsapi.local import LocalCloud

    return LocalCloud(root, notify=lambda message: click.echo(printable(message), err=True))
