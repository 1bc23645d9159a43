"""What AWS makes a second one of, for tests: making, filling and finding doubles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from steps_moto import rest_api, user_pool
from steps_world import World

OURS = {"productsapi:stack": "shop"}


class Kind(NamedTuple):
    """Of what AWS makes a second one: how we find ours, and how somebody makes another."""

    output: str
    key: str
    make: Callable[[World], str]
    fill: Callable[[World, str], Any]
    ids: Callable[[World], set[str]]
    create: str
    delete: str


def _make_api(world: World) -> str:
    made = world.client("apigateway").create_rest_api(name="ProductsAPI", tags=OURS)
    return str(made["id"])


def _fill_api(world: World, api_id: str) -> None:
    gateway = world.client("apigateway")
    [root] = gateway.get_resources(restApiId=api_id)["items"]
    gateway.put_method(
        restApiId=api_id, resourceId=root["id"], httpMethod="GET", authorizationType="AWS_IAM"
    )


def _make_pool(world: World) -> str:
    made = world.client("cognito-idp").create_user_pool(
        PoolName="secure-serverless-app",
        UserPoolTags=OURS,
        DeletionProtection="ACTIVE",
        Schema=[{"Name": "email", "Required": True}],
    )
    return str(made["UserPool"]["Id"])


def _fill_pool(world: World, pool_id: str) -> None:
    world.client("cognito-idp").admin_create_user(UserPoolId=pool_id, Username="ann")


def _apis(world: World) -> set[str]:
    return {api["id"] for api in world.client("apigateway").get_rest_apis()["items"]}


def _pools(world: World) -> set[str]:
    reported = world.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
    return {pool["Id"] for pool in reported}


KINDS = {
    "API": Kind(
        "api_id",
        "twin rest api ProductsAPI",
        _make_api,
        _fill_api,
        _apis,
        "CreateRestApi",
        "DeleteRestApi",
    ),
    "pool": Kind(
        "user_pool_id",
        "twin user pool secure-serverless-app",
        _make_pool,
        _fill_pool,
        _pools,
        "CreateUserPool",
        "DeleteUserPool",
    ),
}


def made_at(identity: str, *, seconds_ago: float) -> None:
    made = datetime.now(timezone.utc) - timedelta(seconds=seconds_ago)
    if "_" in identity:
        user_pool(identity).creation_date = made
    else:
        rest_api(identity).create_date = int(made.timestamp())
