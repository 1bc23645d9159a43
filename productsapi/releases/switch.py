"""Moving what callers reach: an alias to another version, the stage to another deployment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key, Kind, Output
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.releases import hold as holds
from productsapi.releases.hold import Hold
from productsapi.releases.inventory import canary_in_words, published, weights, weights_in_words
from productsapi.releases.metadata import (
    Rollback,
    alias_metadata,
    parse_rollback_metadata,
    stage_metadata,
)
from productsapi.stack import ALIAS, Stack, kinds, revisions
from productsapi.stack.api_tree import SERIAL_GROUP, stage_called

Patch = dict[str, str]
EDGE_LAG = 10.0
"""Seconds for which the gateway may go on calling what its stage served before (G11: 10 to 30)."""
MOVED = Output("stage moved")
"""When callers were sent elsewhere in this very run, by the run's clock."""


def wait_for_edge(aws: Aws, moved: float, reason: str) -> None:
    """What is left of the lag since `moved`, by the run's clock. An emulator has no edge."""
    left = moved + EDGE_LAG - aws.clock()
    if left > 0 and not aws.location.on_this_machine:
        aws.wait(left, reason)


def move_alias(  # noqa: PLR0913 - which alias, and what it is to be
    aws: Aws, stack: Stack, function: str, version: str, seen: Mapping[str, Any], *, hold: Hold
) -> None:
    """Send all callers to one version, whatever others had their share, and say what is held.

    Raises Outdated where the alias isn't as it was `seen` any more.
    """
    name = stack.function_name(function)
    where = {"FunctionName": name, "Name": ALIAS, "FunctionVersion": version}
    alone: dict[str, Any] = {"AdditionalVersionWeights": {}}
    said = described(stack, seen, hold)
    revisions.change(
        aws,
        f"alias {name}:{ALIAS}",
        seen.get("RevisionId"),
        send=lambda assumed: aws.call(
            "lambda", "UpdateAlias", **where, RoutingConfig=alone, **said, **assumed
        ),
        look=lambda: _alias(aws, stack, function),
        as_planned=lambda now: _sent_to(now) == _sent_to(seen),
        done=lambda now: _sent_to(now) == (version, {}),
    )


def described(stack: Stack, alias: Mapping[str, Any], hold: Hold) -> dict[str, str]:
    """The parameter by which an alias says what is held; others' text stays while nothing is."""
    had = alias.get("Description") or ""
    if not hold.items and holds.SIGN not in had:
        return {"Description": had} if had else {}
    return {"Description": alias_metadata(stack, hold)}


def _alias(aws: Aws, stack: Stack, function: str) -> Mapping[str, Any]:
    found = published(aws.forgetting(), stack, function)
    return found.aliases.get(ALIAS, {}) if found else {}


def _sent_to(alias: Mapping[str, Any]) -> tuple[str | None, dict[str, float]]:
    """The version that callers reach, and those that some of them do."""
    return alias.get("FunctionVersion"), weights(alias)


def patch_stage(aws: Aws, api_id: str, stage_name: str, patches: list[Patch]) -> Mapping[str, Any]:
    """One call, so that all of it holds from the same moment. Returns the stage as it is then."""
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


def say(text: str) -> Patch:
    return {"op": "replace", "path": "/description", "value": text}


@dataclass(frozen=True)
class AliasMove(Managed):
    """An alias that a rollback moves."""

    stack: Stack
    function: str
    version: int
    hold: Hold
    """What is held of the function from then on."""
    before: tuple[Key, ...] = ()
    """The keys of the moves that come first."""
    step = "code"
    kind = Kind("alias")
    exposure_fields = frozenset({"weights"})

    @property
    def name(self) -> str:
        return f"{self.stack.function_name(self.function)}:{ALIAS}"

    @property
    def depends_on(self) -> tuple[Key, ...]:
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
    ) -> Given:
        to = str(self.version)
        move_alias(aws, self.stack, self.function, to, observed.raw, hold=self.hold)
        return {}


@dataclass(frozen=True)
class StageMove(Managed):
    """The stage that a rollback moves, and that says so; without `rollback` it says no more."""

    stack: Stack
    api_id: str
    deployment_id: str
    rollback: Rollback | None
    hold: Hold
    before: tuple[Key, ...] = ()
    step = "deployment"
    kind = kinds.STAGE
    serial_group = SERIAL_GROUP
    exposure_fields = frozenset({"canary"})

    @property
    def name(self) -> str:
        return self.stack.config.api.stage

    @property
    def depends_on(self) -> tuple[Key, ...]:
        return self.before

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        stage = stage_called(aws, self.api_id, self.name)
        return Observed(stage_fields(stage), raw=stage) if stage else None

    def want(self, known: Outputs) -> Fields:
        to = str(self.rollback.to) if self.rollback else None
        return {"deployment": self.deployment_id, "rollback": to, "canary": None}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        patches = {
            "deployment": serve(self.deployment_id),
            "rollback": say(stage_metadata(self.stack, self.rollback, self.hold)),
            "canary": end_canary(),
        }
        said = {"rollback"} if self.hold != holds.parse(observed.raw.get("description")) else set()
        needed = [patches[field] for field in patches if field in changed | said]
        patch_stage(aws, self.api_id, self.name, needed)
        return {}


def stage_fields(stage: Mapping[str, Any]) -> Fields:
    """What a stage serves, and what it says about it."""
    rollback = parse_rollback_metadata(stage.get("description") or "")
    return {
        "deployment": stage.get("deploymentId"),
        "rollback": str(rollback.to) if rollback else None,
        "canary": canary_in_words(stage),
    }
