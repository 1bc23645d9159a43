"""IAM: the functions' roles. With a boundary configured, no role is furnished without it."""

from __future__ import annotations

from collections.abc import Callable

from productsapi.stack.iam_right import (
    CHANGING,
    DEPLOY,
    IAM,
    LOOKING,
    READ,
    Condition,
    Job,
    Right,
    Scope,
    always,
    anything,
    calls,
    local_roles,
    pathless_roles,
    roles,
    unconditionally,
)

PASSING = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"
TAGS_OF_ROLES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags_roles.html"


def passed_to_lambda(_scope: Scope) -> Condition:
    return {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}


def within_boundary(scope: Scope) -> Condition:
    """Else who may make roles may give himself every right there is, by way of a function.

    The local cloud doesn't know the key: there the condition could never be met.
    """
    boundary = scope.stack.config.permissions.boundary
    if not boundary or scope.stack.location.local:
        return {}
    return {"ArnEquals": {"iam:PermissionsBoundary": boundary}}


def bounded(scope: Scope) -> bool:
    return scope.stack.config.permissions.boundary is not None


def unbounded(scope: Scope) -> bool:
    return not bounded(scope)


def _calls(
    operations: str,
    jobs: frozenset[Job],
    condition: Callable[[Scope], Condition] = unconditionally,
    when: Callable[[Scope], bool] = always,
) -> tuple[Right, ...]:
    """Calls that change a role."""
    return calls(
        "iam", operations, roles, jobs, IAM, also=local_roles, condition=condition, when=when
    )


def _passing(operation: str, source: str) -> Right:
    return Right(
        "lambda",
        operation,
        "iam:PassRole",
        roles,
        DEPLOY,
        source,
        carrying="Role",
        also=local_roles,
        condition=passed_to_lambda,
    )


RIGHTS = (
    *calls("iam", "ListRoles", anything, LOOKING, IAM),
    *calls(
        "iam",
        "GetRole GetRolePolicy ListRolePolicies ListAttachedRolePolicies",
        roles,
        LOOKING,
        IAM,
        also=pathless_roles,
    ),
    *calls("iam", "GetAccountSummary", anything, READ, IAM),
    *_calls("CreateRole PutRolePolicy", DEPLOY, within_boundary),
    *_calls("PutRolePermissionsBoundary", DEPLOY, within_boundary, bounded),
    *_calls("DeleteRolePermissionsBoundary", DEPLOY, when=unbounded),
    *_calls("TagRole UntagRole UpdateAssumeRolePolicy", DEPLOY),
    *_calls("DeleteRolePolicy DetachRolePolicy DeleteRole", CHANGING),
    Right(
        "iam",
        "CreateRole",
        "iam:TagRole",
        roles,
        DEPLOY,
        TAGS_OF_ROLES,
        carrying="Tags",
        also=local_roles,
    ),
    _passing("CreateFunction", PASSING),
    _passing("UpdateFunctionConfiguration", PASSING),
)
