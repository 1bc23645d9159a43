"""Reading AWS's own answers: defaults, absent keys and extras make no phantom difference.

moto's answers are its own; those here have the shapes that AWS documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from steps_world import ACCOUNT, REGION, World, error

from productsapi.engine.plan import difference
from productsapi.engine.resource import Outputs, Resource
from productsapi.errors import AwsError
from productsapi.steps import function_settings, resources

KNOWN = Outputs(
    {
        "pointer to api_id": "abcdefghij",
        "api_id": "abcdefghij",
        "root_id": "root000000",
        "id of /products": "col0000000",
        "id of /products/{productId}": "item000000",
        "authorizer_id": "auth00",
        "user_pool_id": "eu-west-2_AbCdEfGhI",
        "client_id": "1example23456789",
        "deployment_id": "dep000",
        "served_id": "dep000",
    }
)
OURS = {"productsapi:stack": "shop"}
TABLE = {
    "TableName": "ProductsTable",
    "TableStatus": "ACTIVE",
    "AttributeDefinitions": [{"AttributeName": "productId", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "productId", "KeyType": "HASH"}],
    "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
    "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
    "ItemCount": 0,
    "DeletionProtectionEnabled": False,
    "WarmThroughput": {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000},
}


def _resource(world: World, key: str) -> Resource:
    return next(r for r in resources(world.stack()) if r.key == key)


def _differences(world: World, key: str) -> dict[str, tuple[Any, Any]]:
    """What one resource would change, by the answers that are faked."""
    resource = _resource(world, key)
    seen = resource.read(world.aws, KNOWN)
    assert seen is not None
    assert seen.ours
    return {f.field: (f.old, f.new) for f in difference(resource, seen, KNOWN).fields}


def _table(world: World, **changes: Any) -> None:
    told = {name: value for name, value in {**TABLE, **changes}.items() if value is not None}
    world.fake("DescribeTable", {"Table": told})
    tags = [{"Key": k, "Value": v} for k, v in OURS.items()]
    world.fake("ListTagsOfResource", {"Tags": tags})


def test_table_as_aws_tells_it_is_as_it_should_be(world: World) -> None:
    _table(world)
    assert _differences(world, "table ProductsTable") == {}


def test_table_that_doesnt_tell_its_deletion_protection_has_none(world: World) -> None:
    _table(world, DeletionProtectionEnabled=None)
    assert _differences(world, "table ProductsTable") == {}


def test_table_without_a_billing_summary_is_a_provisioned_one(world: World) -> None:
    """DescribeTable leaves it out where the table was never on demand."""
    _table(world, BillingModeSummary=None)
    assert _differences(world, "table ProductsTable") == {
        "billing": ("PROVISIONED", "PAY_PER_REQUEST")
    }


def test_keys_are_read_whatever_order_they_are_told_in(world: World) -> None:
    _table(
        world,
        AttributeDefinitions=[
            {"AttributeName": "category", "AttributeType": "S"},
            {"AttributeName": "productId", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "category", "KeyType": "RANGE"},
            {"AttributeName": "productId", "KeyType": "HASH"},
        ],
    )
    seen = _resource(world, "table ProductsTable").read(world.aws, KNOWN)
    assert seen is not None
    assert seen.fields["partition_key"] == "productId (S)"
    assert seen.fields["sort_key"] == "category (S)"


def test_table_that_is_being_made_is_waited_for(world: World) -> None:
    """A run was killed in the middle of it: neither tags nor backups are told yet."""
    statuses = iter(["CREATING", "CREATING", "ACTIVE"])
    _table(world)
    world.fake("DescribeTable", lambda _: {"Table": {**TABLE, "TableStatus": next(statuses)}})
    assert _differences(world, "table ProductsTable") == {}
    assert next(statuses, None) is None


def test_table_that_is_being_changed_is_read_as_it_is(world: World) -> None:
    _table(world, TableStatus="UPDATING")
    assert _differences(world, "table ProductsTable") == {}
    assert len(world.asked("DescribeTable")) == 1


def test_table_that_is_being_removed_is_waited_for_and_gone(world: World) -> None:
    deleting = {"Table": {**TABLE, "TableStatus": "DELETING"}}
    answers = iter([deleting, deleting, error("ResourceNotFoundException")])
    world.fake("DescribeTable", lambda _: next(answers))
    remembering = world.aws.remembering()  # as in a whole look
    assert _resource(world, "table ProductsTable").read(remembering, KNOWN) is None


@pytest.mark.parametrize(
    ("told", "enabled"),
    [
        ({"ContinuousBackupsStatus": "ENABLED"}, False),
        (
            {
                "ContinuousBackupsStatus": "ENABLED",
                "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
            },
            False,
        ),
        (
            {
                "ContinuousBackupsStatus": "ENABLED",
                "PointInTimeRecoveryDescription": {
                    "PointInTimeRecoveryStatus": "ENABLED",
                    "RecoveryPeriodInDays": 35,
                },
            },
            True,
        ),
    ],
)
def test_backups_are_read_by_their_own_status(
    world: World, told: dict[str, Any], *, enabled: bool
) -> None:
    """ContinuousBackupsStatus is ENABLED on every table."""
    world.fake("DescribeContinuousBackups", {"ContinuousBackupsDescription": told})
    seen = _resource(world, "backups ProductsTable").read(world.aws, KNOWN)
    assert seen is not None
    assert seen.fields == {"point_in_time_recovery": enabled}


def test_log_group_is_picked_by_its_whole_name_from_all_pages(world: World) -> None:
    name = "/aws/lambda/getproductfunction"
    world.fake(
        "DescribeLogGroups",
        lambda p: (
            {"logGroups": [{"logGroupName": name}]}
            if "nextToken" in p
            else {"logGroups": [{"logGroupName": f"{name}-2"}], "nextToken": "2"}
        ),
    )
    world.fake("ListTagsForResource", {"tags": OURS})
    assert _differences(world, f"log group {name}") == {"retention_days": (None, 14)}
    [asked] = world.asked("ListTagsForResource")
    assert asked == {"resourceArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"}


def _function(world: World, **changes: Any) -> None:
    stack = world.stack()
    configuration = {
        "FunctionName": "getproductfunction",
        "Runtime": "python3.13",
        "Role": stack.role_arn("get"),
        "Handler": "lambda_function.lambda_handler",
        "CodeSha256": "x",
        "Description": "",
        "Timeout": 10,
        "MemorySize": 256,
        "Version": "$LATEST",
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "TracingConfig": {"Mode": "PassThrough"},
        "LoggingConfig": {"LogFormat": "Text"},
        "Environment": {"Variables": function_settings.wanted(stack, "get", KNOWN)["environment"]},
        **changes,
    }
    told = {name: value for name, value in configuration.items() if value is not None}
    world.fake("GetFunction", {"Configuration": told, "Tags": OURS, "Code": {}})


def test_function_as_aws_tells_it_is_as_it_should_be(world: World) -> None:
    _function(world)
    assert _differences(world, "function getproductfunction") == {}


def test_function_without_variables_tells_no_environment_at_all(world: World) -> None:
    _function(world, Environment=None)
    differing = _differences(world, "function getproductfunction")
    assert differing.keys() == {
        "environment.TABLE_NAME",
        "environment.CLIENT_IDS",
        "environment.CORS_ORIGIN",
        "environment.LOG_LEVEL",
    }
    assert {old for old, _ in differing.values()} == {None}


def test_variable_of_ours_that_isnt_wanted_any_more_goes(world: World) -> None:
    """A switch that was on, such as OWNER_ONLY, would else stay on; others' variables stay."""
    variables = function_settings.wanted(world.stack(), "get", KNOWN)["environment"]
    mixed = {**variables, "OWNER_ONLY": "true", "THEIRS": "x"}
    _function(world, Environment={"Variables": mixed})
    assert _differences(world, "function getproductfunction") == {
        "environment.OWNER_ONLY": ("true", None)
    }
    sent = function_settings.parameters(
        function_settings.wanted(world.stack(), "get", KNOWN),
        {"Environment": {"Variables": mixed}},
    )
    assert sent["Environment"] == {"Variables": {**variables, "THEIRS": "x"}}


