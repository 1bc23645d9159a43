"""The REST API itself: how it is found, and what else lives in it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Note, Observed, Outputs, Resource
from productsapi.errors import NotFound, Refused
from productsapi.routes import PATHS, methods
from productsapi.steps.api_tree import LANE, stages, tree
from productsapi.steps.rest_api.methods import PREFLIGHT
from productsapi.steps.stack import STACK_TAG, Stack


@dataclass(frozen=True)
class RestApi(Resource):
    stack: Stack
    step = "rest_api"
    kind = "rest api"
    lane = LANE
    unique = False
    provides = ("api_id", "root_id")
    located_by = ("pointer to api_id",)

    @property
    def name(self) -> str:
        return self.stack.config.api.name

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api = self._pointed_at(aws, known.get("pointer to api_id")) or self._listed(aws)
        if api is None:
            return None
        claim = self.stack.claim(api.get("tags", {}))
        fields = {
            "name": api["name"],
            "endpoint": ", ".join(api.get("endpointConfiguration", {}).get("types", [])),
            "tags": self.stack.ours_among(api.get("tags", {})),
        }
        paths = tree(aws, api["id"])
        outputs = {"api_id": api["id"], "root_id": paths["/"]["id"]}
        notes = tuple(Note(text, door=True) for text in self._foreign(aws, api["id"]))
        return Observed(fields, outputs, claim, notes=notes, identity=api["id"])

    def want(self, known: Outputs) -> Fields:
        return {"name": self.name, "endpoint": "REGIONAL", "tags": dict(self.stack.tags)}

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        api = aws.call(
            "apigateway",
            "CreateRestApi",
            name=self.name,
            description=f"Products API of the stack {self.stack.config.stack}",
            endpointConfiguration={"types": ["REGIONAL"]},
            tags=dict(self.stack.tags),
        )
        root_id = api.get("rootResourceId") or tree(aws, api["id"])["/"]["id"]
        return {"api_id": api["id"], "root_id": root_id}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        patches = {
            "name": {"op": "replace", "path": "/name", "value": self.name},
            "endpoint": {
                "op": "replace",
                "path": f"/endpointConfiguration/types/{observed.fields['endpoint']}",
                "value": "REGIONAL",
            },
        }
        operations = [patch for field, patch in patches.items() if field in changed]
        api_id = observed.outputs["api_id"]
        if operations:
            aws.call("apigateway", "UpdateRestApi", restApiId=api_id, patchOperations=operations)
        if "tags" in changed:
            arn = self.stack.place.rest_api_arn(api_id)
            aws.call("apigateway", "TagResource", resourceArn=arn, tags=dict(self.stack.tags))
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        with suppress(NotFound):
            aws.call("apigateway", "DeleteRestApi", restApiId=observed.outputs["api_id"])

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        """Looked for again each time: a stage may have been added since."""
        if self.stack.delete_foreign:
            return None
        with suppress(NotFound):
            foreign = self._foreign(aws, observed.outputs["api_id"])
            if foreign:
                return f"{'; '.join(foreign)} (--delete-foreign removes them with it)"
        return None

    def _pointed_at(self, aws: Aws, api_id: str | None) -> dict[str, Any] | None:
        if api_id is None:
            return None
        try:
            api = aws.call("apigateway", "GetRestApi", restApiId=api_id)
        except NotFound:
            return None
        return api if self.stack.owns(api.get("tags", {})) else None

    def _listed(self, aws: Aws) -> dict[str, Any] | None:
        """Names aren't unique: ours is the one with our tag.

        A namesake without it stands for «not ours», so that nobody gets two of a name unawares.
        """
        pages = aws.pages("apigateway", "GetRestApis", limit=500)
        apis = [api for page in pages for api in page.get("items", [])]
        ours = [api for api in apis if self.stack.owns(api.get("tags", {}))]
        if len(ours) > 1:
            ids = ", ".join(api["id"] for api in ours)
            raise Refused(
                f"two REST APIs carry the tag {STACK_TAG}={self.stack.config.stack}: {ids}",
                "remove the one that isn't in use, or its tag, then repeat the command",
            )
        namesakes = [api for api in apis if api["name"] == self.name]
        untagged = [api for api in namesakes if STACK_TAG not in api.get("tags", {})]
        return next(iter([*ours, *untagged]), None)

    def _foreign(self, aws: Aws, api_id: str) -> list[str]:
        """What else lives in this API: it is told, and kept from going down with it."""
        notes = [
            f"{self.key}: the stage {stage['stageName']} isn't ours"
            for stage in stages(aws, api_id)
            if stage["stageName"] != self.stack.config.api.stage
        ]
        ours = {path: {PREFLIGHT, *methods(path)} for path in PATHS} | {"/": set()}
        for path, found in tree(aws, api_id).items():
            if path not in ours:
                notes.append(f"{self.key}: the path {path} isn't ours")
                continue
            foreign = sorted(found.get("resourceMethods", {}).keys() - ours[path])
            notes += [f"{self.key}: the method {method} {path} isn't ours" for method in foreign]
        return notes
