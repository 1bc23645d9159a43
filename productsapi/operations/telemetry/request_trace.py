"""One request from the gateway to the function, by any of the ids that it has on the way.

The gateway knows a request by two ids of its own, Lambda by a third. The access log has all of
them; a function's line has the gateway's, and is in its stream between Lambda's START and
REPORT, which have the third: an instance of a function serves one request at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from productsapi.operations.telemetry.log_lines import read
from productsapi.operations.telemetry.logs import GATEWAY, Event, Logs, in_time

AN_ID = re.compile(r"[\w=+/.-]{8,128}", re.ASCII)
"""The gateway's and Lambda's are UUIDs, the extended one is Base64. None needs escaping in a
pattern."""
LONGEST = 60_000
"""Milliseconds within which an invocation is over: no function may take more than 28 seconds."""


def traced(logs: Logs, request_id: str, start: int) -> list[Event]:
    """Everything that was logged about a request since `start`, in the order of time.

    By a trace's id, about all requests of that trace; a request's own leads to no other one.
    """
    found: dict[str, Event] = {}
    known, asked = {request_id}, set[str]()
    while known - asked:
        name = min(known - asked)
        asked.add(name)
        for hit in logs.events(start, pattern=f'"{name}"'):
            line = read(hit.message)
            if hit.id in found or name not in {*line.ids, line.trace_id}:
                continue  # found already, or the name occurs in it as something else
            for event in _with_its_invocation(logs, hit):
                found[event.id] = event
                known |= read(event.message).ids
    return sorted(found.values(), key=in_time)


def invocations(stream: Iterable[Event]) -> list[list[Event]]:
    """The events of one stream by invocation; what starts an instance goes to its first one."""
    by_id: dict[str, list[Event]] = {}
    current: str | None = None
    waiting: list[Event] = []
    for event in stream:
        if event.message.startswith(("INIT_START", "RESTORE_START")):
            current = None  # the one before has ended the instance
        current = read(event.message).invocation or current
        if current is None:
            waiting.append(event)
            continue
        by_id.setdefault(current, []).extend([*waiting, event])
        waiting = []
        if event.message.startswith("REPORT "):
            current = None
    return list(by_id.values())


def _with_its_invocation(logs: Logs, hit: Event) -> list[Event]:
    if hit.source == GATEWAY:
        return [hit]
    for events in invocations(logs.around(hit, LONGEST)):
        if any(event.id == hit.id for event in events):
            return events
    return [hit]
