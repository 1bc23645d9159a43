"""Other partitions than `aws`: every ARN and URL in what is wanted is of the right one."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from steps_moto import ACCOUNT
from steps_world import World, managed

from productsapi.aws.location import Location
from productsapi.engine.outputs import Outputs
from productsapi.options.registry import resources
from productsapi.stack import Stack
from productsapi.stack.json_contract import contract

PLACES = [
    Location("cn-north-1", ACCOUNT, "aws-cn", "amazonaws.com.cn"),
    Location("us-gov-west-1", ACCOUNT, "aws-us-gov", "amazonaws.com"),
    Location("eu-west-2", ACCOUNT),
]
ARN = re.compile(r"arn:[^\"']*")


def _stack(world: World, location: Location) -> Stack:
    return Stack(replace(world.config(), region=location.region), location)


@pytest.mark.parametrize("location", PLACES, ids=lambda p: p.partition)
def test_every_arn_is_of_the_partition_and_region(world: World, location: Location) -> None:
    stack = _stack(world, location)
    known = Outputs({name: "x" for r in resources(stack) for name in r.outputs})
    arns: set[str] = set()
    for resource in managed(stack):
        text = json.dumps(resource.want(known), default=str)
        arns |= {arn.rstrip("\\") for arn in ARN.findall(text)}
    assert arns
    services = {arn.split(":")[2] for arn in arns}
    assert services == {"iam", "dynamodb", "logs", "execute-api", "apigateway", "cognito-idp"}
    for arn in arns:
        region = "" if ":iam::" in arn else location.region
        assert arn.split(":")[1] == location.partition
        assert arn.split(":")[3] == region


@pytest.mark.parametrize("location", PLACES, ids=lambda p: p.partition)
def test_integration_uri_leads_to_the_alias(world: World, location: Location) -> None:
    stack = _stack(world, location)
    method = next(r for r in resources(stack) if r.key == "method GET /products")
    assert method.want(Outputs())["uri"] == (
        f"arn:{location.partition}:apigateway:{location.region}:lambda:path/2015-03-31/functions/"
        f"arn:{location.partition}:lambda:{location.region}:{ACCOUNT}:function:getproductfunction:live"
        "/invocations"
    )


@pytest.mark.parametrize(
    ("location", "host"),
    [
        (PLACES[0], "abc.execute-api.cn-north-1.amazonaws.com.cn"),
        (PLACES[1], "abc.execute-api.us-gov-west-1.amazonaws.com"),
    ],
)
def test_invoke_url_has_the_partitions_domain(world: World, location: Location, host: str) -> None:
    reported = contract(_stack(world, location), Outputs({"api_id": "abc"}))
    assert reported["invoke_url"] == f"https://{host}/dev"


def test_role_names_fit_iam_and_differ_by_region(world: World) -> None:
    """IAM names are the account's and end at 64; function names are the Region's."""
    names = replace(world.config().functions.names, get="g" * 64, update="u" * 60)
    config = world.config(functions={"names": names})
    seen = set()
    for location in PLACES:
        stack = Stack(replace(config, region=location.region), location)
        for function in ("create", "get", "update", "delete"):
            name = stack.role_name(function)
            assert len(name) <= 64
            seen.add(name)
    assert len(seen) == 12
