"""The inside of moto: for changes behind our back, and for what AWS does and moto 5.2 doesn't."""

from __future__ import annotations

from typing import Any

from moto.apigateway.models import apigateway_backends
from moto.awslambda.models import lambda_backends
from moto.backends import get_backend
from moto.cognitoidp.models import cognitoidp_backends
from moto.dynamodb.models import dynamodb_backends

REGION, ACCOUNT = "eu-west-2", "123456789012"


reached_into: set[str] = set()
"""The services whose inside a test has got hold of: what they have answered may not hold."""


def inside(service: str) -> Any:
    """A service inside moto, for changes behind our back."""
    reached_into.add(service)
    return get_backend(service)[ACCOUNT][REGION]  # type: ignore[call-overload]


def rest_api(api_id: str) -> Any:
    return inside("apigateway").apis[api_id]


def rest_method(api_id: str, resource_id: str, http_method: str) -> Any:
    return rest_api(api_id).resources[resource_id].resource_methods[http_method]


def user_pool(pool_id: str) -> Any:
    return inside("cognito-idp").user_pools[pool_id]


def _rest_api(api_id: str) -> Any:
    return apigateway_backends[ACCOUNT][REGION].apis[api_id]


def _rest_method(api_id: str, resource_id: str, http_method: str) -> Any:
    return _rest_api(api_id).resources[resource_id].resource_methods[http_method]


def _user_pool(pool_id: str) -> Any:
    return cognitoidp_backends[ACCOUNT][REGION].user_pools[pool_id]


def _tag_by_id(params: dict[str, Any]) -> dict[str, Any] | None:
    arn = params.get("resourceArn", "")
    kind, _, name = arn.rpartition("::/")[2].partition("/")
    kept = {
        "restapis": "apis",
        "usageplans": "usage_plans",
        "apikeys": "keys",
        "domainnames": "domain_names",
    }.get(kind)
    if kept is None or "/" in name:
        return None
    tags = getattr(apigateway_backends[ACCOUNT][REGION], kept)[name].tags
    tags.update(params.get("tags", {}))
    for name in params.get("tagKeys", ()):
        tags.pop(name)
    return {}


def _create_resource(params: dict[str, Any]) -> dict[str, Any] | None:
    """AWS takes one variable at a place, however it is spelled."""
    if not params["pathPart"].startswith("{"):
        return None
    siblings = [
        found.path_part
        for found in _rest_api(params["restApiId"]).resources.values()
        if found.parent_id == params["parentId"] and found.path_part.startswith("{")
    ]
    text = f"A sibling ({siblings}) of this resource already has a variable path part"
    return _refusal("BadRequestException", text) if siblings else None


def _update_resource(params: dict[str, Any]) -> dict[str, Any]:
    [patch] = params["patchOperations"]
    assert (patch["op"], patch["path"]) == ("replace", "/pathPart")
    _rest_api(params["restApiId"]).resources[params["resourceId"]].path_part = patch["value"]
    return {}


def _put_method(params: dict[str, Any]) -> dict[str, Any] | None:
    """AWS doesn't put a method over another one."""
    found = _rest_api(params["restApiId"]).resources[params["resourceId"]]
    there = params["httpMethod"] in found.resource_methods
    return _refusal("ConflictException", "Method already exists", 409) if there else None


def _update_architecture(params: dict[str, Any]) -> None:
    """The code itself moto replaces."""
    functions = lambda_backends[ACCOUNT][REGION]
    function = functions.get_function(params["FunctionName"])
    function.architectures = params.get("Architectures", function.architectures)


def _update_tracing(params: dict[str, Any]) -> None:
    """The other settings moto changes."""
    if mode := params.get("TracingConfig"):
        lambda_backends[ACCOUNT][REGION].get_function(params["FunctionName"]).tracing_config = mode


def _update_method(params: dict[str, Any]) -> dict[str, Any]:
    found = _rest_method(params["restApiId"], params["resourceId"], params["httpMethod"])
    for patch in params["patchOperations"]:
        match patch["op"], patch["path"]:
            case "replace", "/authorizationType":
                found.authorization_type = patch["value"]
            case "replace", "/authorizerId":
                found.authorizer_id = patch["value"]
            case "replace", "/apiKeyRequired":
                found.api_key_required = patch["value"] == "true"
            case "replace", "/requestValidatorId":
                assert patch.get("value") != "", "AWS: it must either be nil or have some value"
                found.request_validator_id = patch.get("value")
            case "remove", "/authorizationScopes":
                found.authorization_scopes.remove(patch["value"])
            case (("add" | "replace"), path) if path.startswith("/requestParameters/"):
                found.request_parameters = found.request_parameters or {}
                found.request_parameters[path.split("/", 2)[2]] = patch["value"] == "true"
            case "remove", path if path.startswith("/requestParameters/"):
                found.request_parameters.pop(path.split("/", 2)[2])
            case "remove", path if path.startswith("/requestModels/"):
                found.request_models.pop(path.split("/", 2)[2].replace("~1", "/"))
            case unknown:
                raise AssertionError(f"AWS knows no such patch of a method: {unknown}")
    return {}


