"""The alarms' states, as they were read already: this makes no call."""

from __future__ import annotations

from collections.abc import Mapping

from productsapi.engine.read import Reading
from productsapi.options.alarms.alarm import alarm_name
from productsapi.options.alarms.definitions import definitions
from productsapi.stack import Stack, kinds
from productsapi.stack.option import State

ALARM = "ALARM"


def states(stack: Stack, reading: Reading) -> Mapping[str, State]:
    """By the alarms' names, of those that are there (cloudwatch: MetricAlarm.StateValue)."""
    found = {}
    for definition in definitions(stack):
        name = alarm_name(stack, definition)
        if seen := reading.observed.get(kinds.ALARM(name)):
            value = seen.raw["StateValue"]
            found[name] = State(value, definition.meaning if value == ALARM else "", value == ALARM)
    return found
