"""The access log: a log group of the stack's own, and the role that the account writes it with."""

from __future__ import annotations

from productsapi.options.access_log.resources import PUSH, ROLE, ROLE_PATH, group_name
from productsapi.steps.iam_right import (
    CHANGING,
    DEPLOY,
    IAM,
    LOGS,
    LOOKING,
    READ,
    REFERENCE,
    SOURCE,
    TAGS_OF_LOG_GROUPS,
    Condition,
    Right,
    Scope,
    calls,
    path,
)


def group(scope: Scope) -> tuple[str, ...]:
    return (scope.stack.place.log_group_arn(group_name(scope.stack)),)


def log(scope: Scope) -> tuple[str, ...]:
    return tuple(f"{arn}:*" for arn in group(scope))


def local_group(scope: Scope) -> tuple[str, ...]:
    return group(scope) if scope.stack.place.local else ()


def account_role(scope: Scope) -> tuple[str, ...]:
    return (scope.stack.place.role_arn(ROLE_PATH, ROLE),)


def local_account_role(scope: Scope) -> tuple[str, ...]:
    place = scope.stack.place
    return (place.role_arn("/", ROLE),) if place.local else ()


def pushing(scope: Scope) -> Condition:
    """AWS's own policy for it and no other; the local cloud doesn't know the key."""
    place = scope.stack.place
    arn = f"arn:{place.partition}:iam::aws:{PUSH}"
    return {} if place.local else {"ArnEquals": {"iam:PolicyARN": arn}}


def passed_to_gateway(_scope: Scope) -> Condition:
    return {"StringEquals": {"iam:PassedToService": "apigateway.amazonaws.com"}}


def logged(scope: Scope) -> bool:
    return bool(scope.stack.config.access_log.enabled)


def role_may_be_set(scope: Scope) -> bool:
    return logged(scope) and scope.stack.config.access_log.set_account_role


RIGHTS = (
    *calls("logs", "FilterLogEvents", log, READ, LOGS, also=local_group),
    *calls("logs", "ListTagsForResource", group, LOOKING, LOGS),
    *calls("logs", "DeleteLogGroup", log, CHANGING, LOGS, also=local_group),
    *calls(
        "logs",
        "CreateLogGroup PutRetentionPolicy",
        log,
        DEPLOY,
        LOGS,
        also=local_group,
        when=logged,
    ),
    *calls("logs", "TagResource UntagResource", group, DEPLOY, LOGS, when=logged),
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
    *calls(
        "iam",
        "GetRole",
        account_role,
        LOOKING,
        IAM,
        also=local_account_role,
        when=logged,
    ),
    *calls(
        "iam",
        "CreateRole",
        account_role,
        DEPLOY,
        IAM,
        also=local_account_role,
        when=role_may_be_set,
    ),
    *calls(
        "iam",
        "AttachRolePolicy",
        account_role,
        DEPLOY,
        IAM,
        also=local_account_role,
        condition=pushing,
        when=role_may_be_set,
    ),
    Right(
        "apigateway",
        "UpdateAccount",
        "apigateway:PATCH",
        path("/account"),
        DEPLOY,
        SOURCE,
        when=role_may_be_set,
    ),
    Right(
        "apigateway",
        "UpdateAccount",
        "iam:PassRole",
        account_role,
        DEPLOY,
        f"{REFERENCE}list_amazonapigatewaymanagement.html",
        carrying="patchOperations",
        also=local_account_role,
        condition=passed_to_gateway,
        when=role_may_be_set,
    ),
)
