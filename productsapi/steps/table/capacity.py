"""The most that a table may cost: a ceiling on what it reads and writes in a second."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from productsapi.config import Config
from productsapi.engine.resource import Fields

FIELDS = {"max_read_units": "MaxReadRequestUnits", "max_write_units": "MaxWriteRequestUnits"}
"""Ours, and DynamoDB's names for them (botocore's model, OnDemandThroughput)."""
NO_LIMIT = -1


def wanted(config: Config) -> Fields:
    limits = config.limits
    return {"max_read_units": limits.table_read_units, "max_write_units": limits.table_write_units}


def told(table: Mapping[str, Any]) -> Fields:
    there = table.get("OnDemandThroughput") or {}
    units = {field: there.get(name, NO_LIMIT) for field, name in FIELDS.items()}
    return {field: None if number == NO_LIMIT else number for field, number in units.items()}


def when_made(config: Config) -> dict[str, Any]:
    """CreateTable's parameter; none where there is no limit."""
    given = {FIELDS[field]: units for field, units in wanted(config).items() if units}
    return {"OnDemandThroughput": given} if given else {}


def when_changed(config: Config) -> dict[str, Any]:
    """UpdateTable's parameter: both, and a limit that goes by its own word."""
    given = {FIELDS[field]: units or NO_LIMIT for field, units in wanted(config).items()}
    return {"OnDemandThroughput": given}