def _update_authorizer(params: dict[str, Any]) -> dict[str, Any]:
    found = _rest_api(params["restApiId"]).authorizers[params["authorizerId"]]
    for patch in params["patchOperations"]:
        match patch["op"], patch["path"]:
            case "add", "/providerARNs":
                found.provider_arns.append(patch["value"])
            case "remove", "/providerARNs":
                found.provider_arns.remove(patch["value"])
                assert found.provider_arns, "AWS refuses an authorizer without a pool"
            case "replace", "/name":
                found.name = patch["value"]
            case "replace", "/identitySource":
                found.identity_source = patch["value"]
            case "replace", "/identityValidationExpression":
                found.identity_validation_expression = patch["value"]
            case unknown:
                raise AssertionError(f"AWS knows no such patch of an authorizer: {unknown}")
    return {}


def _rename_user_pool(params: dict[str, Any]) -> None:
    """The rest moto does, and as AWS does it: what isn't sent is reset."""
    pool = _user_pool(params["UserPoolId"])
    pool.name = params.get("PoolName", pool.name)


def _refusal(code: str, text: str, status: int = 400) -> dict[str, Any]:
    return {
        "Error": {"Code": code, "Message": text},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }


def _publish_version(params: dict[str, Any]) -> dict[str, Any]:
    """AWS never gives a number twice; moto counts the versions that are left."""
    functions = lambda_backends[ACCOUNT][REGION]
    versions = functions._lambdas._functions[params["FunctionName"]]["versions"]
    before = [int(each.version) for each in versions]
    made = functions.publish_version(params["FunctionName"], params.get("Description", ""))
    assert made
    if len(versions) > len(before):
        made.set_version(max(before, default=0) + 1)
    return dict(made.get_configuration())


