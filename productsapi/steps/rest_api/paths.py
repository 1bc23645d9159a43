"""The API's paths."""

from __future__ import annotations

from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.names import Output
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.routes import parent
from productsapi.stack import kinds
from productsapi.stack.api_tree import ApiPart, tree
from productsapi.stack.output_names import API_ID, ROOT_ID, path_id


@dataclass(frozen=True)
class ApiPath(ApiPart, Managed):
    """What API Gateway calls a resource: one path of the API."""

    path: str
    step = "rest_api"
    kind = kinds.PATH

    @property
    def name(self) -> str:
        return self.path

    @property
    def outputs(self) -> tuple[Output, ...]:
        return (path_id(self.path),)

    @property
    def inputs(self) -> tuple[Output, ...]:
        return (API_ID, self._parent)

    @property
    def _parent(self) -> Output:
        above = parent(self.path)
        return path_id(above) if above else ROOT_ID

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get(API_ID)
        found = tree(aws, api_id).get(self.path) if api_id else None
        if found is None:
            return None
        return Observed({"path": found["path"]}, {path_id(self.path): found["id"]})

    def want(self, known: Outputs) -> Fields:
        return {"path": self.path}

    def create(self, aws: Aws, known: Outputs) -> Given:
        made = aws.call(
            "apigateway",
            "CreateResource",
            restApiId=known[API_ID],
            parentId=known[self._parent],
            pathPart=self._last_part,
        )
        return {path_id(self.path): made["id"]}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        """Only its variable can be spelled otherwise; API Gateway takes no second one beside it."""
        aws.call(
            "apigateway",
            "UpdateResource",
            restApiId=known[API_ID],
            resourceId=observed.outputs[path_id(self.path)],
            patchOperations=[{"op": "replace", "path": "/pathPart", "value": self._last_part}],
        )
        return {}

    @property
    def _last_part(self) -> str:
        return self.path.rsplit("/", 1)[1]
