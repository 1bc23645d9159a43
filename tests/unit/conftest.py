"""What every unit test shares: botocore's models, which are read once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from models import read_once


@pytest.fixture(scope="session", autouse=True)
def _models_are_read_once() -> Iterator[None]:
    with read_once():
        yield
