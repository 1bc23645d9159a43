"""What `logs` and `metrics` share: how far back, and where a stack's logs are."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from productsapi.routes import FUNCTIONS

if TYPE_CHECKING:
    from productsapi.stack import Stack


def past(value: str) -> float:
    """A time in the past, as a Unix time."""
    from productsapi.operations.telemetry.time_spans import begins

    try:
        return begins(value, time.time())
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from None


def since_option(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(
        "--since",
        type=past,
        metavar="TIME",
        default=default,
        show_default=True,
        help="How far back: 30s, 10m, 2h, 3d, or an ISO 8601 time.",
    )


def log_groups(stack: Stack) -> dict[str, str]:
    """The log group of each function, and the one that the API's access log has if it is kept."""
    from productsapi.operations.telemetry.logs import GATEWAY
    from productsapi.options.access_log.resources import group_name

    functions = {function: stack.log_group(function) for function in FUNCTIONS}
    return {**functions, GATEWAY: group_name(stack)}