def test_old_function_that_tells_no_architecture_is_x86(world: World) -> None:
    _function(world, Architectures=None, Version="3")
    known = Outputs({**KNOWN.as_dict(), "latest code of get": "x"})
    live = _resource(world, "live code getproductfunction")
    seen = live.read(world.aws, known)
    assert seen is not None
    assert seen.fields["architecture"] == "x86_64"


def test_api_with_the_extras_that_aws_tells_is_as_it_should_be(world: World) -> None:
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
    world.fake("GetStages", {})  # an API without stages
    assert _differences(world, "rest api ProductsAPI") == {}


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
    allowed = {"/products": "POST,GET,OPTIONS", "/products/{productId}": "GET,PUT,DELETE,OPTIONS"}
    headers = {
        "Access-Control-Allow-Origin": "'*'",
        "Access-Control-Allow-Methods": f"'{allowed[path]}'",
        "Access-Control-Allow-Headers": "'Authorization,Content-Type,If-Match,If-None-Match'",
    }
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
    world.fake("GetResources", {"items": [item]})


def test_method_with_the_defaults_that_aws_adds_is_as_it_should_be(world: World) -> None:
    _tree(world, "/products", _proxy_method())
    assert _differences(world, "method GET /products") == {}


def test_open_method_tells_no_authorizer(world: World) -> None:
    opened = _proxy_method(authorizationType="NONE")
    opened.pop("authorizerId")
    _tree(world, "/products", opened)
    assert _differences(world, "method GET /products") == {
        "authorization": ("NONE", "COGNITO_USER_POOLS"),
        "authorizer": (None, "auth00"),
    }


