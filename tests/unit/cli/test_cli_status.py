"""`status`: the whole in a line, what is off, and else only what differs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from keys import key

from productsapi.cli.stack_summary import differing, headline, is_empty, off
from productsapi.cli.status import _print_states
from productsapi.config.model import Config
from productsapi.config.operating import Monitoring
from productsapi.engine.field_changes import FieldChange
from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import Action, Change, Plan
from productsapi.engine.read import Reading
from productsapi.engine.resource import Observed
from productsapi.options.access_log.configuration import AccessLog

CONFIG = Config(schema=1, stack="shop", region="eu-west-2")
THERE = Change("table", key("table T"), Action.UNCHANGED)
BACKUPS = Change("table", key("backups T"), Action.UNCHANGED)
NOT_WANTED = Change("table", key("former feature tags T"), Action.ABSENT)
MISSING = Change("permissions", key("role r"), Action.CREATE)
DRIFTED = Change("functions", key("function f"), Action.UPDATE, (FieldChange("memory_mb", 1, 2),))
LEFT = Change("monitoring", key("alarm a"), Action.DELETE)


@pytest.mark.parametrize(
    ("changes", "reported"),
    [
        ((THERE, BACKUPS, NOT_WANTED), "all 2 parts as configured"),
        ((THERE,), "all 1 part as configured"),
        ((THERE, MISSING, DRIFTED), "1 of 3 parts as configured"),
        ((THERE, LEFT), "1 of 2 parts as configured"),
        ((MISSING, NOT_WANTED), "nothing is there"),
    ],
)
def test_the_whole_is_summed_up_in_a_line(changes: tuple[Change, ...], reported: str) -> None:
    assert headline("shop", "AWS", Plan(changes)) == f"shop on AWS: {reported}"


def test_only_what_differs_is_printed() -> None:
    plan = Plan((THERE, BACKUPS, NOT_WANTED, MISSING, DRIFTED, LEFT))
    assert [(line.action, line.text) for line in differing(plan)] == [
        (Action.UPDATE, "function f: memory_mb 1 → 2"),
        (Action.CREATE, "1 role r"),
        (Action.DELETE, "alarm a"),
    ]
    assert differing(Plan((THERE, NOT_WANTED))) == []


def test_what_is_off_is_reported_by_name() -> None:
    alone = off(CONFIG)
    for name in ("backups", "category index", "API key", "cache", "dashboard"):
        assert name in alone
    assert "protection of the table and the user pool" in alone
    guarded = replace(CONFIG, table=replace(CONFIG.table, deletion_protection=True))
    assert "protection of the user pool" in off(guarded)


def test_what_is_on_is_not_listed_as_off() -> None:
    on = replace(
        CONFIG,
        table=replace(
            CONFIG.table,
            deletion_protection=True,
            point_in_time_recovery=True,
            category_index=True,
        ),
        user_pool=replace(CONFIG.user_pool, deletion_protection=True),
        api=replace(
            CONFIG.api,
            key=True,
            cache=replace(CONFIG.api.cache, size_gb="0.5"),
            domain=replace(CONFIG.api.domain, name="api.shop.example.com"),
        ),
        access_log=AccessLog(enabled=True),
        monitoring=Monitoring(alarms=True, dashboard=True),
        functions=replace(CONFIG.functions, environment={"GREETING": "hello"}, tracing=True),
    )
    assert off(on) == ""


@pytest.mark.parametrize(
    ("fields", "empty"),
    [
        ({"point_in_time_recovery": False}, True),
        ({"keys": None}, True),
        ({"statements": {}, "inline_policies": {}}, True),
        ({"features": {"alarms": False}}, True),
        ({"billing": "PROVISIONED"}, False),
        ({"rights": {"Table": "{}"}}, False),
    ],
)
def test_a_setting_that_is_off_is_not_there(fields: dict[str, Any], empty: bool) -> None:
    assert is_empty(fields) is empty


def test_all_parts_are_listed_and_none_that_is_off(
    capsys: pytest.CaptureFixture[str],
) -> None:
    observed = {
        "table T": Observed({"billing": "PAY_PER_REQUEST"}),
        "backups T": Observed({"point_in_time_recovery": False}),
    }
    _print_states(Plan((THERE, BACKUPS, NOT_WANTED, DRIFTED)), Reading(observed, Outputs()))
    assert capsys.readouterr().out.splitlines() == [
        "1 DynamoDB table",
        "  there      table T",
        "  off        backups T",
        "2 Lambda functions",
        "  drifted    function f: memory_mb",
    ]
