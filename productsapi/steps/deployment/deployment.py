"""The deployment: a snapshot of the API."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.apply import LOOKS
from productsapi.engine.names import Key, Output
from productsapi.engine.outputs import Given, Outputs, Unknown
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.errors import Interrupted
from productsapi.releases import hold as holds
from productsapi.releases import metadata
from productsapi.releases.inventory import Snapshot, begin_deployments, deployments, snapshot
from productsapi.releases.rollback_holds import THE_API
from productsapi.stack import kinds
from productsapi.stack.api_tree import (
    ApiPart,
    Methods,
    foreign_methods,
    open_methods,
    served_deployment,
    summary_in,
)
from productsapi.stack.eventual_consistency import reread_until_visible
from productsapi.stack.output_names import (
    API_ID,
    AUTHORIZER_ID,
    DEPLOYMENT_ID,
    NEWEST_RELEASE,
    SERVED_ID,
    USER_POOL_ID,
)

DIGEST = 32
"""Characters of the hash in a deployment's description."""


@dataclass(frozen=True)
class Deployment(ApiPart, Managed):
    """What callers get is this snapshot, not the API as it is: a change needs a new one.

    The hash of everything a snapshot holds is in its description, so that one is made exactly
    when the stage serves something else than what we want. The newest one is always the one that
    callers are to reach: going back to an earlier definition makes another one.
    """

    contents: tuple[Managed, ...]
    """What a snapshot freezes: paths, methods, gateway responses, the authorizer."""
    before: tuple[Key, ...]
    """What must work before callers are sent there: code, rights, permissions, the table."""
    recorded: Mapping[str, str]
    """What its metadata records of the options."""
    step = "deployment"
    kind = kinds.DEPLOYMENT
    unique = False
    outputs = (DEPLOYMENT_ID, holds.SERVED, holds.OLDEST)
    regenerates = (DEPLOYMENT_ID,)
    lookup_inputs = (API_ID, SERVED_ID)
    exposure_fields = frozenset({"marker", "open"})

    @property
    def name(self) -> str:
        return self.stack.config.api.stage

    @property
    def inputs(self) -> tuple[Output, ...]:
        return tuple(dict.fromkeys(name for part in self.contents for name in part.inputs))

    @property
    def depends_on(self) -> tuple[Key, ...]:
        return (*(part.key for part in self.contents), *self.before)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        """What the stage serves; where there is no stage, the newest of ours, for it to serve."""
        api_id, served_id = known.get(API_ID), known.get(SERVED_ID)
        if not api_id:
            return None
        begin_deployments(aws, api_id)
        reported = served_deployment(aws, api_id, served_id) if served_id else None
        ours = {each.id: each for each in deployments(aws, self.stack, api_id)}
        if not served_id:
            newest = _newest(ours.values())
            return self._observed(newest.id, newest, ours, {}) if newest else None
        if reported is None:
            return None
        served = snapshot(self.stack, reported)
        if served:  # whether or not the listing shows it yet
            ours[served_id] = served
        return self._observed(served_id, served, ours, summary_in(reported))

    def _observed(
        self,
        served_id: str,
        served: Snapshot | None,
        ours: Mapping[str, Snapshot],
        summary: Methods,
    ) -> Observed:
        newest = _newest(ours.values())
        later = (
            newest and newest is not served and not (served and newest.metadata == served.metadata)
        )
        fields = {
            "marker": f"productsapi {self.stack.config.stack}" if served else None,
            "definition": served.metadata.definition if served else None,
            "superseded_by": newest.id if newest and later else None,
            "open": ", ".join(open_methods(summary)) or None,
            "foreign": ", ".join(foreign_methods(summary)) or None,
        }
        definition = {holds.SERVED: served.metadata.definition} if served else {}
        return Observed(fields, {DEPLOYMENT_ID: served_id, **definition, **_oldest(ours)})

    def on_hold(self, known: Outputs, observed: Observed | None) -> tuple[str, ...]:
        """Where there is no stage, what was observed isn't served."""
        wanted = self.want(known)["definition"]
        if known.get(SERVED_ID) and observed and observed.fields["definition"] == wanted:
            return ()
        held = (holds.DEFINITION, wanted) in holds.held_definitions(known)
        return (THE_API,) if held else ()

    def want(self, known: Outputs) -> Fields:
        """One hash over all that a snapshot freezes; unknown while any part of it is."""
        frozen = self._frozen(known)
        unknown = next(_unknowns(frozen), None)
        return {
            "marker": f"productsapi {self.stack.config.stack}",
            "definition": unknown or hashlib.sha256(_text(frozen).encode()).hexdigest()[:DIGEST],
            "superseded_by": None,
            "open": None,
            **({"foreign": None} if self.stack.delete_foreign else {}),
        }

    def definition(self, known: Outputs) -> str:
        """What the hash is made of."""
        return _text(self._frozen(known))

    def _frozen(self, known: Outputs) -> dict[str, Fields]:
        return {part.key: part.want(known) for part in self.contents}

    def create(self, aws: Aws, known: Outputs) -> Given:
        """None of ours was there, or `read` had found it; a killed run's may show late."""
        there = self._made_by_a_killed_run(aws, known)
        return self._gives(there.id, known) if there else self._make(aws, known)

    def _make(self, aws: Aws, known: Outputs) -> Given:
        own = metadata.release(self.stack, known.get(NEWEST_RELEASE))
        on = metadata.external_dependencies(
            self.stack, known.get(AUTHORIZER_ID), known.get(USER_POOL_ID)
        )
        made = aws.call(
            "apigateway",
            "CreateDeployment",
            restApiId=known[API_ID],
            description=metadata.deployment_metadata(
                self.stack,
                metadata.DeploymentMetadata(
                    self.want(known)["definition"], {**on, **self.recorded}, own
                ),
            ),
        )
        return self._gives(made["id"], known)

    def _gives(self, deployment_id: str, known: Outputs) -> Given:
        return {DEPLOYMENT_ID: deployment_id, holds.SERVED: self.want(known)["definition"]}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        """Make one, unless the newest is what is wanted and only isn't served yet.

        It isn't while a rollback is in force, after a run that was killed before it moved the
        stage, and where the answer to this very call was lost.
        """
        ours = deployments(aws, self.stack, str(known[API_ID]))
        served_id = observed.outputs[DEPLOYMENT_ID]
        waiting = self._not_served_yet(known, ours, served_id)
        if waiting := waiting or self._made_by_a_killed_run(aws, known, served_id):
            return self._gives(waiting.id, known)
        try:
            return self._make(aws, known)
        except Interrupted:
            for pause in LOOKS:
                aws.wait(pause, f"AWS gave no answer about {self.key}; looking for it")
                there = {each.id for each in deployments(aws, self.stack, str(known[API_ID]))}
                if made := there - {each.id for each in ours}:
                    return self._gives(made.pop(), known)
            raise

    def _not_served_yet(
        self, known: Outputs, ours: list[Snapshot], served_id: str | None
    ) -> Snapshot | None:
        """The newest one, where it is what is wanted."""
        newest = _newest(ours)
        wanted = self.want(known)["definition"]
        meant = newest and newest.id != served_id and newest.metadata.definition == wanted
        return newest if meant else None

    def _made_by_a_killed_run(
        self, aws: Aws, known: Outputs, served_id: str | None = None
    ) -> Snapshot | None:
        """Which was killed before it moved the stage."""
        if not self.stack.after_a_kill:
            return None
        api_id = str(known[API_ID])

        def look(looking: Aws) -> Snapshot | None:
            there = deployments(looking, self.stack, api_id)
            return self._not_served_yet(known, there, served_id)

        what = f"a deployment of {api_id} that a killed run has made"
        return reread_until_visible(aws, what, look)


def _oldest(ours: Mapping[str, Snapshot]) -> Given:
    release = min(ours.values(), key=lambda each: each.age).metadata.release if ours else None
    return {holds.OLDEST: release.time} if release else {}


def _newest(found: Iterable[Snapshot]) -> Snapshot | None:
    return max(found, key=lambda each: each.age, default=None)


def _text(frozen: Mapping[str, Fields]) -> str:
    return json.dumps(frozen, sort_keys=True, default=str)


def _unknowns(value: Any) -> Any:
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _unknowns(inner)
