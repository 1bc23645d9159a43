"""Changes: each key of the configuration shows and sends just its own fields."""

from __future__ import annotations

from typing import Any

import pytest
from steps_changes import ANYTHING, CHANGES, Field
from steps_world import World

from productsapi.config import Config
from productsapi.config_keys.declaration import entries
from productsapi.engine.plan import Plan

ELSEWHERE = {
    "auth.client_ids",  # test_steps_updates.py
    "releases.keep",  # test_steps_pruning.py
    "table.category_index",  # options/category_index
    "limits.key_rate", "limits.key_burst", "limits.key_quota", "api.key",  # options/api_key
    "api.cache.size_gb", "api.cache.ttl_s",  # options/cache
    "api.domain.name", "api.domain.certificate_arn", "api.domain.base_path",  # options/domain
    "api.domain.zone_id", "api.domain.disable_invoke_url",
    "access_log.enabled", "access_log.retention_days",  # options/access_log
    "access_log.set_account_role",
    "monitoring.alarms", "monitoring.email", "monitoring.error_percent",  # options/alarms
    "monitoring.latency_ms",
    "monitoring.dashboard",  # options/dashboard
}  # fmt: skip

MADE_ANEW = {
    "schema",
    "stack",
    "region",
    "expected_account",
    "table.name",
    "table.sort_key",
    "functions.names.create",
    "functions.names.get",
    "functions.names.update",
    "functions.names.delete",
    "api.stage",
}
"""Keys whose change makes something else than a change of what is there."""

MANY: dict[str, Any] = {"releases": {"keep": 50}}
"""So that none of the many releases here has to go, which would show too."""


def test_every_key_is_in_the_table() -> None:
    keys = {entry.path for entry in entries(Config)}
    leaves = {k for k in keys if not any(other.startswith(f"{k}.") for other in keys)}
    assert leaves == CHANGES.keys() | MADE_ANEW | ELSEWHERE


@pytest.mark.parametrize("path", CHANGES)
def test_a_changed_key_is_shown_and_sent_alone(standing: World, path: str) -> None:
    """And changed back, all is as it was, or the next case would show more than its own."""
    changes, expected = CHANGES[path]
    stack = standing.stack(**changes, **MANY)
    standing.deploy(stack)
    _assert_shown(standing.shown, expected.fields)
    assert _counted(standing.changing) == expected.calls
    assert standing.plan(stack).to_do == ()
    standing.deploy(standing.stack(**MANY))


def _assert_shown(planned: Plan, expected: dict[str, list[Field]]) -> None:
    assert {c.key for c in planned.to_do} == expected.keys()
    for change in planned.to_do:
        assert change.action.value == "update"
        shown = [(f.field, f.old, f.new) for f in change.fields]
        assert len(shown) == len(expected[change.key])
        for (field, old, new), (same, before, after) in zip(
            sorted(shown, key=str), sorted(expected[change.key], key=str), strict=True
        ):
            assert field == same
            assert before is ANYTHING or before == old
            assert after is ANYTHING or after == new


def _counted(operations: list[str]) -> dict[str, int]:
    return {name: operations.count(name) for name in operations}
