"""What core code needs to know of the dashboard."""

from __future__ import annotations

from productsapi.options.dashboard.dashboard import dashboard
from productsapi.options.dashboard.rights import RIGHTS
from productsapi.stack.option import Option

OPTION = Option(
    name="dashboard",
    title="dashboard",
    step="monitoring",
    on=lambda config: config.monitoring.dashboard,
    parts=dashboard,
    rights=RIGHTS,
)
OPTIONS = (OPTION,)
