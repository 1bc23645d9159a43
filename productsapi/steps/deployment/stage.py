"""The stage that serves a deployment, and stages of its previous names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Cleanup, Fields, Managed, Note, Observed
from productsapi.releases import hold as holds
from productsapi.releases import metadata
from productsapi.releases.hold import Hold
from productsapi.releases.switch import MOVED, end_canary, patch_stage, say, serve, stage_fields
from productsapi.stack import Stack, custom_domains, kinds
from productsapi.stack.api_tree import (
    SERIAL_GROUP,
    delete_stage,
    stage_called,
    stages,
    tags,
)
from productsapi.stack.output_names import API_ID, DEPLOYMENT_ID, SERVED_ID
from productsapi.stack.stage_part import Settings, StagePart
from productsapi.stack.tag_sync import Tagged, set_tags
from productsapi.steps.deployment import method_settings, throttling


@dataclass(frozen=True)
class Stage(Managed):
    """The first to go in a teardown: from then on nobody reaches the functions, or adds an item."""

    stack: Stack
    parts: tuple[StagePart, ...]
    step = "deployment"
    kind = kinds.STAGE
    serial_group = SERIAL_GROUP
    inputs = (API_ID, DEPLOYMENT_ID)
    lookup_inputs = (API_ID,)
    outputs = (SERVED_ID, holds.STAGE_SAYS, MOVED)

    @property
    def name(self) -> str:
        return self.stack.config.api.stage

    @property
    def exposure_fields(self) -> frozenset[str]:
        return frozenset({"canary"}).union(*(part.EXPOSURE_FIELDS for part in self.parts))

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get(API_ID)
        if api_id is None:
            return None
        stage = stage_called(aws, api_id, self.name)
        if stage is None:
            return None
        reported = tags(self.stack, aws, self._arn(api_id), stage.get("tags") or {})
        settings = method_settings.from_aws(stage)
        fields = {
            **stage_fields(stage),
            "limits": throttling.from_aws(settings),
            **_together(p.from_aws(self.stack, aws, api_id, stage, settings) for p in self.parts),
            "tags": self.stack.ours_among(reported),
        }
        outputs = {
            SERVED_ID: stage.get("deploymentId", ""),
            holds.STAGE_SAYS: stage.get("description") or "",
        }
        of_parts = (note for part in self.parts for note in part.notes(stage))
        notes = (*_rollback_note(stage), *of_parts, *method_settings.notes(stage))
        return Observed(fields, outputs, raw={**stage, "restApiId": api_id}, notes=notes)

    def want(self, known: Outputs) -> Fields:
        return {
            "deployment": known[DEPLOYMENT_ID],
            "rollback": None,
            "canary": None,
            "limits": throttling.wanted(self.stack.config),
            **_together(part.wanted(self.stack.config) for part in self.parts),
            "tags": dict(self.stack.tags),
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        hold = self._hold(known)
        said = (
            {"description": metadata.stage_metadata(self.stack, None, hold)} if hold.items else {}
        )
        aws.call(
            "apigateway",
            "CreateStage",
            restApiId=known[API_ID],
            stageName=self.name,
            deploymentId=known[DEPLOYMENT_ID],
            tags=dict(self.stack.tags),
            **said,
        )
        patches = method_settings.patches({}, self._settings())
        patch_stage(aws, str(known[API_ID]), self.name, patches)
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        had = method_settings.from_aws(observed.raw)
        patches = {
            "deployment": [serve(str(known[DEPLOYMENT_ID]))],
            "rollback": [say(metadata.stage_metadata(self.stack, None, self._hold(known)))],
            "canary": [end_canary()],
        }
        said = holds.parse(observed.raw.get("description"))
        renews = "deployment" in changed and self._hold(known) != said
        moved = changed | {"rollback"} if renews else changed
        needed = [patch for field in patches if field in moved for patch in patches[field]]
        if changed & {"limits"}.union(*(part.FIELDS for part in self.parts)):
            needed += method_settings.patches(had, self._settings())
        of_parts = (part.before_deployment(self.stack.config, had) for part in self.parts)
        if "deployment" in changed and (first := [patch for each in of_parts for patch in each]):
            patch_stage(aws, str(known[API_ID]), self.name, first)
        if needed:
            patch_stage(aws, str(known[API_ID]), self.name, needed)
        if "tags" in changed:
            set_tags(
                self.stack,
                aws,
                Tagged("apigateway", self._arn(str(known[API_ID]))),
                observed.fields["tags"],
            )
        return {MOVED: str(aws.clock())} if "deployment" in changed else {}

    def _settings(self) -> Settings:
        """All that is set for methods: limits, and what options add."""
        settings = throttling.settings(self.stack.config)
        for part in self.parts:
            settings = part.settings(self.stack.config, settings)
        return settings

    def _hold(self, known: Outputs) -> Hold:
        """What is held once the deployment is served that is wanted."""
        served = {holds.DEFINITION: known.get(holds.SERVED)}
        return holds.held_definitions(known).since(known.get(holds.OLDEST)).minus(served)

    def delete(self, aws: Aws, observed: Observed) -> None:
        delete_stage(aws, observed.raw["restApiId"], self.name)

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        """Asked before anything goes: halfway, with the stage alone gone, it would be too late."""
        custom_domains.must_not_lead_to(self.stack, aws, observed.raw["restApiId"])
        return None

    def _arn(self, api_id: str) -> str:
        return f"{self.stack.location.rest_api_arn(api_id)}/stages/{self.name}"


@dataclass(frozen=True)
class PreviousStages(Cleanup):
    """Stages that carry our tag and that the configuration calls otherwise now."""

    stack: Stack
    step = "deployment"
    kind = kinds.FORMER_STAGES
    outputs = (holds.FORMER_STAGES_HOLD,)
    serial_group = SERIAL_GROUP
    lookup_inputs = (API_ID,)

    @property
    def name(self) -> str:
        return self.stack.config.api.name

    @property
    def depends_on(self) -> tuple[Key, ...]:
        """The new one answers before the old one goes; a domain is led to it before, too (G7)."""
        api = self.stack.config.api
        mapping = (kinds.BASE_PATH_MAPPING(api.domain.address),) if api.domain.on else ()
        return (kinds.STAGE(api.stage), *mapping)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get(API_ID)
        former = [
            stage
            for stage in (stages(aws, api_id) if api_id else [])
            if self.stack.owns(stage.get("tags") or {})
            and stage["stageName"] != self.stack.config.api.stage
        ]
        found = {stage["stageName"]: stage.get("deploymentId") for stage in former}
        if not api_id or not found:
            return None
        url = self.stack.location.invoke_url(api_id, self.stack.config.api.stage)
        text = f"the stage is renamed from {', '.join(found)}: the invoke URL is {url} from now on"
        hold = reduce(or_, (holds.parse(stage.get("description")) for stage in former))
        outputs = {holds.FORMER_STAGES_HOLD: holds.marked("", hold)}
        return Observed({"stages": found}, outputs, raw={"api_id": api_id}, notes=(Note(text),))

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        for name in observed.fields["stages"]:
            delete_stage(aws, observed.raw["api_id"], name)
        return {}


def _rollback_note(stage: Mapping[str, Any]) -> tuple[Note, ...]:
    rollback = metadata.parse_rollback_metadata(stage.get("description") or "")
    if rollback is None:
        return ()
    text = f"a rollback is in force, to the release of {rollback.to}, made {rollback.made}"
    way = (
        "`productsapi deploy` goes forward again, to what was rolled back from with --release-hold"
    )
    return (Note(f"{text}; {way}"),)


def _together(parts: Iterable[Fields]) -> Fields:
    return {name: value for fields in parts for name, value in fields.items()}
