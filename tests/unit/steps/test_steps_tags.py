"""The configuration's tags: what is taken out of it goes from AWS; others' tags stay."""

from __future__ import annotations

from typing import Any

import pytest
from steps_world import World, error

from productsapi.engine.outputs import Outputs
from productsapi.errors import ProductsApiError
from productsapi.options.registry import resources
from productsapi.stack import STACK_TAG, TAGS_TAG, Stack
from productsapi.steps.table.pointers import Pointers

TAGGED: dict[str, Any] = {"tags": {"team": "blue", "cost-center": "7"}}
ONE_LESS: dict[str, Any] = {"tags": {"team": "blue"}}
THEIRS = {"theirs": "stays", "Team": "stays too"}


@pytest.fixture
def tagged(deployed: World) -> World:
    """The stack with two tags of its own, beside which others have put theirs."""
    deployed.deploy(deployed.stack(**TAGGED))
    location, outputs = deployed.location, deployed.outputs()
    pairs = [{"Key": name, "Value": value} for name, value in THEIRS.items()]
    deployed.client("dynamodb").tag_resource(
        ResourceArn=location.table_arn("ProductsTable"), Tags=pairs
    )
    deployed.client("iam").tag_role(RoleName="getproductfunction-eu-west-2", Tags=pairs)
    deployed.client("lambda").tag_resource(
        Resource=location.function_arn("getproductfunction"), Tags=THEIRS
    )
    deployed.client("logs").tag_resource(
        resourceArn=location.log_group_arn("/aws/lambda/getproductfunction"), tags=THEIRS
    )
    api = location.rest_api_arn(outputs["api_id"])
    for arn in (api, f"{api}/stages/dev"):
        deployed.client("apigateway").tag_resource(resourceArn=arn, tags=THEIRS)
    deployed.forget_calls()
    return deployed


def tags(world: World) -> dict[str, dict[str, str]]:
    """What one of each kind carries."""
    location, outputs = world.location, world.outputs()
    api = world.client("apigateway").get_rest_api(restApiId=outputs["api_id"])
    stage = world.client("apigateway").get_stage(restApiId=outputs["api_id"], stageName="dev")
    role = world.client("iam").get_role(RoleName="getproductfunction-eu-west-2")["Role"]
    table = world.client("dynamodb").list_tags_of_resource(
        ResourceArn=location.table_arn("ProductsTable")
    )
    pool = world.client("cognito-idp").describe_user_pool(UserPoolId=outputs["user_pool_id"])
    function = world.client("lambda").get_function(FunctionName="getproductfunction")
    group = world.client("logs").list_tags_for_resource(
        resourceArn=location.log_group_arn("/aws/lambda/getproductfunction")
    )
    return {
        "table": {t["Key"]: t["Value"] for t in table["Tags"]},
        "role": {t["Key"]: t["Value"] for t in role["Tags"]},
        "function": function["Tags"],
        "log group": group["tags"],
        "api": api["tags"],
        "stage": stage["tags"],
        "pool": pool["UserPool"]["UserPoolTags"],
    }


def test_a_tag_taken_out_goes_and_others_stay(tagged: World) -> None:
    tagged.deploy(tagged.stack(**ONE_LESS))
    for kind, found in tags(tagged).items():
        assert found["team"] == "blue", kind
        assert "cost-center" not in found, kind
        assert found[STACK_TAG] == "shop", kind
        if kind != "pool":
            assert found.items() >= THEIRS.items(), kind
    assert tagged.plan(tagged.stack(**ONE_LESS)).to_do == ()


def test_plan_shows_what_goes(tagged: World) -> None:
    planned = tagged.plan(tagged.stack(**ONE_LESS))
    assert len(planned.to_do) == 16  # table, pool, API, stage, and four each of three kinds
    for change in planned.to_do:
        shown = {f.field: (f.old, f.new) for f in change.fields}
        assert shown.pop("tags.cost-center") == ("7", None)
        assert shown.keys() == {f"tags.{TAGS_TAG}"}


def test_all_taken_out_leave_no_trace(tagged: World) -> None:
    tagged.deploy(tagged.stack())
    for kind, found in tags(tagged).items():
        assert not found.keys() & {"team", "cost-center", TAGS_TAG}, kind
    assert tagged.plan(tagged.stack()).to_do == ()


def test_killed_between_remove_and_set_its_ours_still(
    tagged: World,
) -> None:
    for operation in ("TagResource", "TagRole"):
        tagged.fake(operation, error("ValidationException"))
    with pytest.raises(ProductsApiError):
        tagged.deploy(tagged.stack(**ONE_LESS))
    for operation in ("TagResource", "TagRole"):
        del tagged.wire.fakes[operation]
    tagged.fill_gaps()
    tagged.deploy(tagged.stack(**ONE_LESS))
    assert all("cost-center" not in found for found in tags(tagged).values())
    assert tagged.plan(tagged.stack(**ONE_LESS)).to_do == ()


def test_the_most_tags_are_remembered(world: World) -> None:
    """AWS ends a tag's value at 256 characters, and a resource's tags at 50."""
    most = {f"{number}-{'x' * 120}": "v" for number in range(40)}
    before = Stack(world.config(tags=most), world.location)
    assert len(before.tags[TAGS_TAG]) <= 256
    assert len(before.tags) + 3 + 1 <= 50  # with a table's pointers, or a function's own
    after = Stack(world.config(), world.location)
    foreign = {f"their tag {number}": "x" for number in range(1000)}
    assert after.no_longer({**before.tags, **foreign}) == sorted([*most, TAGS_TAG])


def test_an_id_that_is_unknown_yet_is_no_pointer(deployed: World) -> None:
    """Its words would be written for an id, and found by it ever after."""
    [pointers] = [r for r in resources(deployed.stack()) if isinstance(r, Pointers)]
    with pytest.raises(ProductsApiError, match="Tags"):
        pointers.create(deployed.aws, Outputs({}))
