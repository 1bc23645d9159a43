"""The order of a fresh deploy's calls: emulators forgive a wrong one, AWS doesn't."""

from __future__ import annotations

from dataclasses import replace

import pytest
from steps_world import Call, World

from productsapi.engine.graph import making_edges
from productsapi.engine.outputs import Outputs
from productsapi.options.registry import resources
from productsapi.routes import FUNCTIONS, ROUTES
from productsapi.steps.deployment import Deployment


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (("CreateLogGroup", "createproductfunction"), ("CreateFunction", "createproductfunction")),
        (("CreateRole", "getproductfunction"), ("CreateFunction", "getproductfunction")),
        (("CreateTable", ""), ("CreateFunction", "")),
        (("CreateUserPoolClient", ""), ("CreateFunction", "")),
        (("PutRolePolicy", "getproductfunction"), ("PublishVersion", "getproductfunction")),
        (("PublishVersion", "getproductfunction"), ("CreateAlias", "getproductfunction")),
        (("CreateAlias", "getproductfunction"), ("AddPermission", "getproductfunction")),
        (("CreateAuthorizer", ""), ("PutMethod", "COGNITO_USER_POOLS")),
        *(
            ((operation, ""), ("CreateDeployment", ""))
            for operation in (
                "CreateTable",
                "CreateAuthorizer",
                "PutMethod",
                "PutIntegration",
                "PutIntegrationResponse",
                "PutGatewayResponse",
                "PutRolePolicy",
                "CreateAlias",
                "AddPermission",
            )
        ),
        (("CreateDeployment", ""), ("CreateStage", "")),
    ],
)
def test_fresh_deploy_keeps_the_order(
    fresh: list[Call], earlier: tuple[str, str], later: tuple[str, str]
) -> None:
    """Every call of the one kind is made before any of the other; emulators would forgive."""
    assert max(_places(fresh, *earlier)) < min(_places(fresh, *later))


def test_stage_is_the_last_thing_of_the_api(fresh: list[Call]) -> None:
    of_the_api = [c.operation for c in fresh if c.changing and "restApiId" in c.params]
    assert of_the_api[-2:] == ["CreateStage", "UpdateStage"], "which sets its limits"


def test_no_method_is_ever_made_open_but_options(fresh: list[Call]) -> None:
    made = [c.params for c in fresh if c.operation == "PutMethod"]
    locks = {(m["httpMethod"], m["authorizationType"], bool(m.get("authorizerId"))) for m in made}
    assert len(made) == 8
    assert locks == {
        ("OPTIONS", "NONE", False),
        *((route.method, "COGNITO_USER_POOLS", True) for route in ROUTES),
    }


def test_preflight_is_declared_before_it_is_answered(fresh: list[Call]) -> None:
    """AWS takes an integration's response only where the method declares it and one integrates."""
    calls = [c for c in fresh if c.changing and c.params.get("httpMethod") == "OPTIONS"]
    for resource in {c.params["resourceId"] for c in calls}:
        assert [c.operation for c in calls if c.params["resourceId"] == resource] == [
            "PutMethod",
            "PutMethodResponse",
            "PutIntegration",
            "PutIntegrationResponse",
        ]


def test_order_is_said_and_not_luck(world: World) -> None:
    """What runs side by side may come right by itself: here it is what the resources declare."""
    everything = resources(world.stack())
    edges = making_edges(everything)
    for function in FUNCTIONS:
        name, role = world.stack().function_name(function), world.stack().role_name(function)
        assert {f"role policy {role}", f"function {name}"} <= edges[f"live code {name}"]
        assert f"live code {name}" in edges["deployment dev"]
    frozen = {r.key for r in everything if r.kind in {"path", "method", "gateway response"}}
    assert {*frozen, "authorizer CognitoUserAuth", "table ProductsTable"} <= edges["deployment dev"]
    assert {f"invoke permission {route}" for route in ROUTES} <= edges["deployment dev"]


def test_snapshot_holds_every_part_that_callers_meet(world: World) -> None:
    """A part that the definition's hash left out would change without a new deployment."""
    everything = resources(world.stack())
    known = Outputs({name: "x" for r in everything for name in r.outputs})
    [deployment] = [r for r in everything if isinstance(r, Deployment)]
    definition = deployment.want(known)
    for part in deployment.contents:
        others = tuple(p for p in deployment.contents if p is not part)
        assert replace(deployment, contents=others).want(known) != definition
    kinds = {part.kind for part in deployment.contents}
    assert kinds == {"path", "method", "gateway response", "authorizer"}


def _places(calls: list[Call], operation: str, about: str) -> list[int]:
    return [
        index
        for index, call in enumerate(calls)
        if call.operation == operation and about in str(call.params)
    ]
