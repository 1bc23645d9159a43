"""Follows a log by polling; each event is yielded once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from productsapi.operations.telemetry.logs import Event

EVERY = 3.0
"""Seconds between two looks. An account may ask FilterLogEvents some ten times in a second, and a
look asks once for each group."""
LATE = 30_000
"""Milliseconds by which an event may come after one that happened later: logs travel one by one."""


def following(
    look: Callable[[int], Iterable[Event]], start: int, sleep: Callable[[float], object]
) -> Iterator[Event]:
    """What `look` finds since `start`, and then whatever is new, without an end."""
    seen: dict[str, int] = {}
    while True:
        for event in look(start):
            if event.id not in seen:
                seen[event.id] = event.time
                yield event
        start = max(start, max(seen.values(), default=0) - LATE)
        seen = {own: time for own, time in seen.items() if time >= start}
        sleep(EVERY)
