"""What is to be there with alarms, mail and dashboard on, and looking at it."""

from __future__ import annotations

from typing import Any

from steps_world import Quiet, World

from productsapi.engine.apply import Applied, apply
from productsapi.engine.plan import Plan, plan
from productsapi.engine.read import read
from productsapi.engine.resource import Resource
from productsapi.options.registry import resources
from productsapi.stack import features

ADA, BOB = "ada@example.com", "bob@example.com"
ON: dict[str, Any] = {"monitoring": {"alarms": True, "dashboard": True, "email": ADA}}
TOPIC = "arn:aws:sns:eu-west-2:123456789012:productsapi-shop-alarms"
DASHBOARD = "productsapi-shop-eu-west-2"
NAMES = [
    "productsapi-shop-api-errors",
    "productsapi-shop-api-latency",
    "productsapi-shop-function-errors",
    "productsapi-shop-function-throttles",
    "productsapi-shop-table-errors",
    "productsapi-shop-table-throttles",
]
LATENCY = NAMES[1]
KEYS = {*(f"alarm {name}" for name in NAMES), f"dashboard {DASHBOARD}"} | {
    "alarm topic productsapi-shop-alarms"
}


def with_mail(email: str | None, **changes: Any) -> dict[str, Any]:
    return {"monitoring": {**ON["monitoring"], "email": email, **changes}}


def found(world: World) -> dict[str, dict[str, Any]]:
    reported = world.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return {alarm["AlarmName"]: alarm for alarm in reported}


def subscribers(world: World) -> dict[str, str]:
    reported = world.client("sns").list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
    return {each["Endpoint"]: each["SubscriptionArn"] for each in reported}


def nothing_is_left(world: World) -> bool:
    cloudwatch = world.client("cloudwatch")
    listed = cloudwatch.list_dashboards()["DashboardEntries"]
    topics = world.client("sns").list_topics()["Topics"]
    return not (found(world) or listed or topics)


def watched(stack: Any) -> list[Resource]:
    return [each for each in resources(stack) if each.step == "monitoring"]


def plan_of(world: World, stack: Any) -> Plan:
    """Of this alone: it needs nothing of the rest of the stack."""
    watching = watched(stack)
    return plan(watching, read(watching, world.aws))


def bring(world: World, stack: Any) -> Applied:
    """Bring this alone to what it should be."""
    watching = watched(stack)
    reading = read(watching, world.aws)
    applied = apply(plan(watching, reading), watching, reading, world.aws, Quiet())
    applied.raise_failure()
    return applied


def actions(planned: Plan) -> dict[str, str]:
    return {change.key: change.action.value for change in planned.to_do}


def marks(world: World) -> str | None:
    return features.tags_of_table(world.stack(), world.aws).get(features.TAG)
