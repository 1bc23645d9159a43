"""What can be switched on and off, a folder each, with all that is particular to it.

To add one: its folder, which ends in an `OPTION`, and a line in `OPTIONS`. Core code asks that list
and knows none by name; options don't know each other. They share `metrics.py`.
"""

from __future__ import annotations

from productsapi import steps
from productsapi.engine.resource import Resource
from productsapi.options import (
    access_log,
    alarms,
    api_key,
    cache,
    category_index,
    dashboard,
    domain,
    environment,
    tracing,
)
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
