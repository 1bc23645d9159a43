"""The API's two paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Observed, Outputs
from productsapi.routes import COLLECTION, ITEM
from productsapi.steps.api_tree import ApiPart, tree


@dataclass(frozen=True)
class ApiPath(ApiPart):
    """What API Gateway calls a resource: one path of the API."""

    path: str
    step = "rest_api"
    kind = "path"

    @property
    def name(self) -> str:
        return self.path

    @property
    def outputs(self) -> tuple[str, ...]:
        return (f"id of {self.path}",)

    @property
    def inputs(self) -> tuple[str, ...]:
        return ("api_id", self._parent)

    @property
    def _parent(self) -> str:
        return f"id of {COLLECTION}" if self.path == ITEM else "root_id"

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get("api_id")
        found = tree(aws, api_id).get(self.path) if api_id else None
        if found is None:
            return None
        return Observed({"path": found["path"]}, {f"id of {self.path}": found["id"]})

    def want(self, known: Outputs) -> Fields:
        return {"path": self.path}

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        made = aws.call(
            "apigateway",
            "CreateResource",
            restApiId=known["api_id"],
            parentId=known[self._parent],
            pathPart=self._last_part,
        )
        return {f"id of {self.path}": made["id"]}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        """Only its variable can be spelled otherwise; API Gateway takes no second one beside it."""
        aws.call(
            "apigateway",
            "UpdateResource",
            restApiId=known["api_id"],
            resourceId=observed.outputs[f"id of {self.path}"],
            patchOperations=[{"op": "replace", "path": "/pathPart", "value": self._last_part}],
        )
        return {}

    @property
    def _last_part(self) -> str:
        return self.path.rsplit("/", 1)[1]
