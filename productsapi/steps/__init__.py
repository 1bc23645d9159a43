"""The seven steps of the manual guide, one module each, in the guide's order.

The numbering is for people. What comes before what is said by the resources themselves, in what
they need and what they come after; the engine orders by that.

An eighth one, monitoring, is ours: what tells those who run the API how it does.

Steps don't import each other: what one needs of another it names as an output. They share
`stack.py` (names, marks), `features.py` (what can be switched on and off), `log_group.py`,
`losses.py` (what a teardown destroys), `function_settings.py`, `api_tree.py`, `domains.py`,
`cache_key.py` and `releases/` (versions and deployments that can be gone back to).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from productsapi.engine.resource import Resource
from productsapi.steps import (
    code,
    deployment,
    features,
    functions,
    monitoring,
    permissions,
    rest_api,
    table,
    user_pool,
)
from productsapi.steps.namesakes import Twins
from productsapi.steps.releases.pruning import Releases
from productsapi.steps.stack import Stack


class Step(NamedTuple):
    name: str
    title: str
    resources: Callable[[Stack], list[Resource]]


FROZEN = {"path", "method", "gateway response", "authorizer"}
"""What a deployment is a snapshot of."""
BEHIND = {"table", "role policy", "live code", "invoke permission"}
"""What must work before a deployment sends callers there."""
SHUT = {"open methods", "foreign paths"}
"""What mustn't get into a deployment."""


FEATURES: Mapping[str, Callable[..., list[Resource]]] = {
    "access-log": deployment.access_log.parts,
    "alarms": monitoring.alarms,
    "alarm-mail": monitoring.mail,
    "api-key": deployment.api_key.parts,
    "dashboard": monitoring.dashboard,
}
"""By name: what it consists of; with `on=False`, what there may be of it once it is off."""


def _table(stack: Stack) -> list[Resource]:
    on = features.wanted(stack.config)
    off = {name: tuple(FEATURES[name](stack, on=False)) for name in FEATURES if name not in on}
    marks = [table.FeatureMarks(stack), table.FormerFeatures(stack, off)]
    made = (*rest_api.resources(stack), *user_pool.resources(stack))
    twins = tuple(each for each in made if isinstance(each, Twins))
    return [*table.resources(stack, twins), *marks]


def _deployment(stack: Stack) -> list[Resource]:
    others = [r for step in STEPS if step.name != "deployment" for r in step.resources(stack)]
    contents = tuple(r for r in others if r.kind in FROZEN)
    behind = tuple(r.key for r in others if r.kind in BEHIND | SHUT)
    live = {r.function: r for r in others if isinstance(r, code.LiveCode)}
    snapshot = deployment.Deployment(stack, contents, behind)
    stages = [deployment.Stage(stack), deployment.FormerStages(stack)]
    keys = tuple(stage.key for stage in stages)
    logs = deployment.access_log.parts(stack) if stack.config.access_log.enabled else []
    key = deployment.api_key.parts(stack) if stack.config.api.key else []
    cluster = deployment.CacheCluster(stack)
    releases = Releases(stack, live, snapshot, keys)
    return [snapshot, *stages, *logs, cluster, *key, releases, deployment.AccountThrottle(stack)]


STEPS = (
    Step("table", "DynamoDB table", _table),
    Step("functions", "Lambda functions", functions.resources),
    Step("permissions", "IAM permissions", permissions.resources),
    Step("rest_api", "REST API", rest_api.resources),
    Step("deployment", "API deployment", _deployment),
    Step("user_pool", "Cognito user pool", user_pool.resources),
    Step("code", "Lambda code live", code.resources),
    Step("monitoring", "Monitoring", monitoring.resources),
)


def resources(stack: Stack) -> list[Resource]:
    """Everything that the stack consists of, step by step."""
    return [resource for step in STEPS for resource in step.resources(stack)]
