"""The inside of moto: for changes behind our back, and for what AWS does and moto 5.2 doesn't."""

from __future__ import annotations

from typing import Any

from moto.apigateway.models import apigateway_backends
from moto.awslambda.models import lambda_backends
from moto.cognitoidp.models import cognitoidp_backends

REGION, ACCOUNT = "eu-west-2", "123456789012"


def rest_api(api_id: str) -> Any:
    """The API inside moto, for changes behind our back."""
    return apigateway_backends[ACCOUNT][REGION].apis[api_id]


def rest_method(api_id: str, resource_id: str, http_method: str) -> Any:
    return rest_api(api_id).resources[resource_id].resource_methods[http_method]


def user_pool(pool_id: str) -> Any:
    return cognitoidp_backends[ACCOUNT][REGION].user_pools[pool_id]


def _tag_rest_api(params: dict[str, Any]) -> dict[str, Any] | None:
    arn = params.get("resourceArn", "")
    if "/restapis/" not in arn or "/stages/" in arn:
        return None
    rest_api(arn.rsplit("/", 1)[1]).tags.update(params["tags"])
    return {}


def _update_architecture(params: dict[str, Any]) -> None:
    """The code itself moto replaces."""
    functions = lambda_backends[ACCOUNT][REGION]
    function = functions.get_function(params["FunctionName"])
    function.architectures = params.get("Architectures", function.architectures)


def _update_method(params: dict[str, Any]) -> dict[str, Any]:
    found = rest_method(params["restApiId"], params["resourceId"], params["httpMethod"])
    for patch in params["patchOperations"]:
        match patch["op"], patch["path"]:
            case "replace", "/authorizationType":
                found.authorization_type = patch["value"]
            case "replace", "/authorizerId":
                found.authorizer_id = patch["value"]
            case "replace", "/apiKeyRequired":
                found.api_key_required = patch["value"] == "true"
            case "remove", "/authorizationScopes":
                found.authorization_scopes.remove(patch["value"])
            case unknown:
                raise AssertionError(f"AWS knows no such patch of a method: {unknown}")
    return {}


def _update_authorizer(params: dict[str, Any]) -> dict[str, Any]:
    found = rest_api(params["restApiId"]).authorizers[params["authorizerId"]]
    for patch in params["patchOperations"]:
        match patch["op"], patch["path"]:
            case "add", "/providerARNs":
                found.provider_arns.append(patch["value"])
            case "remove", "/providerARNs":
                found.provider_arns.remove(patch["value"])
                assert found.provider_arns, "AWS refuses an authorizer without a pool"
            case "replace", "/identitySource":
                found.identity_source = patch["value"]
            case "replace", "/identityValidationExpression":
                found.identity_validation_expression = patch["value"]
            case unknown:
                raise AssertionError(f"AWS knows no such patch of an authorizer: {unknown}")
    return {}


def _rename_user_pool(params: dict[str, Any]) -> None:
    """The rest moto does, and as AWS does it: what isn't told is reset."""
    user_pool(params["UserPoolId"]).name = params["PoolName"]


GAPS = {
    "TagResource": _tag_rest_api,
    "UpdateFunctionCode": _update_architecture,
    "UpdateMethod": _update_method,
    "UpdateAuthorizer": _update_authorizer,
    "UpdateUserPool": _rename_user_pool,
}
"""By operation: a function of its parameters that gives the answer, or None to let moto do it."""
