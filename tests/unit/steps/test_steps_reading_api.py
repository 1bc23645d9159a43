"""Reading the API: what AWS adds to each part of it is no difference.

moto's answers are its own; those here have the shapes that AWS documents.
"""

from __future__ import annotations

from typing import Any

import pytest
from steps_answers import KNOWN, OURS, differences, resource
from steps_moto import ACCOUNT, REGION
from steps_world import World, error

from productsapi.steps.rest_api.api import RestApi


def _proxy_method(**changes: Any) -> dict[str, Any]:
    alias = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:getproductfunction:live"
    path = f"path/2015-03-31/functions/{alias}/invocations"
    return {
        "httpMethod": "GET",
        "authorizationType": "COGNITO_USER_POOLS",
        "authorizerId": "auth00",
        "apiKeyRequired": False,
        "methodIntegration": {
            "type": "AWS_PROXY",
            "httpMethod": "POST",
            "uri": f"arn:aws:apigateway:{REGION}:lambda:{path}",
            "passthroughBehavior": "WHEN_NO_MATCH",
            "timeoutInMillis": 29000,
            "cacheNamespace": "col0000000",
            "cacheKeyParameters": [],
        },
        **changes,
    }


def _preflight_method(path: str, **changes: Any) -> dict[str, Any]:
    allowed = {
        "/products": "POST,GET,OPTIONS",
        "/products/{productId}": "GET,PUT,PATCH,DELETE,OPTIONS",
    }
    headers = {
        "Access-Control-Allow-Origin": "'*'",
        "Access-Control-Allow-Methods": f"'{allowed[path]}'",
        "Access-Control-Allow-Headers": "'Authorization,Content-Type,If-Match,If-None-Match,"
        "traceparent,X-Request-Id,X-Amzn-Trace-Id,baggage'",
        "Access-Control-Max-Age": "'7200'",
    }
    if "PATCH" in allowed[path]:
        headers["Accept-Patch"] = "'application/merge-patch+json'"
    answered = {f"method.response.header.{name}": value for name, value in headers.items()}
    return {
        "httpMethod": "OPTIONS",
        "authorizationType": "NONE",
        "apiKeyRequired": False,
        "methodResponses": {
            "204": {"statusCode": "204", "responseParameters": dict.fromkeys(answered, False)}
        },
        "methodIntegration": {
            "type": "MOCK",
            "requestTemplates": {"application/json": '{"statusCode": 204}'},
            "passthroughBehavior": "WHEN_NO_MATCH",
            "timeoutInMillis": 29000,
            "cacheNamespace": "col0000000",
            "cacheKeyParameters": [],
            "integrationResponses": {"204": {"statusCode": "204", "responseParameters": answered}},
        },
        **changes,
    }


def _tree(world: World, path: str, method: dict[str, Any]) -> None:
    item = {"id": "x", "path": path, "resourceMethods": {method["httpMethod"]: method}}
    world.fake("GetResources", {"items": [{"id": "root000000", "path": "/"}, item]})


def test_api_with_awss_extras_is_no_difference(world: World) -> None:
    world.fake(
        "GetRestApi",
        {
            "id": "abcdefghij",
            "name": "ProductsAPI",
            "apiKeySource": "HEADER",
            "endpointConfiguration": {"types": ["REGIONAL"], "ipAddressType": "ipv4"},
            "tags": {**OURS, "team": "blue"},
            "disableExecuteApiEndpoint": False,
            "rootResourceId": "root000000",
        },
    )
    world.fake("GetResources", {"items": [{"id": "root000000", "path": "/"}]})
    world.fake("GetStages", {"item": []})  # an API without stages
    assert differences(world, "rest api ProductsAPI") == {}


def test_an_apis_tags_are_asked_for_where_doubtful(world: World) -> None:
    """AWS returns the same both ways; some endpoints return only those that it was made with."""
    _api(world, tags={})
    world.fake("GetTags", {"tags": OURS})
    assert differences(world, "rest api ProductsAPI") == {}
    assert world.asked("GetTags") == [
        {"resourceArn": f"arn:aws:apigateway:{REGION}::/restapis/abcdefghij"}
    ]


def test_tags_as_wanted_cost_no_call(world: World) -> None:
    _api(world, tags=OURS)
    assert differences(world, "rest api ProductsAPI") == {}
    assert world.asked("GetTags") == []


