"""Beside the guide's seven steps: alarms, and a dashboard, for those who run the API."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.steps.monitoring.alarm import Alarm
from productsapi.steps.monitoring.dashboard import Dashboard
from productsapi.steps.monitoring.definitions import definitions
from productsapi.steps.monitoring.topic import AlarmMail, Topic
from productsapi.steps.stack import Stack


def resources(stack: Stack) -> list[Resource]:
    monitoring = stack.config.monitoring
    return [
        *(alarms(stack) if monitoring.alarms else []),
        *(dashboard(stack) if monitoring.dashboard else []),
    ]


def alarms(stack: Stack, *, on: bool = True) -> list[Resource]:
    made = [Alarm(stack, on, definition) for definition in definitions(stack)]
    topic = Topic(stack, on, tuple(alarm.key for alarm in made))
    return [topic, AlarmMail(stack, on), *made]


def dashboard(stack: Stack, *, on: bool = True) -> list[Resource]:
    return [Dashboard(stack, on)]
