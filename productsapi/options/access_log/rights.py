"""The access log: a log group of the stack's own, and the role that the account writes it with."""

from __future__ import annotations

from functools import partial

from productsapi.options.access_log.resources import PUSH, ROLE, ROLE_PATH, group_name
from productsapi.stack.iam_right import (
    CHANGING,
    DEPLOY,
    IAM,
    LOGS,
    LOOKING,
    READ,
    SOURCE,
    TAGS_OF_LOG_GROUPS,
    Condition,
    Right,
    Scope,
    calls,
    path,
)


def group(scope: Scope) -> tuple[str, ...]:
    return (scope.stack.location.log_group_arn(group_name(scope.stack)),)


def log(scope: Scope) -> tuple[str, ...]:
    return tuple(f"{arn}:*" for arn in group(scope))


def local_group(scope: Scope) -> tuple[str, ...]:
    return group(scope) if scope.stack.location.local else ()


def account_role(scope: Scope) -> tuple[str, ...]:
    return (scope.stack.location.role_arn(ROLE_PATH, ROLE),)


def local_account_role(scope: Scope) -> tuple[str, ...]:
    location = scope.stack.location
    return (location.role_arn("/", ROLE),) if location.local else ()


def pushing(scope: Scope) -> Condition:
    """AWS's own policy for it and no other; the local cloud doesn't know the key."""
    location = scope.stack.location
    arn = f"arn:{location.partition}:iam::aws:{PUSH}"
    return {} if location.local else {"ArnEquals": {"iam:PolicyARN": arn}}


def passed_to_gateway(_scope: Scope) -> Condition:
    return {"StringEquals": {"iam:PassedToService": "apigateway.amazonaws.com"}}


def logged(scope: Scope) -> bool:
    return scope.stack.config.access_log.enabled


def role_may_be_set(scope: Scope) -> bool:
    return logged(scope) and scope.stack.config.access_log.set_account_role


_group = partial(calls, "logs", on=group, page=LOGS)
_log = partial(calls, "logs", on=log, page=LOGS, also=local_group)
_account = partial(Right, "apigateway", "UpdateAccount", jobs=DEPLOY, when=role_may_be_set)
_role = partial(
    calls, "iam", on=account_role, page=IAM, also=local_account_role, when=role_may_be_set
)

RIGHTS = (
    *_log("FilterLogEvents", jobs=READ),
    *_group("ListTagsForResource", jobs=LOOKING),
    *_log("DeleteLogGroup", jobs=CHANGING),
    *_log("CreateLogGroup PutRetentionPolicy", jobs=DEPLOY, when=logged),
    *_group("TagResource UntagResource", jobs=DEPLOY, when=logged),
    Right(
        "logs",
        "CreateLogGroup",
        "logs:TagResource",
        group,
        DEPLOY,
        TAGS_OF_LOG_GROUPS,
        carrying="tags",
        also=log,
        when=logged,
    ),
    Right(
        "apigateway",
        "GetAccount",
        "apigateway:GET",
        path("/account"),
        LOOKING,
        SOURCE,
        when=logged,
    ),
    *_role("GetRole", jobs=LOOKING, when=logged),
    *_role("CreateRole", jobs=DEPLOY),
    *_role("AttachRolePolicy", jobs=DEPLOY, condition=pushing),
    _account("apigateway:PATCH", on=path("/account"), source=SOURCE),
    _account(
        "iam:PassRole",
        on=account_role,
        source=SOURCE,
        carrying="patchOperations",
        also=local_account_role,
        condition=passed_to_gateway,
    ),
)
