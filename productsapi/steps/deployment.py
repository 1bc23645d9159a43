"""Step 5: the deployment, a snapshot of the API, and the stage that serves it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Observed, Outputs, Resource, Unknown
from productsapi.errors import NotFound
from productsapi.steps.api_tree import LANE, ApiPart, stages
from productsapi.steps.stack import Stack

NOT_TOLD = "not told"
"""The authorization of a deployed method where the endpoint, unlike AWS, leaves it out."""


@dataclass(frozen=True)
class Deployment(ApiPart):
    """What callers get is this snapshot, not the API as it stands: a change needs a new one.

    The hash of everything a snapshot holds stands in its description, so that one is made exactly
    when the stage serves something else than what we want.
    """

    contents: tuple[Resource, ...]
    """What a snapshot freezes: paths, methods, gateway responses, the authorizer."""
    behind: tuple[str, ...]
    """What must work before callers are sent there: code, rights, permissions, the table."""
    step = "deployment"
    kind = "deployment"
    unique = False
    provides = ("deployment_id",)
    renews = ("deployment_id",)
    located_by = ("api_id", "served_id")

    @property
    def name(self) -> str:
        return self.stack.config.api.stage

    @property
    def needs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for part in self.contents for name in part.needs))

    @property
    def after(self) -> tuple[str, ...]:
        return (*(part.key for part in self.contents), *self.behind)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id, served_id = known.get("api_id"), known.get("served_id")
        if not api_id or not served_id:
            return None
        try:
            deployment = aws.call(
                "apigateway", "GetDeployment", restApiId=api_id, deploymentId=served_id
            )
        except NotFound:
            return None
        definition = _marker(deployment.get("description", ""))
        return Observed({"definition": definition}, {"deployment_id": served_id})

    def want(self, known: Outputs) -> Fields:
        """One hash over all that a snapshot freezes; unknown while any part of it is."""
        definition = {part.key: part.want(known) for part in self.contents}
        unknown = next(_unknowns(definition), None)
        if unknown:
            return {"definition": unknown}
        text = json.dumps(definition, sort_keys=True)
        return {"definition": hashlib.sha256(text.encode()).hexdigest()[:32]}

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        """Make one, unless a snapshot of this very definition stands already.

        It does after a run that was killed before it moved the stage, and where the configuration
        went back to what it was.
        """
        definition = self.want(known)["definition"]
        pages = aws.pages("apigateway", "GetDeployments", restApiId=known["api_id"], limit=500)
        for deployment in (item for page in pages for item in page.get("items", [])):
            if _marker(deployment.get("description", "")) == definition:
                return {"deployment_id": deployment["id"]}
        made = aws.call(
            "apigateway",
            "CreateDeployment",
            restApiId=known["api_id"],
            description=f"productsapi {self.stack.config.stack} {definition}",
        )
        return {"deployment_id": made["id"]}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        return self.create(aws, known)


@dataclass(frozen=True)
class Stage(Resource):
    """The first to go in a teardown: from then on nobody reaches the functions, or adds an item."""

    stack: Stack
    step = "deployment"
    kind = "stage"
    lane = LANE
    needs = ("api_id", "deployment_id")
    located_by = ("api_id",)
    provides = ("served_id",)

    @property
    def name(self) -> str:
        return self.stack.config.api.stage

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get("api_id")
        if api_id is None:
            return None
        stage = next((s for s in stages(aws, api_id) if s["stageName"] == self.name), None)
        if stage is None:
            return None
        fields = {
            "deployment": stage.get("deploymentId"),
            "tags": self.stack.ours_among(stage.get("tags", {})),
        }
        outputs = {"served_id": stage.get("deploymentId", ""), "stage_api_id": api_id}
        return Observed(fields, outputs)

    def want(self, known: Outputs) -> Fields:
        return {"deployment": known["deployment_id"], "tags": dict(self.stack.tags)}

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        aws.call(
            "apigateway",
            "CreateStage",
            restApiId=known["api_id"],
            stageName=self.name,
            deploymentId=known["deployment_id"],
            tags=dict(self.stack.tags),
        )
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        if "deployment" in changed:
            move = {"op": "replace", "path": "/deploymentId", "value": known["deployment_id"]}
            aws.call(
                "apigateway",
                "UpdateStage",
                restApiId=known["api_id"],
                stageName=self.name,
                patchOperations=[move],
            )
        if "tags" in changed:
            arn = self.stack.place.rest_api_arn(str(known["api_id"])) + f"/stages/{self.name}"
            aws.call("apigateway", "TagResource", resourceArn=arn, tags=dict(self.stack.tags))
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        api_id = observed.outputs["stage_api_id"]
        with suppress(NotFound):
            aws.call("apigateway", "DeleteStage", restApiId=api_id, stageName=self.name)


def _marker(description: str) -> str | None:
    """The definition's hash that a deployment of ours carries in its description."""
    found = re.fullmatch(r"productsapi \S+ ([0-9a-f]{32})", description)
    return found.group(1) if found else None


def _unknowns(value: Any) -> Any:
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _unknowns(inner)


def served(aws: Aws, outputs: Outputs) -> dict[str, Any] | None:
    """What the stage's deployment really lets in: each method with its kind of authorization."""
    api_id, served_id = outputs.get("api_id"), outputs.get("served_id")
    if not api_id or not served_id:
        return None
    deployment = aws.call(
        "apigateway",
        "GetDeployment",
        restApiId=api_id,
        deploymentId=served_id,
        embed=["apisummary"],
    )
    methods = {
        f"{http_method} {path}": method.get("authorizationType", NOT_TOLD)
        for path, by_method in deployment.get("apiSummary", {}).items()
        for http_method, method in by_method.items()
    }
    return {"deployment": served_id, "methods": dict(sorted(methods.items()))}
