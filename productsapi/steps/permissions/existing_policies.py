"""The policies of a role as IAM keeps them: in one spelling, inline and attached."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress

from productsapi.aws.caller import Aws
from productsapi.errors import NotFound


def canonical(document: Mapping[str, object]) -> str:
    """A policy document as text in one spelling, so that equal ones compare equal."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def inline_policies(aws: Aws, role: str) -> list[str]:
    """The names of all policies inside a role. Raises NotFound where there is no role."""
    pages = aws.pages("iam", "ListRolePolicies", RoleName=role)
    return [name for page in pages for name in page["PolicyNames"]]


def attached_policies(aws: Aws, role: str) -> list[str]:
    """The ARNs of all policies attached to a role. Raises NotFound where there is no role."""
    pages = aws.pages("iam", "ListAttachedRolePolicies", RoleName=role)
    return [policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"]]


def remove_inline(aws: Aws, role: str, name: str) -> None:
    with suppress(NotFound):
        aws.call("iam", "DeleteRolePolicy", RoleName=role, PolicyName=name)


def detach(aws: Aws, role: str, arn: str) -> None:
    with suppress(NotFound):
        aws.call("iam", "DetachRolePolicy", RoleName=role, PolicyArn=arn)
