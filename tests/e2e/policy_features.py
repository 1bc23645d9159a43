"""The rights of what a configuration switches on: made, changed, repaired, removed, made again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from e2e_project import PASSWORD
from policy_growth import Line, line

from productsapi.operator_policy import TABLE, Job, Right
from productsapi.options.api_key import option as api_key
from productsapi.options.domain import option as domain
from productsapi.options.registry import OPTIONS

if TYPE_CHECKING:
    from policy_scenes import Scenes

DEPLOY = ("deploy", "--yes")
ON = {
    "  key: false": "  key: true",
    "  enabled: false": "  enabled: true",
    "set_account_role: false": "set_account_role: true",
    "alarms: false": "alarms: true",
    "dashboard: false": "dashboard: true",
    "concurrency: null": "concurrency: 5",
}
CHANGED = {
    "latency_ms: 3000": "latency_ms: 2000",
    "retention_days: 90": "retention_days: 60",
    "email: ops@example.com": "email: dev@example.com",
    "key_rate: 20": "key_rate: 10",
    "tags: {}": "tags: { team: shop }",
}
CHANGED_BACK = {"tags: { team: shop }": "tags: {}"}
OFF = {new: old for old, new in ON.items()}


def rights() -> list[Right]:
    """What is asked for only where the configuration switches it on, or did so formerly."""
    limits = {"PutFunctionConcurrency", "DeleteFunctionConcurrency"}
    options = [right for option in OPTIONS for right in option.rights]
    return [*options, *(right for right in TABLE if right.operation in limits)]


def play(scenes: Scenes) -> None:
    """Beside all other rights, which were found before. All features are on when it ends."""
    growth = scenes.growth
    _edit(scenes, {"email: null": "email: ops@example.com", **ON})
    scenes.begin(Job.DEPLOY)
    growth.given = {line(right) for right in growth.lines()} - {line(right) for right in rights()}
    scenes.grow(*DEPLOY)
    _edit(scenes, CHANGED)
    _drift(scenes)
    scenes.grow(*DEPLOY)
    _edit(scenes, CHANGED_BACK)
    scenes.grow(*DEPLOY)
    scenes.grow("key", "rotate", "--yes")
    scenes.keep_policy()
    _edit(scenes, OFF)
    scenes.grow(*DEPLOY)
    _edit(scenes, ON)
    scenes.keep_policy(on=False)
    scenes.grow(*DEPLOY)


def call(scenes: Scenes) -> None:
    """What a caller needs beside his token: to read the key's value."""
    growth = scenes.growth
    typed = f"{PASSWORD}\n"
    growth.jobs = (Job.USER_ADMIN, Job.CALLER)
    growth.hold({line(right) for right in growth.lines()})
    for words in (("user", "create", "eve"), ("login", "eve")):
        assert growth.once(*words, "--password-stdin", stdin=typed).code == 0, growth.said
    growth.given = {line(right) for right in growth.lines()} - {line(right) for right in rights()}
    scenes.grow("request", "GET", "/products")


def unreached() -> dict[Line, str]:
    """What can't be proven so, with the reason."""
    pathless = "the local cloud sees no path of keys and plans: another line of the verb covers it"
    keys = {
        line(right): pathless for right in api_key.OPTION.rights if right.service == "apigateway"
    }
    reason = "test_e2e_policy.py: a deployer with the printed policies makes a domain"
    domains = {line(right): reason for right in domain.OPTION.rights}
    removing = Line("DeleteFunctionConcurrency", "lambda:DeleteFunctionConcurrency")
    return {**keys, **domains, removing: "the local cloud takes it for PutFunctionConcurrency"}


def _drift(scenes: Scenes) -> None:
    """Somebody lets everybody write to the alarms' topic."""
    sns = scenes.root("sns")
    [topic] = sns.list_topics()["Topics"]
    anyone = {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [anyone]})
    sns.set_topic_attributes(
        TopicArn=topic["TopicArn"], AttributeName="Policy", AttributeValue=document
    )


def _edit(scenes: Scenes, changes: dict[str, str]) -> None:
    for old, new in changes.items():
        scenes.edit(old, new)
