"""A caller of AWS whose answers are stubbed: botocore checks what is asked and what is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import botocore.session
import pytest
from botocore.stub import Stubber

from productsapi.aws.caller import Aws
from productsapi.aws.clients import Clients
from productsapi.aws.location import Location


@pytest.fixture(scope="session")
def clients() -> Clients:
    session = botocore.session.Session()
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    return Clients(session, region_name="eu-west-2", **keys)


@pytest.fixture
def aws(clients: Clients) -> Aws:
    return Aws(clients, Location("eu-west-2", "123456789012"), pause=lambda _seconds: None)


@pytest.fixture
def stub(aws: Aws) -> Iterator[Callable[[str], Any]]:
    """The stub of a service's client; all that was scripted must be asked for."""
    stubs: dict[str, Stubber] = {}
    with ExitStack() as stack:

        def of(service: str) -> Stubber:
            if service not in stubs:
                stubs[service] = stack.enter_context(Stubber(aws.clients.get(service)))
            return stubs[service]

        yield of
        for each in stubs.values():
            each.assert_no_pending_responses()
