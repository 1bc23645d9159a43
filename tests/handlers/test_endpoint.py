"""Where DynamoDB is asked: as the SDK has it, in every Region of every partition."""

from __future__ import annotations

import harness  # noqa: F401 - puts the functions' sources on the path
import pytest
from shared.endpoint import Endpoint, endpoint_of, region_of
from shared.settings import MisconfiguredError

URL = "AWS_ENDPOINT_URL"
OWN = "AWS_ENDPOINT_URL_DYNAMODB"
HERE = {"AWS_REGION": "eu-west-2"}


def test_each_regions_endpoint_is_the_sdks() -> None:
    import botocore.session
    from botocore.endpoint_provider import EndpointProvider

    session = botocore.session.Session()
    loader = session.get_component("data_loader")
    rules = loader.load_service_model("dynamodb", "endpoint-rule-set-1")
    provider = EndpointProvider(rules, loader.load_data("partitions"))
    regions = [
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("dynamodb", partition)
    ]
    assert len(regions) > 30
    for region in regions:
        reported = provider.resolve_endpoint(Region=region, UseFIPS=False, UseDualStack=False)
        ours = endpoint_of({"AWS_REGION": region})
        assert f"https://{ours.authority}" == reported.url, region


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({URL: "http://127.0.0.1:4566"}, Endpoint("127.0.0.1", 4566, tls=False)),
        ({URL: "http://a", OWN: "https://b/"}, Endpoint("b", 443, tls=True)),
        ({URL: "http://[::1]:80/"}, Endpoint("::1", 80, tls=False)),
        ({URL: ""}, Endpoint("dynamodb.eu-west-2.amazonaws.com", 443, tls=True, is_aws=True)),
        (
            {URL: "http://a", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
            Endpoint("dynamodb.eu-west-2.amazonaws.com", 443, tls=True, is_aws=True),
        ),
    ],
)
def test_what_the_environment_names_is_asked(
    environment: dict[str, str], expected: Endpoint
) -> None:
    assert endpoint_of({**HERE, **environment}) == expected


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        (Endpoint("a", 443, tls=True), "a"),
        (Endpoint("a", 80, tls=True), "a:80"),
        (Endpoint("a", 80, tls=False), "a"),
        (Endpoint("::1", 8000, tls=False), "[::1]:8000"),
    ],
)
def test_a_host_header_has_a_port_that_is_odd(endpoint: Endpoint, host: str) -> None:
    assert endpoint.authority == host


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"AWS_REGION": ""}, "AWS_REGION"),
        ({"AWS_REGION": "evil.example/x"}, "AWS_REGION"),
        ({OWN: "ftp://a"}, OWN),
        ({OWN: "http://a/path"}, OWN),
        ({OWN: "http://a:b"}, OWN),
        ({URL: "http://user@a"}, URL),
        ({URL: "no url"}, URL),
        ({"AWS_USE_FIPS_ENDPOINT": "true"}, "AWS_USE_FIPS_ENDPOINT"),
        ({"AWS_USE_DUALSTACK_ENDPOINT": "TRUE"}, "AWS_USE_DUALSTACK_ENDPOINT"),
    ],
)
def test_what_is_no_endpoint_is_refused(environment: dict[str, str], named: str) -> None:
    with pytest.raises(MisconfiguredError, match=named):
        endpoint_of({**HERE, **environment})


def test_the_default_region_stands_in() -> None:
    assert region_of({"AWS_DEFAULT_REGION": "cn-north-1"}) == "cn-north-1"
