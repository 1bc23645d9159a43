"""Finding what is ours: by pointers, by listing where they are lost, never by name alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from steps_moto import ACCOUNT, REGION
from steps_world import World, error, lose_pointers

from productsapi.errors import AccessDenied, Refused

LISTINGS = {"GetRestApis", "ListUserPools", "ListUserPoolClients"}


def test_pointers_spare_every_listing(deployed: World) -> None:
    for number in range(30):
        deployed.client("apigateway").create_rest_api(name=f"theirs {number}")
    for number in range(5):
        deployed.client("cognito-idp").create_user_pool(PoolName=f"theirs {number}")
    deployed.forget_calls()
    assert deployed.plan(deployed.stack()).to_do == ()
    assert LISTINGS.isdisjoint(deployed.operations)
    full = len(deployed.operations)
    deployed.forget_calls()
    deployed.look(deployed.stack())
    assert len(deployed.operations) == full


@pytest.mark.parametrize("value", [None, "gone", "theirs"])
def test_lost_or_stale_pointers_are_found_by_listing(deployed: World, value: str | None) -> None:
    """Pointing nowhere, at nothing, or at somebody else's: the same things are found again."""
    before = deployed.outputs()
    client = deployed.client("dynamodb")
    arn = deployed.location.table_arn("ProductsTable")
    keys = [f"productsapi:{name}" for name in ("rest-api-id", "user-pool-id", "client-id")]
    if value is None:
        client.untag_resource(ResourceArn=arn, TagKeys=keys)
    else:
        ids = dict.fromkeys(keys, "eu-west-2_gone")
        if value == "theirs":
            api = deployed.client("apigateway").create_rest_api(name="ProductsAPI")
            pool = deployed.client("cognito-idp").create_user_pool(PoolName="secure-serverless-app")
            ids["productsapi:rest-api-id"] = api["id"]
            ids["productsapi:user-pool-id"] = pool["UserPool"]["Id"]
        client.tag_resource(ResourceArn=arn, Tags=[{"Key": k, "Value": ids[k]} for k in keys])
    planned = deployed.plan(deployed.stack())
    assert [c.key for c in planned.to_do] == ["id tags ProductsTable"]
    deployed.deploy(deployed.stack())
    after = deployed.outputs()
    assert {k: before[k] for k in ("api_id", "user_pool_id", "client_id")} == {
        k: after[k] for k in ("api_id", "user_pool_id", "client_id")
    }
    assert deployed.plan(deployed.stack()).to_do == ()


@pytest.mark.parametrize(
    ("look", "listing", "members"),
    [
        ("GetRestApi", "GetRestApis", "items"),
        ("DescribeUserPool", "ListUserPools", "UserPools"),
        ("DescribeUserPoolClient", "ListUserPoolClients", "UserPoolClients"),
    ],
)
def test_what_a_pointer_names_is_looked_for_again(
    deployed: World, look: str, listing: str, members: str
) -> None:
    """It was there when it was written down: made a second time it would be a double."""
    late = [error("NotFoundException", status=404)] * 3
    deployed.fake(look, lambda _: late.pop() if late else None)
    deployed.alter(listing, lambda _, reported: reported.update({members: []}))
    assert deployed.plan(deployed.stack()).to_do == ()
    assert late == []


def test_listing_goes_through_all_pages(deployed: World) -> None:
    """Ours is on the second page; the pointers are lost."""
    outputs = deployed.outputs()
    ours = deployed.client("apigateway").get_rest_api(restApiId=outputs["api_id"])
    deployed.client("dynamodb").untag_resource(
        ResourceArn=deployed.location.table_arn("ProductsTable"),
        TagKeys=["productsapi:rest-api-id", "productsapi:user-pool-id"],
    )
    pool = {"Id": outputs["user_pool_id"], "Name": "secure-serverless-app"}
    theirs = {"items": [{"id": "theirs", "name": "x"}], "position": "p2"}
    deployed.fake("GetRestApis", lambda p: {"items": [ours]} if "position" in p else theirs)
    deployed.fake(
        "ListUserPools",
        lambda p: (
            {"UserPools": [pool]} if "NextToken" in p else {"UserPools": [], "NextToken": "2"}
        ),
    )
    found = deployed.outputs()
    assert found["api_id"] == outputs["api_id"]
    assert found["user_pool_id"] == outputs["user_pool_id"]


