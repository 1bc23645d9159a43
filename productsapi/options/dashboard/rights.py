"""CloudWatch's dashboard, a stack's own by name."""

from __future__ import annotations

from productsapi.options.dashboard.dashboard import Dashboard
from productsapi.steps.iam_right import (
    CHANGING,
    CLOUDWATCH,
    DEPLOY,
    LOOKING,
    Scope,
    calls,
    local_anything,
)


def dashboard(scope: Scope) -> tuple[str, ...]:
    """Dashboards are the account's, their ARNs carry no Region."""
    place, name = scope.stack.place, Dashboard(scope.stack).name
    return (f"arn:{place.partition}:cloudwatch::{place.account}:dashboard/{name}",)


def shown(scope: Scope) -> bool:
    return bool(scope.stack.config.monitoring.dashboard)


RIGHTS = (
    *calls(
        "cloudwatch",
        "GetDashboard",
        dashboard,
        LOOKING,
        CLOUDWATCH,
        also=local_anything,
        when=shown,
    ),
    *calls(
        "cloudwatch",
        "PutDashboard",
        dashboard,
        DEPLOY,
        CLOUDWATCH,
        also=local_anything,
        when=shown,
    ),
    *calls(
        "cloudwatch",
        "DeleteDashboards",
        dashboard,
        CHANGING,
        CLOUDWATCH,
        also=local_anything,
        when=shown,
    ),
)