@pytest.mark.parametrize("code", ["NotFoundException", "AccessDeniedException"])
def test_tags_denied_are_those_that_were_named(world: World, code: str) -> None:
    _api(world, tags={**OURS, "team": "blue"})
    world.fake("GetTags", error(code))
    stack = world.stack(tags={"team": "red"})
    seen = RestApi(stack).read(world.aws, KNOWN)
    assert seen is not None
    assert seen.fields["tags"]["team"] == "blue"


def _api(world: World, tags: dict[str, str]) -> None:
    reported = {"id": "abcdefghij", "name": "ProductsAPI", "tags": tags}
    world.fake("GetRestApi", {**reported, "endpointConfiguration": {"types": ["REGIONAL"]}})
    world.fake("GetResources", {"items": [{"id": "root000000", "path": "/"}]})
    world.fake("GetStages", {"item": []})


def test_method_with_defaults_is_no_difference(world: World) -> None:
    _tree(world, "/products", _proxy_method())
    assert differences(world, "method GET /products") == {}


def test_open_method_returns_no_authorizer(world: World) -> None:
    opened = _proxy_method(authorizationType="NONE")
    opened.pop("authorizerId")
    _tree(world, "/products", opened)
    assert differences(world, "method GET /products") == {
        "authorization": ("NONE", "COGNITO_USER_POOLS"),
        "authorizer": (None, "auth00"),
    }


@pytest.mark.parametrize("path", ["/products", "/products/{productId}"])
def test_preflight_with_defaults_is_no_difference(world: World, path: str) -> None:
    _tree(world, path, _preflight_method(path))
    assert differences(world, f"method OPTIONS {path}") == {}


def test_an_undeclared_preflight_is_made_anew(world: World) -> None:
    """Killed between two of its calls, or made by hand: a header that isn't declared isn't sent."""
    _tree(world, "/products", _preflight_method("/products", methodResponses={}))
    assert all(
        name.startswith("headers.") for name in differences(world, "method OPTIONS /products")
    )
    assert differences(world, "method OPTIONS /products")


def test_authorizer_with_defaults_is_no_difference(world: World) -> None:
    reported = {
        "id": "auth00",
        "name": "CognitoUserAuth",
        "type": "COGNITO_USER_POOLS",
        "providerARNs": [world.location.user_pool_arn("eu-west-2_AbCdEfGhI")],
        "authType": "cognito_user_pools",
        "identitySource": "method.request.header.Authorization",
        "authorizerResultTtlInSeconds": 300,
    }
    world.fake("GetAuthorizers", {"items": [reported]})
    assert differences(world, "authorizer CognitoUserAuth") == {}


def test_default_gateway_responses_are_none_of_ours(world: World) -> None:
    """AWS lists its own with the customised ones."""
    default = {
        "responseType": "DEFAULT_4XX",
        "responseParameters": {},
        "responseTemplates": {"application/json": '{"message":$context.error.messageString}'},
        "defaultResponse": True,
    }
    world.fake("GetGatewayResponses", {"items": [default]})
    assert resource(world, "gateway response DEFAULT_4XX").read(world.aws, KNOWN) is None
    key = "gateway response THROTTLED"
    want = resource(world, key).want(KNOWN)
    ours = {
        "responseType": "THROTTLED",
        "statusCode": "429",
        "responseParameters": {
            f"gatewayresponse.header.{n}": v for n, v in want["headers"].items()
        },
        "responseTemplates": want["body"],
    }
    world.fake("GetGatewayResponses", {"items": [default, ours]})
    assert differences(world, key) == {}
    world.fake("GetGatewayResponses", {"items": [{**ours, "statusCode": "400"}]})
    assert differences(world, key).keys() == {"status"}


def test_stage_with_awss_extras_is_no_difference(world: World) -> None:
    reported = {
        "deploymentId": "dep000",
        "stageName": "dev",
        "cacheClusterEnabled": False,
        "cacheClusterStatus": "NOT_AVAILABLE",
        "methodSettings": {
            "*/*": {
                "throttlingRateLimit": 50.0,
                "throttlingBurstLimit": 100,
                "loggingLevel": "OFF",
            },
            "~1products/GET": {"throttlingRateLimit": 50.0, "throttlingBurstLimit": 100},
        },
        "tracingEnabled": False,
        "tags": {**OURS, "aws:cloudformation:stack-name": "x"},
    }
    world.fake("GetStages", {"item": [reported]})
    assert differences(world, "stage dev") == {}
