"""The statements on functions and aliases: ours exact, all others removed, in their order."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from steps_moto import ACCOUNT, REGION
from steps_world import Call, World

from productsapi.engine.outputs import Outputs
from productsapi.engine.resource import Observed
from productsapi.options.registry import resources
from productsapi.releases.switch import EDGE_LAG, MOVED
from productsapi.routes import ROUTES
from productsapi.steps.rest_api.unmanaged_permissions import ForeignPermissions

SOURCES = {
    "POST /products": "POST/products",
    "GET /products": "GET/products",
    "GET /products/{productId}": "GET/products/*",
    "PUT /products/{productId}": "PUT/products/*",
    "PATCH /products/{productId}": "PATCH/products/*",
    "DELETE /products/{productId}": "DELETE/products/*",
}


def test_each_route_is_invoked_on_its_own_path_only(world: World) -> None:
    world.deploy(world.stack())
    api_id = world.outputs()["api_id"]
    for route in ROUTES:
        [granted] = [
            s for s in _statements(world, route.function) if s["Sid"] == _sid(api_id, str(route))
        ]
        source = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api_id}/*/{SOURCES[str(route)]}"
        assert granted["Condition"] == {"ArnLike": {"AWS:SourceArn": source}}
        assert granted["Principal"] == {"Service": "apigateway.amazonaws.com"}
        assert granted["Action"] == "lambda:InvokeFunction"


def test_statements_on_the_alias_have_valid_ids(fresh: list[Call]) -> None:
    calls = [c.params for c in fresh if c.operation == "AddPermission"]
    assert len(calls) == len(ROUTES)
    for call in calls:
        assert call["Qualifier"] == "live"
        assert re.fullmatch(r"[a-zA-Z0-9-_]{1,100}", call["StatementId"])


def test_a_functions_statements_come_one_by_one(world: World) -> None:
    """Lambda loses statements that are added to one policy side by side."""
    after = {r.key: r.depends_on for r in resources(world.stack())}
    first, second = "invoke permission GET /products", "invoke permission GET /products/{productId}"
    assert first in after[second]
    assert second not in after[first]


def test_statements_of_a_former_api_are_replaced(deployed: World) -> None:
    """Deleting an API leaves them behind; the new one is there before the old one goes."""
    former = deployed.outputs()["api_id"]
    deployed.client("apigateway").delete_rest_api(restApiId=former)
    deployed.forget_calls()
    deployed.deploy(deployed.stack())
    api_id = deployed.outputs()["api_id"]
    for route in ROUTES:
        assert {s["Sid"] for s in _statements(deployed, route.function)} == {
            _sid(api_id, str(r)) for r in ROUTES if r.function == route.function
        }
    of_one = [
        call.operation
        for call in deployed.wire.calls
        if call.changing and call.params.get("StatementId", "").endswith("-POST-products")
    ]
    assert of_one == ["AddPermission", "RemovePermission"]


@pytest.mark.parametrize(
    ("tampered", "field"),
    [
        ({"Principal": "*"}, "principal"),
        ({"Principal": {"AWS": "arn:aws:iam::999999999999:root"}}, "principal"),
        ({"Action": "lambda:*"}, "action"),
        ({"Condition": {}}, "source_arn"),
        ({"Condition": {"StringLike": {"AWS:SourceArn": "*"}}}, "source_arn"),
        ({"Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:*"}}}, "source_arn"),
    ],
)
def test_widened_statement_of_ours_is_replaced(
    deployed: World, tampered: dict[str, Any], field: str
) -> None:
    """A statement can't be changed, so it goes and comes again under its id."""
    ours = _sid(deployed.outputs()["api_id"], "POST /products")

    def tamper(asked: dict[str, Any], reported: dict[str, Any]) -> None:
        policy = json.loads(reported["Policy"])
        for statement in policy["Statement"]:
            if statement["Sid"] == ours:
                statement.update(tampered)
        reported["Policy"] = json.dumps(policy)

    deployed.alter("GetPolicy", tamper)
    [change] = deployed.plan(deployed.stack()).to_do
    assert change.changed == {field}
    deployed.forget_calls()
    deployed.deploy(deployed.stack())
    assert deployed.changing == ["RemovePermission", "AddPermission"]


