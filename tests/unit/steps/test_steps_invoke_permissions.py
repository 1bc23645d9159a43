"""The statements on the aliases: exact, ours replaced when the API is another, others untouched."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from steps_moto import ACCOUNT, REGION
from steps_world import Call, World

from productsapi.routes import ROUTES

SOURCES = {
    "POST /products": "POST/products",
    "GET /products": "GET/products",
    "GET /products/{productId}": "GET/products/*",
    "PUT /products/{productId}": "PUT/products/*",
    "DELETE /products/{productId}": "DELETE/products/*",
}


def test_each_route_may_be_invoked_by_this_api_on_its_own_path_only(world: World) -> None:
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


def test_statements_are_added_on_the_alias_with_ids_that_lambda_takes(fresh: list[Call]) -> None:
    calls = [c.params for c in fresh if c.operation == "AddPermission"]
    assert len(calls) == len(ROUTES)
    for call in calls:
        assert call["Qualifier"] == "live"
        assert re.fullmatch(r"[a-zA-Z0-9-_]{1,100}", call["StatementId"])


def test_statements_of_one_function_are_added_one_after_another(world: World) -> None:
    """Lambda loses statements that are added to one policy side by side."""
    from productsapi.steps import resources

    after = {r.key: r.after for r in resources(world.stack())}
    first, second = "invoke permission GET /products", "invoke permission GET /products/{productId}"
    assert first in after[second]
    assert second not in after[first]


def test_statements_of_a_former_api_are_replaced(deployed: World) -> None:
    """Deleting an API leaves them behind; the new one stands before the old one goes."""
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


def test_left_over_statements_are_shown_and_removed(deployed: World) -> None:
    _add(deployed, "productsapi-abcdefghij-POST-products")
    planned = deployed.plan(deployed.stack())
    [change] = planned.to_do
    assert [(f.field, f.old, f.new) for f in change.fields] == [
        ("left_over", "productsapi-abcdefghij-POST-products", None)
    ]
    deployed.forget_calls()
    deployed.deploy(deployed.stack())
    assert deployed.changing == ["RemovePermission"]


@pytest.mark.parametrize("sid", ["theirs", "productsapi-abcdefghij-PATCH-products", "productsapi-"])
def test_foreign_statements_are_untouched(deployed: World, sid: str) -> None:
    _add(deployed, sid)
    assert deployed.plan(deployed.stack()).to_do == ()
    deployed.client("apigateway").delete_rest_api(restApiId=deployed.outputs()["api_id"])
    deployed.deploy(deployed.stack())
    assert sid in {s["Sid"] for s in _statements(deployed, "create")}


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

    def tamper(asked: dict[str, Any], told: dict[str, Any]) -> None:
        policy = json.loads(told["Policy"])
        for statement in policy["Statement"]:
            if statement["Sid"] == ours:
                statement.update(tampered)
        told["Policy"] = json.dumps(policy)

    deployed.alter("GetPolicy", tamper)
    [change] = deployed.plan(deployed.stack()).to_do
    assert change.changed == {field}
    deployed.forget_calls()
    deployed.deploy(deployed.stack())
    assert deployed.changing == ["RemovePermission", "AddPermission"]


def _sid(api_id: str, route: str) -> str:
    slug = re.sub(r"[^A-Za-z0-9]+", "-", route).strip("-")
    return f"productsapi-{api_id}-{slug}"


def _statements(world: World, function: str) -> list[dict[str, Any]]:
    answer = world.client("lambda").get_policy(
        FunctionName=f"{function}productfunction", Qualifier="live"
    )
    found: list[dict[str, Any]] = json.loads(answer["Policy"])["Statement"]
    return found


def _add(world: World, sid: str) -> None:
    world.client("lambda").add_permission(
        FunctionName="createproductfunction",
        Qualifier="live",
        StatementId=sid,
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
