"""A caller of AWS on a scripted wire, whose waits are written down instead of waited."""

from __future__ import annotations

import botocore.session
import pytest
from aws_wire import Wire
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session
from botocore.loaders import Loader

from productsapi.aws.caller import Aws
from productsapi.aws.clients import Clients
from productsapi.aws.location import Location

REGION = "eu-west-2"


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()

    def send(own: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        return wire.send(own, request)

    monkeypatch.setattr(URLLib3Session, "send", send)
    monkeypatch.setattr("productsapi.aws.connect.sleep", lambda _seconds: None)
    return wire


@pytest.fixture
def pauses() -> list[float]:
    """The seconds that `aws` would have waited."""
    return []


@pytest.fixture
def reported() -> list[str]:
    """The reasons that `aws` reported for its waits."""
    return []


@pytest.fixture(scope="session")
def session() -> botocore.session.Session:
    """Made once: clients, each test's own, keep nothing in it."""
    return botocore.session.Session()


@pytest.fixture(scope="session")
def models(session: botocore.session.Session) -> Loader:
    return session.get_component("data_loader")


@pytest.fixture(scope="session")
def clients(session: botocore.session.Session) -> Clients:
    """Clients know nothing of the calls before: one set serves all tests."""
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    return Clients(session, region_name=REGION, **keys)


@pytest.fixture
def aws(clients: Clients, pauses: list[float], reported: list[str]) -> Aws:
    location = Location(REGION, "123456789012")
    return Aws(clients, location, pause=pauses.append, on_wait=reported.append)
