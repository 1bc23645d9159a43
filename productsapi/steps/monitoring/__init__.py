"""Beside the guide's seven steps: alarms, and a dashboard, for those who run the API."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.steps.monitoring.alarm import alarms
from productsapi.steps.monitoring.dashboard import dashboard
from productsapi.steps.monitoring.topic import mail
from productsapi.steps.stack import Stack

__all__ = ["alarms", "dashboard", "mail", "resources"]


def resources(stack: Stack) -> list[Resource]:
    monitoring = stack.config.monitoring
    on = (
        mail(stack) if monitoring.alarms and monitoring.email else [],
        alarms(stack) if monitoring.alarms else [],
        dashboard(stack) if monitoring.dashboard else [],
    )
    return [part for parts in on for part in parts]
