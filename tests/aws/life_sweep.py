"""What a life has left in an account, by its mark in the name, and its removal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from botocore.exceptions import ClientError
from life_target import Target

PATIENCE, PAUSE = 900.0, 5.0
"""Seconds: making or removing an index keeps a table from being deleted for minutes (K5)."""


@dataclass(frozen=True)
class Left:
    """One thing, and the call that removes it."""

    kind: str
    name: str
    remove: Callable[[], Any]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def sweep(target: Target, mark: str) -> list[str]:
    """Remove all that is left; gives what was. Raises ClientError where something won't go."""
    found: list[str] = []
    give_up = time.monotonic() + PATIENCE
    while left := list(left_behind(target, mark)):
        found += [str(each) for each in left if str(each) not in found]
        for each in left:
            try:
                each.remove()
            except ClientError:
                if time.monotonic() > give_up:
                    raise
        if list(left_behind(target, mark)):
            time.sleep(PAUSE)
    return found


def left_behind(target: Target, mark: str) -> Iterator[Left]:
    """Everything whose name holds the mark."""
    for kind in KINDS:
        client = target.client(kind.service)
        for page in client.get_paginator(kind.listing).paginate(**kind.params):
            for item in page.get(kind.entries, []):
                name = item[kind.name] if kind.name else item
                if mark in name:
                    yield Left(kind.title, name, partial(kind.remove, client, item))


def _by(operation: str, given: str, reported: str = "", **params: Any) -> Callable[[Any, Any], Any]:
    """The removal by one call, given what the listing `noted`; names in the plural take a list."""

    def remove(client: Any, item: Any) -> Any:
        value = item[reported] if reported else item
        sent = {given: [value] if given.endswith("Names") else value}
        return getattr(client, operation)(**sent, **params)

    return remove


def _plan(gateway: Any, plan: Any) -> None:
    for stage in plan.get("apiStages", []):
        value = f"{stage['apiId']}:{stage['stage']}"
        patch = {"op": "remove", "path": "/apiStages", "value": value}
        gateway.update_usage_plan(usagePlanId=plan["id"], patchOperations=[patch])
    gateway.delete_usage_plan(usagePlanId=plan["id"])


def _role(iam: Any, role: Any) -> None:
    name = role["RoleName"]
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName=name)


@dataclass(frozen=True)
class Kind:
    """A listing, the name of its entries, and how one of them is removed."""

    title: str
    service: str
    listing: str
    entries: str
    name: str
    remove: Callable[[Any, Any], Any]
    params: Mapping[str, Any] = field(default_factory=dict)


GATEWAY, WATCH, POOLS = "apigateway", "cloudwatch", {"MaxResults": 60}
AT_ONCE = {"ForceDeleteWithoutRecovery": True}
KINDS = (
    Kind("usage plan", GATEWAY, "get_usage_plans", "items", "name", _plan),
    Kind(
        "API key", GATEWAY, "get_api_keys", "items", "name",
        _by("delete_api_key", "apiKey", "id"),
    ),
    Kind(
        "API", GATEWAY, "get_rest_apis", "items", "name",
        _by("delete_rest_api", "restApiId", "id"),
    ),
    Kind(
        "function", "lambda", "list_functions", "Functions", "FunctionName",
        _by("delete_function", "FunctionName", "FunctionName"),
    ),
    Kind(
        "log group", "logs", "describe_log_groups", "logGroups", "logGroupName",
        _by("delete_log_group", "logGroupName", "logGroupName"),
    ),
    Kind("table", "dynamodb", "list_tables", "TableNames", "", _by("delete_table", "TableName")),
    Kind(
        "pool", "cognito-idp", "list_user_pools", "UserPools", "Name",
        _by("delete_user_pool", "UserPoolId", "Id"), POOLS,
    ),
    Kind(
        "parameter", "ssm", "describe_parameters", "Parameters", "Name",
        _by("delete_parameter", "Name", "Name"),
    ),
    Kind(
        "secret", "secretsmanager", "list_secrets", "SecretList", "Name",
        _by("delete_secret", "SecretId", "Name", **AT_ONCE),
    ),
    Kind(
        "alarm", WATCH, "describe_alarms", "MetricAlarms", "AlarmName",
        _by("delete_alarms", "AlarmNames", "AlarmName"),
    ),
    Kind(
        "dashboard", WATCH, "list_dashboards", "DashboardEntries", "DashboardName",
        _by("delete_dashboards", "DashboardNames", "DashboardName"),
    ),
    Kind(
        "topic", "sns", "list_topics", "Topics", "TopicArn",
        _by("delete_topic", "TopicArn", "TopicArn"),
    ),
    Kind("role", "iam", "list_roles", "Roles", "RoleName", _role),
    Kind(
        "policy", "iam", "list_policies", "Policies", "PolicyName",
        _by("delete_policy", "PolicyArn", "Arn"), {"Scope": "Local"},
    ),
)  # fmt: skip
"""What holds others goes before them: a plan before its API, a role before its policy."""
