"""The list of all options, and of all resources: the one place that knows each by name."""

from __future__ import annotations

from importlib import import_module

from productsapi import steps
from productsapi.engine.resource import Resource
from productsapi.stack import Stack
from productsapi.stack.option import Option

FOLDERS = (
    "category_index",
    "environment",
    "tracing",
    "access_log",
    "cache",
    "api_key",
    "domain",
    "alarms",
    "dashboard",
)
"""In the order in which a plan lists them; each has an `option.py` with its `OPTIONS`."""

OPTIONS: tuple[Option, ...] = tuple(
    option
    for folder in FOLDERS
    for option in import_module(f"productsapi.options.{folder}.option").OPTIONS
)


def resources(stack: Stack) -> list[Resource]:
    """Everything that the stack consists of, step by step, with the options."""
    return steps.resources(stack, OPTIONS)