def _delete_function(params: dict[str, Any]) -> dict[str, Any] | None:
    """AWS refuses to remove a version that an alias points to."""
    functions, version = lambda_backends[ACCOUNT][REGION], params.get("Qualifier")
    for alias in functions.list_aliases(params["FunctionName"]) if version else []:
        reported = alias.to_json()
        shares = (reported.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        if version in {reported["FunctionVersion"], *shares}:
            text = "Unable to delete version because the following aliases reference it"
            return _refusal("ResourceConflictException", text, 409)
    return None


def _delete_deployment(params: dict[str, Any]) -> dict[str, Any] | None:
    """AWS refuses to remove a deployment that a stage serves; moto sees only its own stages."""
    stages = _rest_api(params["restApiId"]).stages.values()
    if params["deploymentId"] in {stage.deployment_id for stage in stages}:
        text = "Active stages pointing to this deployment must be moved or deleted"
        return _refusal("BadRequestException", text)
    return None


def _delete_usage_plan(params: dict[str, Any]) -> dict[str, Any] | None:
    """AWS refuses to remove a plan that covers stages (aws/aws-sdk-js#3841)."""
    plan = apigateway_backends[ACCOUNT][REGION].usage_plans[params["usagePlanId"]]
    text = f"Cannot delete Usage Plan {plan.id} because there are API Stages associated with it"
    return _refusal("BadRequestException", text) if plan.api_stages else None


def _create_usage_plan_key(params: dict[str, Any]) -> dict[str, Any] | None:
    """AWS takes no key into two plans that cover the same stage, nor into one plan twice."""
    inside = apigateway_backends[ACCOUNT][REGION]
    wanted = inside.usage_plans[params["usagePlanId"]].api_stages
    for plan in inside.get_usage_plans(params["keyId"]):
        if any(stage in wanted for stage in plan.api_stages):
            return _refusal("ConflictException", "it is in a plan of that stage", 409)
    return None


def _ceilings() -> dict[tuple[str, str], dict[str, int]]:
    """By table and index, what moto doesn't keep: the most that it may read and write."""
    kept: dict[tuple[str, str], dict[str, int]] = vars(
        dynamodb_backends[ACCOUNT][REGION]
    ).setdefault("most", {})
    return kept


def _keep_ceilings(params: dict[str, Any]) -> None:
    table = params["TableName"]
    updates = params.get("GlobalSecondaryIndexUpdates", [])
    changed = [index for update in updates for index in update.values()]
    for each in (params, *params.get("GlobalSecondaryIndexes", []), *changed):
        if given := each.get("OnDemandThroughput"):
            _ceilings()[table, each.get("IndexName", "")] = given
    for update in updates:
        if "Delete" in update:
            _ceilings().pop((table, update["Delete"]["IndexName"]), None)


def _report_ceilings(params: dict[str, Any], answer: dict[str, Any]) -> None:
    table = answer["Table"]
    for each in (table, *table.get("GlobalSecondaryIndexes", [])):
        if kept := _ceilings().get((params["TableName"], each.get("IndexName", ""))):
            each["OnDemandThroughput"] = dict(kept)


def _update_stage(params: dict[str, Any]) -> None:
    """What is set for one method is taken away; all else moto does."""
    settings = _rest_api(params["restApiId"]).stages[params["stageName"]].method_settings
    for patch in params["patchOperations"]:
        if patch["op"] == "remove" and patch["path"].count("/") == 2:
            del settings[patch["path"][1:]]


def _keep_cache_key(params: dict[str, Any], _answer: dict[str, Any]) -> None:
    """AWS refuses a key of what the method doesn't declare."""
    method = _rest_method(params["restApiId"], params["resourceId"], params["httpMethod"])
    key = params.get("cacheKeyParameters", [])
    assert set(key) <= set(method.request_parameters or ()), "Invalid cache key parameter specified"
    method.method_integration.cache_key_parameters = key


def _flush_stage_cache(params: dict[str, Any]) -> dict[str, Any]:
    assert _rest_api(params["restApiId"]).stages[params["stageName"]].cache_cluster_enabled
    return {}


def _no_mapping_yet(params: dict[str, Any]) -> dict[str, Any] | None:
    """Moto fails of a domain that has had none."""
    inside, name = apigateway_backends[ACCOUNT][REGION], params["domainName"]
    if name in inside.domain_names:
        inside.base_path_mappings.setdefault(name, {})
    return None


def _update_domain(params: dict[str, Any]) -> dict[str, Any]:
    found = apigateway_backends[ACCOUNT][REGION].domain_names[params["domainName"]]
    for patch in params["patchOperations"]:
        match patch["op"], patch["path"]:
            case "replace", "/regionalCertificateArn":
                found.regional_certificate_arn = patch["value"]
            case "replace", "/securityPolicy":
                found.security_policy = patch["value"]
            case unknown:
                raise AssertionError(f"AWS knows no such patch of a domain: {unknown}")
    return {}


def _switch_invoke_url(params: dict[str, Any]) -> dict[str, Any] | None:
    """Moto takes any text for true; what else there is it changes."""
    patches = {each["path"]: each["value"] for each in params["patchOperations"]}
    if (off := patches.get("/disableExecuteApiEndpoint")) is None:
        return None
    assert len(patches) == 1
    _rest_api(params["restApiId"]).disableExecuteApiEndpoint = off == "true"
    return {}


def _delete_domain(params: dict[str, Any]) -> None:
    """Its mappings go with it."""
    apigateway_backends[ACCOUNT][REGION].base_path_mappings.pop(params["domainName"], None)


def _mapped(params: dict[str, Any]) -> dict[str, Any] | None:
    """G7: AWS removes neither a stage nor an API that a domain leads to."""
    for name, mappings in apigateway_backends[ACCOUNT][REGION].base_path_mappings.items():
        for each in mappings.values():
            stage = params.get("stageName", each.stage)
            if (each.rest_api_id, each.stage) == (params["restApiId"], stage):
                text = "Please remove all base path mappings related to the RestApi in your domains"
                return _refusal("BadRequestException", f"{text}: {name}")
    return None


GAPS = {
    "GetBasePathMapping": _no_mapping_yet,
    "GetBasePathMappings": _no_mapping_yet,
    "UpdateDomainName": _update_domain,
    "UpdateRestApi": _switch_invoke_url,
    "DeleteDomainName": _delete_domain,
    "DeleteStage": _mapped,
    "DeleteRestApi": _mapped,
    "FlushStageCache": _flush_stage_cache,
    "CreateTable": _keep_ceilings,
    "UpdateTable": _keep_ceilings,
    "UpdateStage": _update_stage,
    "PublishVersion": _publish_version,
    "DeleteFunction": _delete_function,
    "DeleteDeployment": _delete_deployment,
    "TagResource": _tag_by_id,
    "UntagResource": _tag_by_id,
    "DeleteUsagePlan": _delete_usage_plan,
    "CreateUsagePlanKey": _create_usage_plan_key,
    "CreateResource": _create_resource,
    "UpdateResource": _update_resource,
    "PutMethod": _put_method,
    "UpdateFunctionCode": _update_architecture,
    "UpdateFunctionConfiguration": _update_tracing,
    "UpdateMethod": _update_method,
    "UpdateAuthorizer": _update_authorizer,
    "UpdateUserPool": _rename_user_pool,
}
"""By operation: a function of its parameters that gives the answer, or None to let moto do it."""

ALSO_REPORTED = {"DescribeTable": _report_ceilings, "PutIntegration": _keep_cache_key}
"""By operation: what AWS's answer has beside moto's."""
