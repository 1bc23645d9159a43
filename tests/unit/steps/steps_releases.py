"""Making releases in a test's account, and going back to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from steps_world import Quiet, World

from productsapi.engine.apply import Applied, apply
from productsapi.engine.graph import to_find
from productsapi.engine.plan import Plan, plan
from productsapi.engine.read import read
from productsapi.options.registry import OPTIONS, resources
from productsapi.releases.history import History, history
from productsapi.releases.rollback import LOOKED_AT, past_of, prepare
from productsapi.routes import FUNCTIONS, PATHS, methods
from productsapi.stack import Stack

ORIGIN = "https://shop.example.com"


def sources_with(folder: Path, **code: str) -> Path:
    """The path of a configuration beside sources of which some functions' say something else."""
    for name in ("shared", *(f"{function}_product" for function in FUNCTIONS)):
        module = folder / "lambda_src" / name / "lambda_function.py"
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_text(f"# {name}{code.get(name.removesuffix('_product'), '')}\n")
    return folder / "config" / "dev.yaml"


def summary(**changed: Any) -> dict[str, Any]:
    """How AWS reports what a deployment of ours lets in, but for `changed` in GET /products."""
    found: dict[str, Any] = {
        path: {
            **{m: {"authorizationType": "COGNITO_USER_POOLS"} for m in methods(path)},
            "OPTIONS": {"authorizationType": "NONE"},
        }
        for path in PATHS
    }
    reported = {"apiKeyRequired": False, **found["/products"]["GET"], **changed}
    found["/products"]["GET"] = {
        name: value for name, value in reported.items() if value is not None
    }
    return found


def report_summaries(world: World, **by_id: dict[str, Any]) -> None:
    """GetDeployment returns what moto doesn't: all locked, but for the deployments of these ids."""

    def reported(asked: dict[str, Any], answer: dict[str, Any]) -> None:
        assert asked["embed"] == ["apisummary"]
        answer["apiSummary"] = by_id.get(asked["deploymentId"], summary())

    world.alter("GetDeployment", reported)


def releases(world: World, stack: Stack) -> History:
    reading = read(to_find(resources(stack), LOOKED_AT), world.aws)
    return history(past_of(stack, reading), stack.config.releases.keep)


def going_back(world: World, stack: Stack, to: str | None = None) -> tuple[Plan, Applied | None]:
    """As the command does it, but that it asks nobody."""
    reading = read(to_find(resources(stack), LOOKED_AT), world.aws)
    moves = prepare(stack, OPTIONS, world.aws, reading, to).moves
    seen = replace(read(moves, world.aws), outputs=reading.outputs)
    planned = plan(moves, seen)
    applied = apply(planned, moves, seen, world.aws, Quiet())
    applied.raise_failure()
    return planned, applied


def live(world: World) -> dict[str, str]:
    """The version that callers of each function reach."""
    client = world.client("lambda")
    return {
        function: client.get_alias(FunctionName=f"{function}productfunction", Name="live")[
            "FunctionVersion"
        ]
        for function in FUNCTIONS
    }


def versions(world: World, function: str = "get") -> list[str]:
    listed = world.client("lambda").list_versions_by_function(
        FunctionName=f"{function}productfunction"
    )
    return [str(each["Version"]) for each in listed["Versions"] if each["Version"] != "$LATEST"]


def deployments(world: World) -> list[str]:
    gateway = world.client("apigateway")
    return [
        each["id"] for each in gateway.get_deployments(restApiId=world.outputs()["api_id"])["items"]
    ]


def stage(world: World, name: str = "dev") -> dict[str, Any]:
    found: dict[str, Any] = world.client("apigateway").get_stage(
        restApiId=world.outputs()["api_id"], stageName=name
    )
    return found
