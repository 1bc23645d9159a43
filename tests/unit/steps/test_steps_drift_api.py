"""Drift inside the API and around it: our fields are reported and repaired, exposures as such."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import steps_tampering as tampering
from steps_moto import rest_api, rest_method
from steps_world import World

from productsapi.engine.plan import Change
from productsapi.options.registry import resources

GET = "method GET /products"

DRIFT: dict[str, tuple[Callable[[World], Any], str, set[str], list[str]]] = {
    "a validator": (
        lambda w: tampering.method(w, request_validator_id="theirs"),
        GET,
        {"validator"},
        ["UpdateMethod"],
    ),
    "a model": (
        lambda w: tampering.method(w, request_models={"application/json": "Theirs"}),
        GET,
        {"models.application/json"},
        ["UpdateMethod"],
    ),
    "a required parameter": (
        lambda w: tampering.method(w, request_parameters={"method.request.querystring.q": True}),
        GET,
        {"parameters.method.request.querystring.q"},
        ["UpdateMethod"],
    ),
    "an integration without proxy": (
        lambda w: tampering.integration(w, integration_type="AWS"),
        GET,
        {"integration"},
        ["PutIntegration"],
    ),
    "a role for the integration": (
        lambda w: tampering.integration(w, credentials="arn:aws:iam::123456789012:role/theirs"),
        GET,
        {"mapping.credentials"},
        ["PutIntegration"],
    ),
    "a shorter patience": (
        lambda w: tampering.integration(w, timeout_in_millis=50),
        GET,
        {"mapping.timeoutInMillis"},
        ["PutIntegration"],
    ),
    "bodies converted": (
        lambda w: tampering.integration(w, content_handling="CONVERT_TO_BINARY"),
        GET,
        {"mapping.contentHandling"},
        ["PutIntegration"],
    ),
    "a declared answer": (
        lambda w: _declare(w, mapped=False),
        GET,
        {"answers"},
        ["DeleteMethodResponse"],
    ),
    "a mapped answer": (
        lambda w: _declare(w, mapped=True),
        GET,
        {"answers", "mapped_answers"},
        ["DeleteIntegrationResponse", "DeleteMethodResponse"],
    ),
    "the item's variable spelled otherwise": (
        lambda w: _spell(w, "{productID}"),
        "path /products/{productId}",
        {"path"},
        ["UpdateResource"],
    ),
    "an authorizer renamed": (
        lambda w: tampering.authorizer(w, name="Theirs"),
        "authorizer CognitoUserAuth",
        {"name"},
        ["UpdateAuthorizer"],
    ),
    "a flow beside ours": (
        lambda w: _add_flow(w, "ALLOW_CUSTOM_AUTH"),
        "app client ProductsWebAppClient",
        {"other_flows"},
        ["UpdateUserPoolClient"],
    ),
    "an open method of others on our path": (
        lambda w: _method(w, "id of /products", "PATCH", "NONE"),
        "open methods ProductsAPI",
        {"methods.PATCH /products"},
        ["UpdateMethod"],
    ),
    "an open method of others on a path of theirs": (
        lambda w: _path(w, "orders", "NONE"),
        "open methods ProductsAPI",
        {"methods.GET /orders"},
        ["UpdateMethod"],
    ),
}
EXPOSING = {
    "a flow beside ours",
    "an open method of others on our path",
    "an open method of others on a path of theirs",
}


@pytest.mark.parametrize("what", DRIFT)
def test_drift_is_repaired_with_just_its_calls(deployed: World, what: str) -> None:
    cause, key, fields, calls = DRIFT[what]
    cause(deployed)
    deployed.forget_calls()
    deployed.deploy(deployed.stack())
    [change] = deployed.shown.to_do
    assert change.key == key
    assert {field.field for field in change.fields} == fields
    assert change.exposes_access == (what in EXPOSING)
    assert deployed.changing == calls
    assert deployed.plan(deployed.stack()).to_do == ()


GONE: dict[str, Callable[[World], Any]] = {
    "invoke permission GET /products": lambda w: w.client("lambda").remove_permission(
        FunctionName="getproductfunction",
        Qualifier="live",
        StatementId=f"productsapi-{w.outputs()['api_id']}-GET-products",
    ),
    "path /products/{productId}": lambda w: w.client("apigateway").delete_resource(
        restApiId=w.outputs()["api_id"], resourceId=w.outputs()["id of /products/{productId}"]
    ),
    "method OPTIONS /products": lambda w: w.client("apigateway").delete_method(
        restApiId=w.outputs()["api_id"],
        resourceId=w.outputs()["id of /products"],
        httpMethod="OPTIONS",
    ),
}


@pytest.mark.parametrize("key", GONE)
def test_what_was_deleted_is_made_again(deployed: World, key: str) -> None:
    GONE[key](deployed)
    deployed.deploy(deployed.stack())
    assert deployed.shown[key].action.value == "create"
    assert deployed.plan(deployed.stack()).to_do == ()


OPENED: dict[str, Callable[[World], Any]] = {
    GET: lambda w: tampering.method(w, authorization_type="NONE", authorizer_id=None),
    "authorizer CognitoUserAuth": lambda w: tampering.authorizer(w, provider_arns=["arn:theirs"]),
    "user pool secure-serverless-app": lambda w: tampering.pool(
        w, AutoVerifiedAttributes=["email"]
    ),
}


@pytest.mark.parametrize("key", OPENED)
def test_what_lets_someone_in_exposes_access(deployed: World, key: str) -> None:
    OPENED[key](deployed)
    [change] = _exposures(deployed)
    assert change.key == key


def test_scopes_for_other_tokens_expose_access(deployed: World) -> None:
    tampering.method(deployed, authorization_scopes=["aws.cognito.signin.user.admin"])
    [change] = _exposures(deployed)
    assert change.changed == {"scopes"}


@pytest.mark.parametrize("lock", ["AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"])
def test_locked_methods_of_others_are_noted_and_left(deployed: World, lock: str) -> None:
    _method(deployed, "id of /products", "PATCH", lock)
    planned = deployed.plan(deployed.stack())
    assert planned.to_do == ()
    assert [note.text for note in planned.notes if note.exposes_access] == [
        "rest api ProductsAPI: the method PATCH /products isn't ours (--delete-foreign removes it)"
    ]


def test_options_of_others_stays_open_for_browsers(deployed: World) -> None:
    _path(deployed, "orders", "NONE", "OPTIONS")
    assert deployed.plan(deployed.stack()).to_do == ()


def test_a_foreign_open_method_is_locked_in_one_call(
    deployed: World,
) -> None:
    """Before the deployment, which would put it before callers; else it stays what it is."""
    _method(deployed, "id of /products", "PATCH", "NONE")
    authorizer = rest_api(deployed.outputs()["api_id"]).authorizers
    deployed.deploy(deployed.stack())
    [call] = deployed.asked("UpdateMethod")
    assert call["patchOperations"] == [
        {"op": "replace", "path": "/authorizationType", "value": "COGNITO_USER_POOLS"},
        {"op": "replace", "path": "/authorizerId", "value": next(iter(authorizer))},
    ]
    after = {r.key: r.depends_on for r in resources(deployed.stack())}
    assert "open methods ProductsAPI" in after["deployment dev"]


def test_a_foreign_method_that_bars_deploying_is_named(deployed: World) -> None:
    """API Gateway: «No integration defined for method»."""
    _method(deployed, "id of /products", "PATCH", "AWS_IAM")
    outputs = deployed.outputs()
    found = rest_method(outputs["api_id"], outputs["id of /products"], "PATCH")
    found.method_integration = None
    reported = [note.text for note in deployed.plan(deployed.stack()).notes]
    assert any("PATCH /products has no integration" in text for text in reported)


def test_delete_foreign_removes_an_open_method(deployed: World) -> None:
    _method(deployed, "id of /products", "PATCH", "NONE")
    deployed.forget_calls()
    deployed.deploy(deployed.stack(delete_foreign=True))
    assert deployed.shown["foreign paths ProductsAPI"].exposes_access
    assert "DeleteMethod" in deployed.changing
    assert "UpdateMethod" not in deployed.changing
    assert deployed.plan(deployed.stack()).notes == ()


def test_of_two_authorizers_the_used_one_is_ours(deployed: World) -> None:
    """Neither has the name any more: what our methods use is renamed back."""
    outputs = deployed.outputs()
    gateway = deployed.client("apigateway")
    gateway.create_authorizer(
        restApiId=outputs["api_id"],
        name="Another",
        type="COGNITO_USER_POOLS",
        providerARNs=[deployed.location.user_pool_arn(outputs["user_pool_id"])],
        identitySource="method.request.header.Authorization",
    )
    ours = rest_api(outputs["api_id"]).authorizers[outputs["authorizer_id"]]
    ours.name = "Renamed"
    deployed.deploy(deployed.stack())
    assert deployed.outputs()["authorizer_id"] == outputs["authorizer_id"]
    assert ours.name == "CognitoUserAuth"


def _exposures(world: World) -> list[Change]:
    return [change for change in world.plan(world.stack()).changes if change.exposes_access]


def _declare(world: World, *, mapped: bool) -> None:
    outputs = world.outputs()
    there = {"restApiId": outputs["api_id"], "resourceId": outputs["id of /products"]}
    gateway = world.client("apigateway")
    gateway.put_method_response(**there, httpMethod="GET", statusCode="200")
    if mapped:
        gateway.put_integration_response(
            **there, httpMethod="GET", statusCode="200", responseTemplates={}
        )


def _spell(world: World, part: str) -> None:
    outputs = world.outputs()
    item = rest_api(outputs["api_id"]).resources[outputs["id of /products/{productId}"]]
    item.path_part = part


def _add_flow(world: World, flow: str) -> None:
    outputs = world.outputs()
    address = {"UserPoolId": outputs["user_pool_id"], "ClientId": outputs["client_id"]}
    cognito = world.client("cognito-idp")
    reported = cognito.describe_user_pool_client(**address)["UserPoolClient"]
    tampering.client(world, ExplicitAuthFlows=[*reported["ExplicitAuthFlows"], flow])


def _method(world: World, resource: str, http_method: str, lock: str) -> None:
    outputs = world.outputs()
    _put(world, outputs[resource], http_method, lock)


def _path(world: World, part: str, lock: str, http_method: str = "GET") -> None:
    outputs = world.outputs()
    made = world.client("apigateway").create_resource(
        restApiId=outputs["api_id"], parentId=outputs["root_id"], pathPart=part
    )
    _put(world, made["id"], http_method, lock)


def _put(world: World, resource_id: str, http_method: str, lock: str) -> None:
    api_id = world.outputs()["api_id"]
    there = {"restApiId": api_id, "resourceId": resource_id, "httpMethod": http_method}
    world.client("apigateway").put_method(**there, authorizationType=lock)
    world.client("apigateway").put_integration(**there, type="MOCK")
    rest_method(api_id, resource_id, http_method).authorizer_id = "theirs"