def test_two_clients_of_ours_are_refused_with_both_ids(deployed: World) -> None:
    """Whether anyone signs in by one can't be seen, so neither is taken for empty."""
    outputs = deployed.outputs()
    second = deployed.client("cognito-idp").create_user_pool_client(
        UserPoolId=outputs["user_pool_id"],
        ClientName="ProductsWebAppClient",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
    )["UserPoolClient"]["ClientId"]
    lose_pointers(deployed)
    with pytest.raises(Refused) as refused:
        deployed.deploy(deployed.stack())
    assert outputs["client_id"] in refused.value.message
    assert second in refused.value.message
    assert deployed.changing == []


def _role(world: World, path: str = "/", **tags: str) -> None:
    world.client("iam").create_role(
        RoleName=f"createproductfunction-{REGION}",
        Path=path,
        AssumeRolePolicyDocument="{}",
        Tags=[{"Key": "productsapi:stack", "Value": value} for value in tags.values()],
    )


def _function(world: World) -> None:
    world.client("iam").create_role(RoleName="theirs", AssumeRolePolicyDocument="{}")
    code = io.BytesIO()
    zipfile.ZipFile(code, "w").close()
    world.client("lambda").create_function(
        FunctionName="createproductfunction",
        Role=f"arn:aws:iam::{ACCOUNT}:role/theirs",
        Code={"ZipFile": code.getvalue()},
        Runtime="python3.13",
        Handler="x.y",
    )


def _table(world: World) -> None:
    world.client("dynamodb").create_table(
        TableName="ProductsTable",
        AttributeDefinitions=[{"AttributeName": "productId", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "productId", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=[{"Key": "productsapi:stack", "Value": "another"}],
    )


NAMESAKES: dict[str, Callable[[World], Any]] = {
    "table ProductsTable": _table,
    "log group /aws/lambda/createproductfunction": lambda w: w.client("logs").create_log_group(
        logGroupName="/aws/lambda/createproductfunction"
    ),
    "function createproductfunction": _function,
    f"role createproductfunction-{REGION}": _role,
    "rest api ProductsAPI": lambda w: w.client("apigateway").create_rest_api(name="ProductsAPI"),
    "user pool secure-serverless-app": lambda w: w.client("cognito-idp").create_user_pool(
        PoolName="secure-serverless-app"
    ),
}


@pytest.mark.parametrize("key", NAMESAKES)
def test_foreign_ones_of_the_name_are_refused(world: World, key: str) -> None:
    NAMESAKES[key](world)
    world.forget_calls()
    with pytest.raises(Refused) as refused:
        world.deploy(world.stack())
    assert f"{key} exists and doesn't belong to this stack" in refused.value.message
    assert world.changing == []


@pytest.mark.parametrize("key", NAMESAKES)
def test_foreign_ones_of_the_name_survive_a_teardown(world: World, key: str) -> None:
    NAMESAKES[key](world)
    world.forget_calls()
    planned, _ = world.teardown(world.stack(delete_data=True))
    [kept] = planned.kept
    assert kept.key == key
    assert kept.reason.startswith("it doesn't belong to this stack")
    assert world.changing == []


def test_a_role_outside_our_path_isnt_ours(world: World) -> None:
    _role(world, "/elsewhere/", stack="shop")
    with pytest.raises(Refused):
        world.deploy(world.stack())


def test_names_that_only_begin_alike_do_not_collide(world: World) -> None:
    world.client("logs").create_log_group(logGroupName="/aws/lambda/createproductfunction2")
    world.deploy(world.stack())
    assert world.plan(world.stack()).to_do == ()


def test_our_other_stacks_of_the_name_are_left(world: World) -> None:
    """Names of APIs and pools aren't unique: only an untagged one is taken for somebody's."""
    tags = {"productsapi:stack": "another"}
    world.client("apigateway").create_rest_api(name="ProductsAPI", tags=tags)
    world.client("cognito-idp").create_user_pool(
        PoolName="secure-serverless-app", UserPoolTags=tags
    )
    world.deploy(world.stack())
    assert world.plan(world.stack()).to_do == ()


def test_function_tags_that_are_denied_are_reported(deployed: World) -> None:
    """AWS then leaves Tags out, which would look like somebody else's function."""

    def without(_asked: dict[str, Any], reported: dict[str, Any]) -> None:
        reported.pop("Tags", None)
        reported["TagsError"] = {"ErrorCode": "AccessDeniedException", "Message": "no"}

    deployed.alter("GetFunction", without)
    with pytest.raises(AccessDenied, match="lambda:ListTags"):
        deployed.plan(deployed.stack())


def test_a_pool_that_vanishes_is_passed_over(world: World) -> None:
    pool = {"Id": f"{REGION}_gone", "Name": "secure-serverless-app"}
    world.fake("ListUserPools", {"UserPools": [pool]})
    world.fake("DescribeUserPool", error("ResourceNotFoundException"))
    assert world.plan(world.stack())["user pool secure-serverless-app"].action.value == "create"
