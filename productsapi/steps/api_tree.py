"""The REST API as it stands: one listing tells all its paths, methods and integrations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Resource
from productsapi.steps.stack import Stack

LANE = "apigateway"
"""API Gateway refuses changes of one API that meet each other: they go one after another."""


@dataclass(frozen=True)
class ApiPart(Resource):
    """What belongs to the REST API: found by its id, changed one at a time, gone with it."""

    stack: Stack
    lane = LANE

    @property
    def located_by(self) -> tuple[str, ...]:
        return ("api_id",)

    @property
    def part_of(self) -> str:
        return f"rest api {self.stack.config.api.name}"


def tree(aws: Aws, api_id: str) -> dict[str, dict[str, Any]]:
    """Every path of the API, with its methods whole (the default page may leave some out)."""
    pages = aws.pages("apigateway", "GetResources", restApiId=api_id, limit=500, embed=["methods"])
    return {item["path"]: item for page in pages for item in page.get("items", [])}


def method(aws: Aws, api_id: str, path: str, http_method: str) -> dict[str, Any] | None:
    """One method with its integration, or None."""
    found = tree(aws, api_id).get(path, {}).get("resourceMethods", {}).get(http_method)
    return dict(found) if found is not None else None


def stages(aws: Aws, api_id: str) -> list[dict[str, Any]]:
    answer = aws.call("apigateway", "GetStages", restApiId=api_id)
    found: list[dict[str, Any]] = answer.get("item", [])
    return found
