"""The most that a table, or its index, may cost: a ceiling on reads and writes in a second.

An index doesn't come under the ceiling of its table (DynamoDB's guide, «Maximum throughput for
on-demand tables»), so it gets the same one.
"""

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


def from_aws(described: Mapping[str, Any]) -> Fields:
    """Of a table or an index, as DescribeTable returns it."""
    there = described.get("OnDemandThroughput") or {}
    units = {field: there.get(name, NO_LIMIT) for field, name in FIELDS.items()}
    return {field: None if number == NO_LIMIT else number for field, number in units.items()}


def when_made(config: Config) -> dict[str, Any]:
    """The parameter of what makes one; none where there is no limit."""
    given = {FIELDS[field]: units for field, units in wanted(config).items() if units}
    return {"OnDemandThroughput": given} if given else {}


def when_changed(config: Config) -> dict[str, Any]:
    """The parameter of what changes one: both, where a value of its own means no limit."""
    given = {FIELDS[field]: units or NO_LIMIT for field, units in wanted(config).items()}
    return {"OnDemandThroughput": given}
