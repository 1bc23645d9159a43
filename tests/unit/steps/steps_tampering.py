"""What somebody else might do to a deployed stack behind our back."""

from __future__ import annotations

import json
from typing import Any

from steps_moto import REGION, rest_api, rest_method, user_pool
from steps_world import World

BY_MAIL = {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]}


def method(world: World, **changes: Any) -> None:
    outputs = world.outputs()
    found = rest_method(outputs["api_id"], outputs["id of /products"], "GET")
    for name, value in changes.items():
        setattr(found, name, value)


def integration(world: World, **changes: Any) -> None:
    outputs = world.outputs()
    found = rest_method(outputs["api_id"], outputs["id of /products"], "GET")
    for name, value in changes.items():
        setattr(found.method_integration, name, value)


def authorizer(world: World, **changes: Any) -> None:
    [found] = rest_api(world.outputs()["api_id"]).authorizers.values()
    for name, value in changes.items():
        setattr(found, name, value)


def pool(world: World, **changes: Any) -> None:
    user_pool(world.outputs()["user_pool_id"]).extended_config.update(changes)


def client(world: World, **changes: Any) -> None:
    outputs = world.outputs()
    found = user_pool(outputs["user_pool_id"]).clients[outputs["client_id"]]
    found.extended_config.update(changes)


def trust(world: World) -> None:
    everyone = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}],
    }
    world.client("iam").update_assume_role_policy(
        RoleName=f"getproductfunction-{REGION}", PolicyDocument=json.dumps(everyone)
    )


def rights(world: World) -> None:
    wide = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}],
    }
    world.client("iam").put_role_policy(
        RoleName=f"createproductfunction-{REGION}",
        PolicyName="productsapi",
        PolicyDocument=json.dumps(wide),
    )


def variable(world: World) -> None:
    found = world.client("lambda").get_function(FunctionName="getproductfunction")
    variables = found["Configuration"]["Environment"]["Variables"]
    world.client("lambda").update_function_configuration(
        FunctionName="getproductfunction",
        Environment={"Variables": {**variables, "TABLE_NAME": "Theirs", "THEIRS": "stays"}},
    )


def alias(world: World) -> None:
    world.client("lambda").update_alias(
        FunctionName="getproductfunction", Name="live", FunctionVersion="$LATEST"
    )
    variable(world)


def retention(world: World) -> None:
    world.client("logs").delete_retention_policy(logGroupName="/aws/lambda/getproductfunction")


def provisioned(world: World) -> None:
    world.client("dynamodb").update_table(
        TableName="ProductsTable",
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )


def gateway_response(world: World) -> None:
    """As a stack of before has it: with the one header, and the gateway's own body."""
    world.client("apigateway").put_gateway_response(
        restApiId=world.outputs()["api_id"],
        responseType="DEFAULT_4XX",
        responseParameters={"gatewayresponse.header.Access-Control-Allow-Origin": "'theirs'"},
        responseTemplates={"application/json": '{"message":$context.error.messageString}'},
    )
