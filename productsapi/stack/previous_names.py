"""Previous names of the stack's functions, found by the roles that are left of them.

Each function's role is found under the stack's own path. It is the first to be made and the last to
be removed of all that has a function's name, so one listing shows what a renaming has left
behind, also where it was killed half-way, or followed by another one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Observed, Ownership
from productsapi.routes import FUNCTIONS
from productsapi.stack import Stack, role_name

DESCRIPTION = "What {} may do"
MOST = 1000
"""Roles that IAM lists at once; more of ours there hardly are."""


def description(function_name: str) -> str:
    """A role's description, which holds a function's name also where the role's is cut short."""
    return DESCRIPTION.format(function_name)


def previous_names(stack: Stack, aws: Aws) -> list[str]:
    """Functions that once were the stack's and that the configuration calls otherwise now."""
    pages = aws.pages("iam", "ListRoles", PathPrefix=stack.role_path, MaxItems=MOST)
    names = {_function(role, stack) for page in pages for role in page["Roles"]}
    return sorted(filter(None, names - {stack.function_name(function) for function in FUNCTIONS}))


def left_over(seen: Observed | None) -> Observed | None:
    """What is to go: never what is nobody's, nor does it give anything to others any more."""
    return replace(seen, outputs={}) if seen and seen.ownership is Ownership.OURS else None


def _function(role: Mapping[str, Any], stack: Stack) -> str | None:
    """Whose role it is; None if it is another Region's, or no function's."""
    reported = re.fullmatch(DESCRIPTION.format("([a-zA-Z0-9_-]+)"), role.get("Description", ""))
    region = stack.location.region
    for name in (reported and reported[1], role["RoleName"].removesuffix(f"-{region}")):
        if name and role_name(name, region) == role["RoleName"]:
            return str(name)
    return None
