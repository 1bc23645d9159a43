"""Step 5: the deployment, a snapshot of the API, and the stage that serves it."""

from __future__ import annotations

from productsapi.steps.deployment.account_throttle import AccountThrottle
from productsapi.steps.deployment.deployment import Deployment
from productsapi.steps.deployment.served import UNSPECIFIED, served
from productsapi.steps.deployment.stage import PreviousStages, Stage

__all__ = [
    "UNSPECIFIED",
    "AccountThrottle",
    "Deployment",
    "PreviousStages",
    "Stage",
    "served",
]