@pytest.mark.parametrize("path", ["/products", "/products/{productId}"])
def test_preflight_with_the_defaults_that_aws_adds_is_as_it_should_be(
    world: World, path: str
) -> None:
    _tree(world, path, _preflight_method(path))
    assert _differences(world, f"method OPTIONS {path}") == {}


def test_preflight_whose_answer_isnt_declared_is_made_anew(world: World) -> None:
    """Killed between two of its calls, or made by hand: a header that isn't declared isn't sent."""
    _tree(world, "/products", _preflight_method("/products", methodResponses={}))
    assert all(
        name.startswith("headers.") for name in _differences(world, "method OPTIONS /products")
    )
    assert _differences(world, "method OPTIONS /products")


def test_authorizer_with_the_defaults_that_aws_adds_is_as_it_should_be(world: World) -> None:
    told = {
        "id": "auth00",
        "name": "CognitoUserAuth",
        "type": "COGNITO_USER_POOLS",
        "providerARNs": [world.place.user_pool_arn("eu-west-2_AbCdEfGhI")],
        "authType": "cognito_user_pools",
        "identitySource": "method.request.header.Authorization",
        "authorizerResultTtlInSeconds": 300,
    }
    world.fake("GetAuthorizers", {"items": [told]})
    assert _differences(world, "authorizer CognitoUserAuth") == {}


def test_default_gateway_responses_are_none_of_ours(world: World) -> None:
    """AWS lists its own with the customised ones."""
    default = {
        "responseType": "DEFAULT_4XX",
        "responseParameters": {},
        "responseTemplates": {"application/json": '{"message":$context.error.messageString}'},
        "defaultResponse": True,
    }
    world.fake("GetGatewayResponses", {"items": [default]})
    assert _resource(world, "gateway response DEFAULT_4XX").read(world.aws, KNOWN) is None
    ours = {
        **default,
        "responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"},
        "defaultResponse": False,
    }
    world.fake("GetGatewayResponses", {"items": [ours]})
    assert _differences(world, "gateway response DEFAULT_4XX") == {}


def test_stage_with_the_extras_that_aws_tells_is_as_it_should_be(world: World) -> None:
    told = {
        "deploymentId": "dep000",
        "stageName": "dev",
        "cacheClusterEnabled": False,
        "cacheClusterStatus": "NOT_AVAILABLE",
        "methodSettings": {},
        "tracingEnabled": False,
        "tags": {**OURS, "aws:cloudformation:stack-name": "x"},
    }
    world.fake("GetStages", {"item": [told]})
    assert _differences(world, "stage dev") == {}


def test_role_with_the_extras_that_aws_tells_is_as_it_should_be(world: World) -> None:
    """Botocore hands out policy documents decoded; their keys come in any order."""
    trust = {
        "Statement": [
            {
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Effect": "Allow",
            }
        ],
        "Version": "2012-10-17",
    }
    role = {
        "Path": "/productsapi/shop/",
        "RoleName": f"getproductfunction-{REGION}",
        "AssumeRolePolicyDocument": trust,
        "MaxSessionDuration": 3600,
        "RoleLastUsed": {},
        "Tags": [{"Key": k, "Value": v} for k, v in OURS.items()],
    }
    world.fake("GetRole", {"Role": role})
    assert _differences(world, f"role getproductfunction-{REGION}") == {}


def _states(*states: dict[str, str]) -> Iterator[dict[str, Any]]:
    return ({"Configuration": state} for state in states)


def test_functions_last_change_is_waited_for(world: World) -> None:
    answers = _states(
        {"State": "Pending"},
        {"State": "Active", "LastUpdateStatus": "InProgress"},
        {"State": "Active", "LastUpdateStatus": "Successful"},
    )
    world.fake("GetFunction", lambda _: next(answers))
    function_settings.wait_until_settled(world.aws, "f")
    assert next(answers, None) is None


@pytest.mark.parametrize(
    "state",
    [
        {"State": "Failed", "StateReason": "no subnet"},
        {"LastUpdateStatus": "Failed", "LastUpdateStatusReason": "no subnet"},
    ],
)
def test_failed_change_of_a_function_is_told_with_its_reason(
    world: World, state: dict[str, str]
) -> None:
    world.fake("GetFunction", {"Configuration": state})
    with pytest.raises(AwsError, match="f failed: no subnet"):
        function_settings.wait_until_settled(world.aws, "f")


def test_version_that_isnt_ready_yet_is_waited_for_before_it_goes_live(world: World) -> None:
    def pending(_asked: dict[str, Any], told: dict[str, Any]) -> None:
        told["State"] = "Pending"

    world.alter("PublishVersion", pending)
    world.deploy(world.stack())
    assert [c.get("Qualifier") for c in world.asked("GetFunction")].count("1") == 4
