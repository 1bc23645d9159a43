"""What is in an account, what a plan keeps of it, and putting an item or a user in."""

from __future__ import annotations

from steps_moto import user_pool
from steps_world import World

from productsapi.engine.plan import Plan

PASSWORD = "Correct-horse-1"


def inventory(world: World) -> dict[str, list[str]]:
    """The names of all that is there, of every kind that a stack makes."""
    found = {
        "table": world.client("dynamodb").list_tables()["TableNames"],
        "function": [
            f["FunctionName"] for f in world.client("lambda").list_functions()["Functions"]
        ],
        "log group": [
            g["logGroupName"] for g in world.client("logs").describe_log_groups()["logGroups"]
        ],
        "role": [r["RoleName"] for r in world.client("iam").list_roles()["Roles"]],
        "api": [a["name"] for a in world.client("apigateway").get_rest_apis()["items"]],
        "pool": [
            p["Name"]
            for p in world.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
        ],
    }
    return {kind: names for kind, names in found.items() if names}


def kept(planned: Plan) -> dict[str, str]:
    return {change.key: change.reason for change in planned.kept}


def put_item(world: World) -> None:
    world.client("dynamodb").put_item(TableName="ProductsTable", Item={"productId": {"S": "1"}})


def items(world: World) -> int:
    count: int = world.client("dynamodb").scan(TableName="ProductsTable")["Count"]
    return count


def add_user(world: World, pool_id: str) -> None:
    world.client("cognito-idp").admin_create_user(
        UserPoolId=pool_id, Username="ann", TemporaryPassword=PASSWORD
    )
    assert user_pool(pool_id).users
