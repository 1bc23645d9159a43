"""Where a stack lives: ARNs and URLs in every partition."""

from __future__ import annotations

import pytest

from productsapi.aws.location import Location

LONDON = Location("eu-west-2", "123456789012")
BEIJING = Location("cn-north-1", "123456789012", "aws-cn", "amazonaws.com.cn")
GOVERNMENT = Location("us-gov-west-1", "123456789012", "aws-us-gov")
LOCAL = Location("eu-west-2", "000000000000", endpoint_url="http://127.0.0.1:24566/", local=True)


@pytest.mark.parametrize(
    ("location", "start"),
    [(LONDON, "arn:aws:"), (BEIJING, "arn:aws-cn:"), (GOVERNMENT, "arn:aws-us-gov:")],
)
def test_every_arn_carries_its_partition(location: Location, start: str) -> None:
    where = f"{location.region}:123456789012"
    assert location.function_arn("f") == f"{start}lambda:{where}:function:f"
    assert location.table_arn("t") == f"{start}dynamodb:{where}:table/t"
    assert location.log_group_arn("/aws/lambda/f") == f"{start}logs:{where}:log-group:/aws/lambda/f"
    assert location.user_pool_arn("p") == f"{start}cognito-idp:{where}:userpool/p"
    assert location.role_arn("/productsapi/s/", "r") == (
        f"{start}iam::123456789012:role/productsapi/s/r"
    )
    assert location.rest_api_arn("a1") == f"{start}apigateway:{location.region}::/restapis/a1"


@pytest.mark.parametrize(
    ("location", "url"),
    [
        (LONDON, "https://a1.execute-api.eu-west-2.amazonaws.com/dev"),
        (BEIJING, "https://a1.execute-api.cn-north-1.amazonaws.com.cn/dev"),
        (GOVERNMENT, "https://a1.execute-api.us-gov-west-1.amazonaws.com/dev"),
        (LOCAL, "http://127.0.0.1:24566/restapis/a1/dev/_user_request_"),
    ],
)
def test_the_invoke_url_is_its_partitions_or_endpoints(location: Location, url: str) -> None:
    assert location.invoke_url("a1", "dev") == url


@pytest.mark.parametrize(
    ("endpoint", "here"),
    [
        (None, False),
        ("http://127.0.0.1:4566", True),
        ("http://localhost:4566", True),
        ("http://[::1]:4566", True),
        ("http://localhost.example.com", False),
        ("https://aws.example.com", False),
    ],
)
def test_only_loopback_is_on_this_machine(endpoint: str | None, here: bool) -> None:
    location = Location("eu-west-2", "123456789012", endpoint_url=endpoint)
    assert location.on_this_machine is here


def test_a_place_says_where_it_is() -> None:
    assert str(LONDON) == "AWS eu-west-2, account 123456789012"
    assert str(LOCAL) == "local cloud (eu-west-2, account 000000000000)"
    elsewhere = Location("eu-west-2", "1", endpoint_url="https://aws.example.com")
    assert str(elsewhere) == "https://aws.example.com (eu-west-2, account 1)"
