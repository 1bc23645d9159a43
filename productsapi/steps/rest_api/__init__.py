"""Step 4: the REST API, its two paths, and what the gateway itself answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Observed, Outputs, Resource
from productsapi.errors import NotFound, Refused
from productsapi.routes import COLLECTION, ITEM, PATHS, ROUTES
from productsapi.steps.api_tree import LANE, stages, tree
from productsapi.steps.rest_api.invoke_permissions import InvokePermission
from productsapi.steps.rest_api.methods import PREFLIGHT, Preflight, ProxyMethod
from productsapi.steps.stack import STACK_TAG, Stack

GATEWAY_ERRORS = ("DEFAULT_4XX", "DEFAULT_5XX")


def resources(stack: Stack) -> list[Resource]:
    return [
        RestApi(stack),
        *(ApiPath(stack, path) for path in PATHS),
        *(ProxyMethod(stack, route) for route in ROUTES),
        *(Preflight(stack, path) for path in PATHS),
        *(GatewayResponse(stack, kind) for kind in GATEWAY_ERRORS),
        *(InvokePermission(stack, route) for route in ROUTES),
    ]


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
        ours = self.stack.owns(api.get("tags", {}))
        fields = {
            "name": api["name"],
            "endpoint": ", ".join(api.get("endpointConfiguration", {}).get("types", [])),
            "tags": self.stack.ours_among(api.get("tags", {})),
        }
        if not ours:
            return Observed(fields, ours=False)
        paths = tree(aws, api["id"])
        outputs = {"api_id": api["id"], "root_id": paths["/"]["id"]}
        return Observed(fields, outputs, notes=tuple(self._foreign(aws, api["id"])))

    def want(self, known: Outputs) -> Fields:
        return {"name": self.name, "endpoint": "REGIONAL", "tags": dict(self.stack.tags)}

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        api_id = aws.call(
            "apigateway",
            "CreateRestApi",
            name=self.name,
            description=f"Products API of the stack {self.stack.config.stack}",
            endpointConfiguration={"types": ["REGIONAL"]},
            tags=dict(self.stack.tags),
        )["id"]
        return {"api_id": api_id, "root_id": tree(aws, api_id)["/"]["id"]}

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
        try:
            aws.call("apigateway", "DeleteRestApi", restApiId=observed.outputs["api_id"])
        except NotFound:
            return

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        if not observed.notes or self.stack.delete_foreign:
            return None
        return f"{'; '.join(observed.notes)} (--delete-foreign removes them with it)"

    def _pointed_at(self, aws: Aws, api_id: str | None) -> dict[str, Any] | None:
        if api_id is None:
            return None
        try:
            api = aws.call("apigateway", "GetRestApi", restApiId=api_id)
        except NotFound:
            return None
        return api if self.stack.owns(api.get("tags", {})) else None

    def _listed(self, aws: Aws) -> dict[str, Any] | None:
        """Names aren't unique: ours is the one with our tag. A namesake without it stands for «not
        ours», so that nobody ends with two of a name by surprise.
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
        ours = {"/": set(), **{path: {PREFLIGHT} for path in PATHS}}
        for route in ROUTES:
            ours[route.path].add(route.method)
        for path, found in tree(aws, api_id).items():
            if path not in ours:
                notes.append(f"{self.key}: the path {path} isn't ours")
                continue
            for method in sorted(set(found.get("resourceMethods", {})) - ours[path]):
                notes.append(f"{self.key}: the method {method} {path} isn't ours")
        return notes


@dataclass(frozen=True)
class ApiPath(Resource):
    """What API Gateway calls a resource: one path of the API."""

    stack: Stack
    path: str
    step = "rest_api"
    kind = "path"
    lane = LANE

    @property
    def name(self) -> str:
        return self.path

    @property
    def part_of(self) -> str:
        return f"rest api {self.stack.config.api.name}"

    @property
    def provides(self) -> tuple[str, ...]:
        return (f"id of {self.path}",)

    @property
    def needs(self) -> tuple[str, ...]:
        return ("api_id", self._parent)

    @property
    def located_by(self) -> tuple[str, ...]:
        return ("api_id",)

    @property
    def _parent(self) -> str:
        return f"id of {COLLECTION}" if self.path == ITEM else "root_id"

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get("api_id")
        found = tree(aws, api_id).get(self.path) if api_id else None
        return Observed({"path": self.path}, {f"id of {self.path}": found["id"]}) if found else None

    def want(self, known: Outputs) -> Fields:
        return {"path": self.path}

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        made = aws.call(
            "apigateway",
            "CreateResource",
            restApiId=known["api_id"],
            parentId=known[self._parent],
            pathPart=self.path.rsplit("/", 1)[1],
        )
        return {f"id of {self.path}": made["id"]}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        raise AssertionError("a path that is there is as it should be")


@dataclass(frozen=True)
class GatewayResponse(Resource):
    """The gateway's own errors carry the CORS header too: without it browsers hide their reason."""

    stack: Stack
    response_type: str
    step = "rest_api"
    kind = "gateway response"
    lane = LANE
    needs = ("api_id",)
    located_by = ("api_id",)

    @property
    def name(self) -> str:
        return self.response_type

    @property
    def part_of(self) -> str:
        return f"rest api {self.stack.config.api.name}"

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get("api_id")
        if api_id is None:
            return None
        pages = aws.pages("apigateway", "GetGatewayResponses", restApiId=api_id, limit=500)
        for response in (item for page in pages for item in page.get("items", [])):
            if response["responseType"] == self.name and not response.get("defaultResponse"):
                return Observed({"headers": dict(response.get("responseParameters", {}))})
        return None

    def want(self, known: Outputs) -> Fields:
        header = "gatewayresponse.header.Access-Control-Allow-Origin"
        return {"headers": {header: f"'{self.stack.config.api.cors_origin}'"}}

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        aws.call(
            "apigateway",
            "PutGatewayResponse",
            restApiId=known["api_id"],
            responseType=self.name,
            responseParameters=self.want(known)["headers"],
        )
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        return self.create(aws, known)
