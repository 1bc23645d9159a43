"""What is watched, for the tests of its alarms."""

from __future__ import annotations

import pytest
from options_monitoring import ON, bring
from steps_world import World


@pytest.fixture
def watched(world: World) -> World:
    """All of it is there, without the rest of the stack; no call is recorded yet."""
    bring(world, world.stack(**ON))
    world.forget_calls()
    return world