FOREIGN: dict[str, dict[str, Any]] = {
    "on the function": {"StatementId": "theirs"},
    "on the function, for everyone": {"StatementId": "theirs", "Principal": "*"},
    "on the alias": {"StatementId": "theirs", "Qualifier": "live"},
    "on the alias, of a former API": {
        "StatementId": "productsapi-abcdefghij-POST-products",
        "Qualifier": "live",
    },
    "on the alias, of a route that there isn't": {
        "StatementId": "productsapi-abcdefghij-PATCH-products",
        "Qualifier": "live",
    },
}


@pytest.mark.parametrize("where", FOREIGN)
def test_a_foreign_statement_is_open_and_removed(deployed: World, where: str) -> None:
    asked = FOREIGN[where]
    _add(deployed, **asked)
    [change] = deployed.plan(deployed.stack()).to_do
    assert (change.key, change.exposes_access) == (
        "foreign permissions createproductfunction",
        True,
    )
    [field] = change.fields
    assert field.field.removeprefix("statements.").removeprefix("live:") == asked["StatementId"]
    who = asked.get("Principal", "apigateway.amazonaws.com")
    assert field.old == f"{who} may lambda:InvokeFunction from anywhere"
    deployed.deploy(deployed.stack())
    [removed] = deployed.asked("RemovePermission")
    assert deployed.changing == ["RemovePermission"]
    assert removed.get("Qualifier") == asked.get("Qualifier")
    assert deployed.plan(deployed.stack()).to_do == ()


def test_foreign_statements_go_after_the_stage_moved(world: World) -> None:
    """A deployment made by hand reaches the function by them until then."""
    after = {r.key: r.depends_on for r in resources(world.stack())}
    assert "stage dev" in after["foreign permissions getproductfunction"]


def test_an_aliass_statements_arent_the_functions(deployed: World) -> None:
    """Some endpoints return them, asked for the function's."""
    both = deployed.client("lambda").get_policy(FunctionName="getproductfunction")
    assert ":live" in both["Policy"]
    assert deployed.plan(deployed.stack()).to_do == ()


def test_a_foreign_functions_statements_are_left(world: World) -> None:
    reading = world.look(world.stack())
    assert "GetPolicy" not in world.operations or not any(
        "Qualifier" not in call for call in world.asked("GetPolicy")
    )
    assert not [key for key in reading.observed if key.startswith("foreign permissions")]


def _sid(api_id: str, route: str) -> str:
    slug = re.sub(r"[^A-Za-z0-9]+", "-", route).strip("-")
    return f"productsapi-{api_id}-{slug}"


def _statements(world: World, function: str) -> list[dict[str, Any]]:
    answer = world.client("lambda").get_policy(
        FunctionName=f"{function}productfunction", Qualifier="live"
    )
    found: list[dict[str, Any]] = json.loads(answer["Policy"])["Statement"]
    return found


def _add(world: World, **asked: Any) -> None:
    world.client("lambda").add_permission(
        **{
            "FunctionName": "createproductfunction",
            "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com",
            **asked,
        }
    )
    world.forget_calls()


@pytest.mark.parametrize(
    ("moved", "endpoint", "expected"),
    [
        ("100.0", None, [EDGE_LAG - 4]),
        ("90.0", None, []),
        (None, None, []),
        ("100.0", "http://127.0.0.1:4566", []),
    ],
    ids=["in this run", "long enough ago", "in an earlier run", "an emulator has no edge"],
)
def test_g11_what_the_edge_still_calls_may_be_called(
    deployed: World, moved: str | None, endpoint: str | None, expected: list[float]
) -> None:
    """Where this run moved the stage; one that it served all along exposes access at once."""
    waits: list[float] = []
    location = replace(deployed.location, endpoint_url=endpoint)
    aws = replace(deployed.aws, pause=waits.append, clock=lambda: 104.0, location=location)
    known = Outputs({"api_id": "x", **({MOVED: moved} if moved else {})})
    resource = ForeignPermissions(deployed.stack(), "get")
    resource.remove(aws, known, Observed({"statements": {"theirs": "x"}}))
    assert waits == expected


def test_g11_a_moved_stage_says_so(deployed: World) -> None:
    stack = deployed.stack(user_pool={"authorizer": "other"})
    applied = deployed.deploy(stack)
    assert float(applied.outputs.get(MOVED) or 0) > 0
    assert deployed.deploy(stack).outputs.get(MOVED) is None
