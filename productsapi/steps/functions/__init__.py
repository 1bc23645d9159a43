"""Step 2: the log groups, with an end to what they keep, and the four functions."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.routes import FUNCTIONS
from productsapi.stack import Stack
from productsapi.steps.functions.account import AccountLimits
from productsapi.steps.functions.function import Function
from productsapi.steps.functions.log_group import LogGroup


def resources(stack: Stack) -> list[Resource]:
    groups = [LogGroup(stack, function) for function in FUNCTIONS]
    functions = [Function(stack, function) for function in FUNCTIONS]
    return [*groups, *functions, AccountLimits(stack)]
