"""CloudWatch's dashboard, a stack's own by name."""

from __future__ import annotations

from functools import partial

from productsapi.options.dashboard.dashboard import Dashboard
from productsapi.stack.iam_right import (
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
    location, name = scope.stack.location, Dashboard(scope.stack).name
    return (f"arn:{location.partition}:cloudwatch::{location.account}:dashboard/{name}",)


def shown(scope: Scope) -> bool:
    return scope.stack.config.monitoring.dashboard


_calls = partial(
    calls, "cloudwatch", on=dashboard, page=CLOUDWATCH, also=local_anything, when=shown
)

RIGHTS = (
    *_calls("GetDashboard", jobs=LOOKING),
    *_calls("PutDashboard", jobs=DEPLOY),
    *_calls("DeleteDashboards", jobs=CHANGING),
)
