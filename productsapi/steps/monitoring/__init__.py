"""Beside the guide's seven steps: alarms, and a dashboard, for those who run the API."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.steps.stack import Stack


def resources(stack: Stack) -> list[Resource]:
    monitoring = stack.config.monitoring
    on = (
        alarms(stack) if monitoring.alarms else [],
        dashboard(stack) if monitoring.dashboard else [],
    )
    return [part for parts in on for part in parts]


def alarms(stack: Stack, *, on: bool = True) -> list[Resource]:  # noqa: ARG001
    return []


def dashboard(stack: Stack, *, on: bool = True) -> list[Resource]:  # noqa: ARG001
    return []
