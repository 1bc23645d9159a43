"""A stack with a cache, for the tests of it."""

from __future__ import annotations

import pytest
from cache_stage import ON
from steps_kept import Kept, KeptAfter
from steps_world import World


@pytest.fixture(scope="module")
def kept_caching(kept_after: KeptAfter) -> Kept:
    return kept_after(lambda world: world.deploy(world.stack(**ON)))


@pytest.fixture
def caching(kept_caching: Kept, deployed: World) -> World:
    """The default stack, with a cache."""
    kept_caching.put_back()
    return deployed
