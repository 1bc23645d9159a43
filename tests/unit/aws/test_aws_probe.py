"""What is found out without credentials: Regions by the SDK's data, the time by asking AWS."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime, timezone

import botocore.session
import pytest
from aws_wire import Wire, identity, xml_error
from botocore.exceptions import EndpointConnectionError

from productsapi.aws import probe
from productsapi.aws.clients import Clients
from productsapi.aws.connect import connect
from productsapi.aws.regions import must_offer
from productsapi.errors import AwsError, ConfigError, Interrupted

DATE = "Sun, 22 Nov 2026 12:00:00 GMT"
NOON = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)


def test_a_region_is_known_wholly_partly_or_not() -> None:
    assert probe.known("eu-west-2") == probe.RegionKnown("aws")
    assert probe.known("us-gov-west-1").partition == "aws-us-gov"
    assert probe.known("eu-west-9").unknown
    assert probe.known("xx-nowhere-1") == probe.RegionKnown(None, probe.SERVICES)


@pytest.mark.parametrize("zone", ["GMT", "+0000", "-0000"])
def test_the_time_is_a_refusals_and_asked_unsigned(wire: Wire, zone: str) -> None:
    status, _, body = xml_error("MissingAuthenticationToken")
    date = DATE.replace("GMT", zone)
    wire.will((status, {"Date": date, "content-type": "text/xml"}, body))
    assert probe.time_at_aws("eu-west-2") == NOON
    (request,) = wire.requests
    assert "Authorization" not in request.headers
    assert wire.hosts == ["https://sts.eu-west-2.amazonaws.com"]


def test_an_answer_without_a_date_has_no_time(wire: Wire) -> None:
    wire.will(xml_error("MissingAuthenticationToken"))
    with pytest.raises(AwsError, match="has no time"):
        probe.time_at_aws("eu-west-2")


def test_an_unreachable_aws_is_reported(wire: Wire) -> None:
    wire.will(EndpointConnectionError(endpoint_url="https://sts.eu-west-2.amazonaws.com/"))
    with pytest.raises(Interrupted, match="Unreachable"):
        probe.time_at_aws("eu-west-2")


# -- a Region that isn't enabled -------------------------------------------------------------------


@pytest.fixture
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(Clients, "preload", lambda *_: None)  # test_aws_clients.py tries it


@pytest.mark.usefixtures("_keys")
def test_credentials_another_region_takes_are_good(wire: Wire) -> None:
    wire.will(identity())
    assert probe.accepted_elsewhere("ap-east-1") == "us-east-1"
    assert wire.hosts == ["https://sts.us-east-1.amazonaws.com"]


@pytest.mark.usefixtures("_keys")
def test_credentials_that_no_region_takes_are_bad(wire: Wire) -> None:
    wire.will(xml_error("InvalidClientTokenId"))
    assert probe.accepted_elsewhere("ap-east-1") is None


@pytest.mark.usefixtures("_keys")
@pytest.mark.parametrize("region", ["us-east-1", "xx-nowhere-1"])
def test_nobody_is_asked_where_no_region_can_tell(wire: Wire, region: str) -> None:
    assert probe.accepted_elsewhere(region) is None
    assert wire.requests == []


@pytest.mark.usefixtures("_keys")
def test_an_endpoint_not_aws_says_nothing_of_regions(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    wire.will(identity())
    assert probe.accepted_elsewhere("ap-east-1") is None


@pytest.mark.parametrize(
    ("region", "refused"),
    [("cn-north-1", True), ("eu-west-2", False), ("us-gov-west-1", False), ("xx-new-9", False)],
)
def test_a_region_without_cognito_is_refused_unasked(region: str, *, refused: bool) -> None:
    """By the SDK's data, which may be older than a Region: an unknown one is let through."""
    session = botocore.session.Session()
    with pytest.raises(ConfigError, match="no Cognito") if refused else nullcontext():
        must_offer(session, region)


def test_connecting_there_makes_no_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with pytest.raises(ConfigError, match="cn-north-1"):
        connect("cn-north-1")
