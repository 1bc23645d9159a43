"""The runtime's dates: what AWS refuses by then is refused in the plan, but for an option."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from keys import key
from steps_world import World

from productsapi.engine.field_changes import FieldChange
from productsapi.engine.plan import Action, Change, Plan
from productsapi.errors import Refused
from productsapi.stack.plan_blockers import refuse, runtime_warnings

OLD: dict[str, Any] = {"functions": {"runtime": "python3.9"}}
BEFORE, CREATE_BLOCKED, UPDATE_BLOCKED = date(2026, 11, 22), date(2027, 2, 2), date(2027, 3, 4)


def _plan(action: Action, text: str = "function createproductfunction", *fields: str) -> Plan:
    changed = tuple(FieldChange(field, 1, 2) for field in fields or ("memory_mb",))
    return Plan((Change("functions", key(text), action, changed),))


@pytest.mark.parametrize(
    ("plan", "today", "refused"),
    [
        (_plan(Action.CREATE), BEFORE, False),
        (_plan(Action.CREATE), CREATE_BLOCKED, True),
        (_plan(Action.UPDATE), CREATE_BLOCKED, False),
        (_plan(Action.UPDATE), UPDATE_BLOCKED, True),
        (_plan(Action.UPDATE, "live code createproductfunction"), UPDATE_BLOCKED, True),
        (_plan(Action.UPDATE, "function createproductfunction", "tags.a"), UPDATE_BLOCKED, False),
        (_plan(Action.UNCHANGED), UPDATE_BLOCKED, False),
        (_plan(Action.DELETE), UPDATE_BLOCKED, False),
        (_plan(Action.UPDATE, "table ProductsTable"), UPDATE_BLOCKED, False),
    ],
)
def test_only_what_aws_blocks_is_refused(
    world: World, plan: Plan, today: date, *, refused: bool
) -> None:
    config = world.config(**OLD)
    if refused:
        with pytest.raises(Refused, match=r"python3\.9") as reported:
            refuse(plan, config, allow_blocked_runtime=False, today=today)
        assert "--allow-blocked-runtime" in reported.value.hint
    else:
        refuse(plan, config, allow_blocked_runtime=False, today=today)
    refuse(plan, config, allow_blocked_runtime=True, today=today)


def test_a_runtime_in_support_is_never_refused(world: World) -> None:
    refuse(_plan(Action.CREATE), world.config(), allow_blocked_runtime=False, today=UPDATE_BLOCKED)


def test_old_runtime_is_warned_of_with_its_date(world: World) -> None:
    [warning] = runtime_warnings(world.config(**OLD), BEFORE)
    assert "2025-12-15" in warning
    assert runtime_warnings(world.config(), BEFORE) == []


def test_looking_and_removing_dont_care(world: World) -> None:
    """A stack on a runtime that AWS has blocked can still be seen and torn down."""
    stack = world.stack(**OLD)
    world.deploy(stack)
    assert world.plan(stack).to_do == ()
    world.teardown(stack)
    assert world.look(stack).observed == {}


def test_what_isnt_ours_is_refused_with_every_reason(world: World) -> None:
    plan = Plan(
        (
            Change("table", key("table T"), Action.REFUSE, reason="table T isn't ours"),
            Change("rest_api", key("rest api A"), Action.REFUSE, reason="rest api A isn't ours"),
        )
    )
    with pytest.raises(Refused) as reported:
        refuse(plan, world.config(), allow_blocked_runtime=False)
    assert "table T isn't ours" in reported.value.message
    assert "rest api A isn't ours" in reported.value.message
