"""The REST API as deployed: paths, methods and integrations from one GetResources listing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.aws.retries import LAGGING
from productsapi.engine.names import Key, Output
from productsapi.engine.outputs import Outputs
from productsapi.engine.resource import Resource
from productsapi.errors import AccessDenied, NotFound, Unintelligible
from productsapi.gateway_problems import GATEWAY_PROBLEMS
from productsapi.routes import PATHS, RESOURCES, ROUTES, methods, shape
from productsapi.stack import Stack, custom_domains, kinds
from productsapi.stack.eventual_consistency import reread_until_visible
from productsapi.stack.output_names import API_ID, path_id

SERIAL_GROUP = "apigateway"
"""API Gateway refuses changes of one API that meet each other: they go one after another."""
PREFLIGHT = "OPTIONS"
GATEWAY_ERRORS = tuple(GATEWAY_PROBLEMS)
OURS = {shape(path): path for path in RESOURCES}

Methods = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By path and HTTP method: what a deployment's summary holds, and the live API too."""


@dataclass(frozen=True)
class ApiPart(Resource):
    """What belongs to the REST API: found by its id, changed one at a time, gone with it."""

    stack: Stack
    serial_group = SERIAL_GROUP

    @property
    def lookup_inputs(self) -> tuple[Output, ...]:
        return (API_ID,)

    @property
    def parent(self) -> Key:
        return kinds.REST_API(self.stack.config.api.name)


def parts() -> tuple[Key, ...]:
    """The keys of all that callers of the API meet before a function does."""
    preflights = (kinds.METHOD(f"{PREFLIGHT} {path}") for path in PATHS)
    errors = (kinds.GATEWAY_RESPONSE(kind) for kind in GATEWAY_ERRORS)
    return (*(kinds.METHOD(str(route)) for route in ROUTES), *preflights, *errors)


def prefetch(aws: Aws, api_id: str) -> None:
    """Begin what is going to be asked about the API, while it is looked for."""
    aws.prefetch("apigateway", "GetResources", restApiId=api_id, limit=500, embed=["methods"])
    aws.prefetch("apigateway", "GetStages", restApiId=api_id)


def tree(aws: Aws, api_id: str) -> dict[str, dict[str, Any]]:
    """Every path of the API, with its methods whole (the default page may leave some out).

    A path of ours is listed under our name for it; its `path` is how it is spelled there.
    """
    pages = aws.pages("apigateway", "GetResources", restApiId=api_id, limit=500, embed=["methods"])
    items = {item["path"]: item for page in pages for item in page["items"]}
    if "/" not in items:  # every API has it
        raise Unintelligible("GetResources", f"the API {api_id} has no root in the answer")
    ours = {path: our_path(path) for path in items}
    return {path if ours[path] in items else ours[path]: item for path, item in items.items()}


def our_path(path: str) -> str:
    """Our name for a path, however its variables are spelled; another's path as it is."""
    return OURS.get(shape(path), path)


def method(aws: Aws, api_id: str, path: str, http_method: str) -> dict[str, Any] | None:
    """One method with its integration, or None."""
    found = tree(aws, api_id).get(path, {}).get("resourceMethods", {}).get(http_method)
    return dict(found) if found is not None else None


def needs_key(described: Mapping[str, Any]) -> bool:
    """Whether a method asks for an API key; some endpoints return what was patched as text."""
    return described.get("apiKeyRequired") in {True, "true"}


def address(known: Outputs, path: str, http_method: str) -> dict[str, Any]:
    """How a call names a method."""
    return {
        "restApiId": known[API_ID],
        "resourceId": known[path_id(path)],
        "httpMethod": http_method,
    }


def stages(aws: Aws, api_id: str) -> list[dict[str, Any]]:
    answer = aws.call("apigateway", "GetStages", restApiId=api_id)
    found: list[dict[str, Any]] = answer["item"]
    return found


def stage_called(aws: Aws, api_id: str, name: str) -> dict[str, Any] | None:
    return next((stage for stage in stages(aws, api_id) if stage["stageName"] == name), None)


def delete_stage(aws: Aws, api_id: str, name: str) -> None:
    with suppress(NotFound), custom_domains.explained(api_id):
        aws.call("apigateway", "DeleteStage", restApiId=api_id, stageName=name)


def tags(stack: Stack, aws: Aws, arn: str, described: Mapping[str, str]) -> dict[str, str]:
    """The tags of an API or a stage, asked for where those that came with it aren't what we want.

    AWS returns the same both ways; some endpoints return only the tags that it was made with.
    """
    if stack.ours_among(described) == stack.tags:
        return dict(described)
    try:
        asked: dict[str, str] = aws.call("apigateway", "GetTags", resourceArn=arn)["tags"]
    except (NotFound, AccessDenied):
        asked = {}
    return asked or dict(described)


def foreign_methods(found: Methods) -> dict[str, str]:
    """The methods that aren't ours, `GET /orders`, each with its kind of authorization."""
    ours = {path: {PREFLIGHT, *methods(path)} for path in PATHS}
    return {
        f"{http_method} {path}": reported.get("authorizationType", "")
        for path, by_method in sorted(found.items())
        for http_method, reported in sorted(by_method.items())
        if http_method not in ours.get(our_path(path), ())
    }


def open_methods(found: Methods) -> tuple[str, ...]:
    """The methods that anyone may call; OPTIONS, which browsers ask without a token, is none."""
    return tuple(
        f"{http_method} {path}"
        for path, by_method in sorted(found.items())
        for http_method, reported in sorted(by_method.items())
        if reported.get("authorizationType") == "NONE" and http_method != PREFLIGHT
    )


def summary_of(aws: Aws, api_id: str, deployment_id: str) -> Methods | None:
    """What a snapshot lets in, by path and method; None where there is no such deployment."""
    found = _deployment(aws, api_id, deployment_id)
    return None if found is None else summary_in(found)


def summary_in(deployment: Mapping[str, Any]) -> Methods:
    found: Methods = deployment.get("apiSummary", {})
    return found


def served_deployment(aws: Aws, api_id: str, deployment_id: str) -> Mapping[str, Any] | None:
    """What a stage serves, as GetDeployment returns it with its summary.

    AWS removes no deployment that a stage points to, so one that isn't known was made just now, by
    a run before this one: it is looked for as long as AWS may be late. None where it never shows.
    """
    look = partial(_deployment, api_id=api_id, deployment_id=deployment_id)
    return reread_until_visible(aws, f"the deployment {deployment_id}", look, cadence=LAGGING)


def _deployment(aws: Aws, api_id: str, deployment_id: str) -> Mapping[str, Any] | None:
    try:
        return aws.call(
            "apigateway",
            "GetDeployment",
            restApiId=api_id,
            deploymentId=deployment_id,
            embed=["apisummary"],
        )
    except NotFound:
        return None
