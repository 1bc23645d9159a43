"""The seven steps of the manual guide, one module each, in the guide's order.

The numbering is for people. The resources themselves declare what they need and what they come
after; the engine orders by that.

An eighth one, monitoring, is ours: what shows those who run the API how it does.

Steps don't import each other: what one needs of another it names as an output
(`stack/output_names.py`), what it comes after by its kind (`stack/kinds.py`). They share `stack/`,
and `releases/` (versions and deployments that can be gone back to). What can be switched on and off
is handed in by `options/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from productsapi.engine.graph import checked
from productsapi.engine.resource import Managed, Resource
from productsapi.releases.pruning import Releases
from productsapi.stack import Stack, kinds
from productsapi.stack.duplicates import Duplicates
from productsapi.stack.option import Options, recorded, switched_on
from productsapi.steps import code, deployment, functions, permissions, rest_api, table, user_pool


class Step(NamedTuple):
    name: str
    title: str
    resources: Callable[[Stack, Options], list[Resource]]


FROZEN = {kinds.PATH, kinds.METHOD, kinds.GATEWAY_RESPONSE, kinds.AUTHORIZER}
"""What a deployment is a snapshot of."""
REQUIRED_BEFORE_DEPLOYMENT = {
    kinds.TABLE,
    kinds.ROLE_POLICY,
    kinds.LIVE_CODE,
    kinds.INVOKE_PERMISSION,
}
"""What must work before a deployment sends callers there."""
REMOVED_BEFORE_DEPLOYMENT = {kinds.OPEN_METHODS, kinds.FOREIGN_PATHS}
"""What must be removed before, so that no deployment contains it."""


def _parts(stack: Stack, options: Options, step: str) -> Iterator[Resource]:
    """What a step has of the options: those that are on, and those that any run sees anyway."""
    for option in options:
        if option.step == step and (not option.name or option.on(stack.config)):
            yield from option.parts(stack)


def _table(stack: Stack, options: Options) -> list[Resource]:
    marked = [option for option in options if option.name]
    on = tuple(option.name for option in switched_on(marked, stack.config))
    off = {o.name: tuple(o.parts(stack, on=False)) for o in marked if o.name not in on}
    made = (*rest_api.resources(stack, options), *user_pool.resources(stack))
    duplicates = tuple(each for each in made if isinstance(each, Duplicates))
    marks = [table.FeatureMarks(stack, on), table.PreviousOptions(stack, on, off)]
    parts = tuple(_parts(stack, options, "table"))
    indexes = tuple(o.index(stack.config) for o in switched_on(options, stack.config) if o.index)
    return [*table.resources(stack, duplicates, parts, indexes), *marks]


def _deployment(stack: Stack, options: Options) -> list[Resource]:
    others = [r for s in STEPS if s.name != "deployment" for r in s.resources(stack, options)]
    contents = tuple(r for r in others if isinstance(r, Managed) and r.kind in FROZEN)
    required = REQUIRED_BEFORE_DEPLOYMENT | REMOVED_BEFORE_DEPLOYMENT
    before = tuple(r.key for r in others if r.kind in required)
    live = {r.function: r for r in others if isinstance(r, code.LiveCode)}
    snapshot = deployment.Deployment(stack, contents, before, recorded(options, stack.config))
    of_stage = tuple(option.stage for option in options if option.stage)
    stages = [deployment.Stage(stack, of_stage), deployment.PreviousStages(stack)]
    keys = tuple(stage.key for stage in stages)
    parts = _parts(stack, options, "deployment")
    throttle = deployment.AccountThrottle(stack)
    return [snapshot, *stages, *parts, Releases(stack, live, snapshot, keys), throttle]


def _and_options(
    step: str, made: Callable[[Stack], list[Resource]]
) -> Callable[[Stack, Options], list[Resource]]:
    """Of a step that options add to, and know nothing of each other."""
    return lambda stack, options: [*made(stack), *_parts(stack, options, step)]


def _alone(made: Callable[[Stack], list[Resource]]) -> Callable[[Stack, Options], list[Resource]]:
    """Of a step that no option adds to."""
    return lambda stack, _options: made(stack)


def _monitoring(stack: Stack, options: Options) -> list[Resource]:
    return [*_parts(stack, options, "monitoring")]


STEPS = (
    Step("table", "DynamoDB table", _table),
    Step("functions", "Lambda functions", _and_options("functions", functions.resources)),
    Step("permissions", "IAM permissions", _alone(permissions.resources)),
    Step("rest_api", "REST API", rest_api.resources),
    Step("deployment", "API deployment", _deployment),
    Step("user_pool", "Cognito user pool", _alone(user_pool.resources)),
    Step("code", "Lambda code live", _alone(code.resources)),
    Step("monitoring", "Monitoring", _monitoring),
)


def resources(stack: Stack, options: Options) -> list[Resource]:
    """Everything that the stack consists of, step by step. Raises GraphError."""
    return checked(resource for step in STEPS for resource in step.resources(stack, options))
