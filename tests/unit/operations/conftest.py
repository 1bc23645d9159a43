"""The fixtures of the checks' tests."""

from __future__ import annotations

import pytest
from checks_aws import ACCOUNT, REGION

from productsapi.aws.location import Location
from productsapi.config import Config
from productsapi.stack import Stack


@pytest.fixture
def config() -> Config:
    return Config(schema=1, stack="shop", region=REGION)


@pytest.fixture
def stack(config: Config) -> Stack:
    return Stack(config, Location(REGION, ACCOUNT))
