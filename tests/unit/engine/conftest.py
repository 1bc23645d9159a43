"""An engine's surroundings without AWS: a fake cloud, a report, and waits that take no time."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest
from fake_cloud import Cloud, Recorder

from productsapi.aws.caller import Aws
from productsapi.aws.location import Location

NO_CLIENTS: Any = None


@pytest.fixture(autouse=True)
def _ctrl_c_as_on_a_terminal() -> Iterator[None]:
    """A shell's background jobs ignore Ctrl-C, and tests may run as one."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


@pytest.fixture
def report() -> Recorder:
    return Recorder()


@pytest.fixture
def pauses() -> list[float]:
    """The seconds that `aws` would have waited."""
    return []


@pytest.fixture
def aws(pauses: list[float]) -> Aws:
    return Aws(NO_CLIENTS, Location("eu-west-2", "123456789012"), pause=pauses.append)


@pytest.fixture
def waiting_aws() -> Aws:
    """One that really waits, for as long as nothing ends the run."""
    return Aws(NO_CLIENTS, Location("eu-west-2", "123456789012"))
