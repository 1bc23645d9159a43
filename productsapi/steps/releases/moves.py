"""Moving what callers reach: an alias to another version, the stage to another deployment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, NeverMade, Observed, Outputs
from productsapi.steps import revisions
from productsapi.steps.api_tree import LANE, stages
from productsapi.steps.releases.marks import (
    Rollback,
    no_rollback_mark,
    parse_rollback_mark,
    rollback_mark,
)
from productsapi.steps.releases.past import (
    canary_in_words,
    published,
    weights,
    weights_in_words,
)
from productsapi.steps.stack import ALIAS, Stack

Patch = dict[str, str]
EDGE_LAG = 10.0
"""Seconds for which the gateway may go on calling what its stage served before (G11: 10 to 30)."""
MOVED = "stage moved"
"""The named output that says when callers were sent elsewhere in this very run: the run's clock."""


def wait_for_edge(aws: Aws, moved: float, reason: str) -> None:
    """What is left of the lag since `moved`, by the run's clock. An emulator has no edge."""
    left = moved + EDGE_LAG - aws.clock()
    if left > 0 and not aws.place.on_this_machine:
        aws.wait(left, reason)


def move_alias(
    aws: Aws, stack: Stack, function: str, version: str, seen: Mapping[str, Any]
) -> None:
    """Send all callers to one version, whatever others had their share.

    Raises Outdated where the alias isn't as it was `seen` any more.
    """
    name = stack.function_name(function)
    where = {"FunctionName": name, "Name": ALIAS, "FunctionVersion": version}
    alone: dict[str, Any] = {"AdditionalVersionWeights": {}}
    revisions.change(
        aws,
        f"alias {name}:{ALIAS}",
        seen.get("RevisionId"),
        send=lambda assumed: aws.call(
            "lambda", "UpdateAlias", **where, RoutingConfig=alone, **assumed
        ),
        look=lambda: _alias(aws, stack, function),
        as_planned=lambda now: _sent_to(now) == _sent_to(seen),
        done=lambda now: _sent_to(now) == (version, {}),
    )


def _alias(aws: Aws, stack: Stack, function: str) -> Mapping[str, Any]:
    found = published(aws.forgetting(), stack, function)
    return found.aliases.get(ALIAS, {}) if found else {}


def _sent_to(alias: Mapping[str, Any]) -> tuple[str | None, dict[str, float]]:
    """The version that callers reach, and those that some of them do."""
    return alias.get("FunctionVersion"), weights(alias)


def patch_stage(aws: Aws, api_id: str, stage_name: str, patches: list[Patch]) -> Mapping[str, Any]:
    """One call, so that all of it holds from the same moment. Gives the stage as it stands then."""
    return aws.call(
        "apigateway",
        "UpdateStage",
        restApiId=api_id,
        stageName=stage_name,
        patchOperations=patches,
    )


def serve(deployment_id: str) -> Patch:
    return {"op": "replace", "path": "/deploymentId", "value": deployment_id}


def end_canary() -> Patch:
    return {"op": "remove", "path": "/canarySettings"}


def say_rollback(stack: Stack, rollback: Rollback | None) -> Patch:
    return say(rollback_mark(rollback) if rollback else no_rollback_mark(stack))


def say(text: str) -> Patch:
    return {"op": "replace", "path": "/description", "value": text}


@dataclass(frozen=True)
class AliasMove(NeverMade):
    """An alias that a rollback moves."""

    stack: Stack
    function: str
    version: int
    before: tuple[str, ...] = ()
    """The keys of the moves that come first."""
    step = "code"
    kind = "alias"
    doors = frozenset({"weights"})

    @property
    def name(self) -> str:
        return f"{self.stack.function_name(self.function)}:{ALIAS}"

    @property
    def after(self) -> tuple[str, ...]:
        return self.before

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        found = published(aws, self.stack, self.function)
        alias = found.aliases.get(ALIAS) if found else None
        if alias is None:
            return None
        fields = {"version": alias["FunctionVersion"], "weights": weights_in_words(alias)}
        return Observed(fields, raw=alias)

    def want(self, known: Outputs) -> Fields:
        return {"version": str(self.version), "weights": None}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        move_alias(aws, self.stack, self.function, str(self.version), observed.raw)
        return {}


@dataclass(frozen=True)
class StageMove(NeverMade):
    """The stage that a rollback moves, and that says so; without `rollback` it says no more."""

    stack: Stack
    api_id: str
    deployment_id: str
    rollback: Rollback | None
    before: tuple[str, ...] = ()
    step = "deployment"
    kind = "stage"
    lane = LANE
    doors = frozenset({"canary"})

    @property
    def name(self) -> str:
        return self.stack.config.api.stage

    @property
    def after(self) -> tuple[str, ...]:
        return self.before

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        stage = next((s for s in stages(aws, self.api_id) if s["stageName"] == self.name), None)
        return Observed(stage_fields(stage)) if stage else None

    def want(self, known: Outputs) -> Fields:
        to = str(self.rollback.to) if self.rollback else None
        return {"deployment": self.deployment_id, "rollback": to, "canary": None}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        patches = {
            "deployment": serve(self.deployment_id),
            "rollback": say_rollback(self.stack, self.rollback),
            "canary": end_canary(),
        }
        needed = [patches[field] for field in patches if field in changed]
        patch_stage(aws, self.api_id, self.name, needed)
        return {}


def stage_fields(stage: Mapping[str, Any]) -> Fields:
    """What a stage serves, and what it says about it."""
    rollback = parse_rollback_mark(stage.get("description") or "")
    return {
        "deployment": stage.get("deploymentId"),
        "rollback": str(rollback.to) if rollback else None,
        "canary": canary_in_words(stage),
    }
