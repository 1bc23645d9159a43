"""Unmanaged parts of our API: reported, locked where they expose access, removed on request.

None of these is wanted, so where there is nothing of the kind there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Cleanup, Observed
from productsapi.errors import NotFound
from productsapi.routes import RESOURCES
from productsapi.stack import Stack, kinds
from productsapi.stack.api_tree import (
    ApiPart,
    Methods,
    delete_stage,
    foreign_methods,
    open_methods,
    stages,
    summary_of,
    tree,
)
from productsapi.stack.output_names import API_ID, AUTHORIZER_ID
from productsapi.wording import in_a_row

ROOT = "/"


@dataclass(frozen=True)
class ForeignPart(Cleanup, ApiPart):
    """Things of others in our API, by name; seen only where something is to be done about them."""

    step = "rest_api"

    @property
    def name(self) -> str:
        return self.stack.config.api.name


@dataclass(frozen=True)
class ForeignStages(ForeignPart):
    """Stages beside ours: each serves what was once deployed to it. Gone before their paths."""

    kind = kinds.FOREIGN_STAGES
    exposure_fields = frozenset({"stages"})

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get(API_ID)
        found = _stages(self.stack, aws, api_id) if api_id and self.stack.delete_foreign else {}
        return Observed({"stages": found}) if found else None

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        for name in observed.fields["stages"]:
            delete_stage(aws, str(known[API_ID]), name)
        return {}


@dataclass(frozen=True)
class ForeignPaths(ForeignPart):
    """Paths and methods beside ours, such as those that the console's «add trigger» leaves."""

    kind = kinds.FOREIGN_PATHS
    exposure_fields = frozenset({"methods", "paths"})

    @property
    def depends_on(self) -> tuple[Key, ...]:
        return (ForeignStages.kind(self.name),)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get(API_ID)
        if api_id is None or not self.stack.delete_foreign:
            return None
        found = tree(aws, api_id)
        fields = {"methods": _on_our_paths(found), "paths": _paths(found)}
        return Observed(fields) if any(fields.values()) else None

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        """Longest paths first: a path may go along with the one that it is under."""
        api_id = known[API_ID]
        found = tree(aws, str(api_id))
        for method in observed.fields["methods"]:
            http_method, path = method.split(" ", 1)
            with suppress(NotFound):
                address = {"resourceId": found[path]["id"], "httpMethod": http_method}
                aws.call("apigateway", "DeleteMethod", restApiId=api_id, **address)
        for path in sorted(observed.fields["paths"], key=len, reverse=True):
            if path in found:
                with suppress(NotFound):
                    resource_id = found[path]["id"]
                    aws.call(
                        "apigateway", "DeleteResource", restApiId=api_id, resourceId=resource_id
                    )
        return {}


@dataclass(frozen=True)
class OpenMethods(ForeignPart):
    """Methods of others that anyone may call are locked with our authorizer, and otherwise left."""

    kind = kinds.OPEN_METHODS
    inputs = (API_ID, AUTHORIZER_ID)
    exposure_fields = frozenset({"methods"})

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get(API_ID)
        if api_id is None or self.stack.delete_foreign:  # then they go altogether
            return None
        found = _methods(tree(aws, api_id))
        theirs = foreign_methods(found)
        opened = {method: theirs[method] for method in open_methods(found) if method in theirs}
        return Observed({"methods": opened}) if opened else None

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        api_id = known[API_ID]
        found = tree(aws, str(api_id))
        for method in observed.fields["methods"]:
            http_method, path = method.split(" ", 1)
            with suppress(NotFound, KeyError):
                aws.call(
                    "apigateway",
                    "UpdateMethod",
                    restApiId=api_id,
                    resourceId=found[path]["id"],
                    httpMethod=http_method,
                    patchOperations=locked_with(known[AUTHORIZER_ID]),
                )
        return {}


def locked_with(authorizer_id: Any) -> list[dict[str, Any]]:
    """The patches that put a method behind an authorizer, in one call: never open in between."""
    return [
        {"op": "replace", "path": "/authorizationType", "value": "COGNITO_USER_POOLS"},
        {"op": "replace", "path": "/authorizerId", "value": authorizer_id},
    ]


class Unmanaged(NamedTuple):
    """As text, what isn't ours; and what it is called then, `it` or `them`.

    `part` is what it is, in short; empty where more is to be said of it than that it isn't ours.
    """

    text: str
    pronoun: str = "it"
    part: str = ""


def describe(stack: Stack, aws: Aws, api_id: str, *, in_full: bool = False) -> list[Unmanaged]:
    """What else lives in this API; in full with what the stages let in, and what ails."""
    found = tree(aws, api_id)
    ailing = _unfinished(found) if in_full else ()
    there = [
        _stage(aws, api_id, name, served) if in_full else _foreign(f"the stage {name}")
        for name, served in _stages(stack, aws, api_id).items()
    ]
    more = [f"{method} has no integration: no deployment can be made with it" for method in ailing]
    methods = [_foreign(f"the method {method}") for method in _on_our_paths(found)]
    return [*there, *_in_one([*_paths(found)]), *methods, *map(Unmanaged, more)]


def _foreign(part: str) -> Unmanaged:
    return Unmanaged(f"{part} isn't ours", part=part)


def _in_one(paths: list[str]) -> list[Unmanaged]:
    if len(paths) > 1:
        part = f"{len(paths)} paths ({paths[0]}, …)"
        return [Unmanaged(f"the paths {in_a_row(paths)} aren't ours", "them", part)]
    return [_foreign(f"the path {path}") for path in paths]


def _stage(aws: Aws, api_id: str, name: str, deployment_id: str) -> Unmanaged:
    """With what anyone may call there, by the deployment's own account of it."""
    there, methods = _foreign(f"the stage {name}"), summary_of(aws, api_id, deployment_id)
    if methods is None:
        return there
    text = f"{there.text}, and serves the deployment {deployment_id}"
    opened = open_methods(methods)
    if not opened:
        return there._replace(text=text)
    return Unmanaged(f"{text}, where anyone may call {', '.join(opened)}")


def _stages(stack: Stack, aws: Aws, api_id: str) -> dict[str, str]:
    """The stages beside ours, each with the deployment that it serves.

    One that carries our tag was ours under another name.
    """
    found = sorted(stages(aws, api_id), key=lambda stage: str(stage["stageName"]))
    return {
        stage["stageName"]: stage.get("deploymentId", "")
        for stage in found
        if stage["stageName"] != stack.config.api.stage and not stack.owns(stage.get("tags") or {})
    }


def _paths(found: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The paths beside ours, each with its methods."""
    return {
        path: ", ".join(sorted(item.get("resourceMethods", {}))) or "no method"
        for path, item in sorted(found.items())
        if path not in {ROOT, *RESOURCES}
    }


def _on_our_paths(found: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The methods of others that don't go with a path of theirs."""
    theirs = _paths(found)
    methods = foreign_methods(_methods(found))
    return {m: methods[m] for m in methods if m.split(" ", 1)[1] not in theirs}


def _unfinished(found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Methods of others that lead nowhere. API Gateway deploys no API that holds one."""
    return [
        method
        for method in foreign_methods(_methods(found))
        for http_method, path in [method.split(" ", 1)]
        if not found[path]["resourceMethods"][http_method].get("methodIntegration")
    ]


def _methods(found: Mapping[str, Mapping[str, Any]]) -> Methods:
    return {path: item.get("resourceMethods", {}) for path, item in found.items()}
