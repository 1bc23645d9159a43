"""The list of all options, and of all resources: the one place that knows each by name."""

from __future__ import annotations

from productsapi import steps
from productsapi.engine.resource import Resource
from productsapi.options.access_log import option as access_log
from productsapi.options.alarms import option as alarms
from productsapi.options.api_key import option as api_key
from productsapi.options.cache import option as cache
from productsapi.options.category_index import option as category_index
from productsapi.options.dashboard import option as dashboard
from productsapi.options.domain import option as domain
from productsapi.options.environment import option as environment
from productsapi.options.tracing import option as tracing
from productsapi.stack import Stack
from productsapi.stack.option import Option

OPTIONS: tuple[Option, ...] = (
    category_index.OPTION,
    environment.OPTION,
    tracing.OPTION,
    access_log.OPTION,
    cache.OPTION,
    api_key.OPTION,
    domain.OPTION,
    domain.INVOKE_URL,
    alarms.MAIL,
    alarms.OPTION,
    dashboard.OPTION,
)


def resources(stack: Stack) -> list[Resource]:
    """Everything that the stack consists of, step by step, with the options."""
    return steps.resources(stack, OPTIONS)
