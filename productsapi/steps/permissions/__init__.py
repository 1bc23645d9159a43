"""Step 3: a role for each function, and what it may do: no less, and no more."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.routes import FUNCTIONS
from productsapi.stack import Stack
from productsapi.steps.permissions.role import Role
from productsapi.steps.permissions.role_policy import RoleLimits, RolePolicy


def resources(stack: Stack) -> list[Resource]:
    roles = [Role(stack, function) for function in FUNCTIONS]
    rights = [RolePolicy(stack, function) for function in FUNCTIONS]
    return [*roles, *rights, *(RoleLimits(stack, function) for function in FUNCTIONS)]
