"""How long AWS takes, read from the calls that were made anyway."""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from life_calls import Call

STATE = re.compile(r"\w*(State|Status)")


@dataclass(frozen=True)
class Time:
    """Seconds, each time that it was seen."""

    what: str
    seconds: tuple[float, ...]

    @property
    def reported(self) -> str:
        least, most = min(self.seconds), max(self.seconds)
        return f"{statistics.median(self.seconds):.2f} ({least:.2f} to {most:.2f})"


def times(calls: Iterable[Call]) -> list[Time]:
    """Calls by operation; refusals ridden over, by code; states, until they changed."""
    found: dict[str, list[float]] = defaultdict(list)
    calls = sorted(calls, key=lambda call: call.began)
    for call in calls:
        reported = "refused" if call.refused else "answered"
        found[f"{call.operation}, {reported}"].append(call.seconds)
    for what, seconds in (*_refusals(calls), *_states(calls)):
        found[what].append(seconds)
    return [Time(what, tuple(seconds)) for what, seconds in sorted(found.items())]


def _refusals(calls: list[Call]) -> Iterator[tuple[str, float]]:
    """From a call's first refusal to its success, such as a role's that isn't assumable yet."""
    since: dict[tuple[str, str, str], Call] = {}
    for call in calls:
        key = call.scene, call.operation, call.resource
        if call.refused:
            since.setdefault(key, call)
        elif first := since.pop(key, None):
            waited = call.began - first.began
            yield f"until {call.operation} isn't refused by {first.code} any more", waited


def _states(calls: list[Call]) -> Iterator[tuple[str, float]]:
    """From the first answer that shows a state to the first that shows another."""
    seen: dict[tuple[str, str, str], tuple[str, float]] = {}
    for call in calls:
        for path, state in _found(call.body, ""):
            key = call.operation, call.resource, path
            before, since = seen.get(key, (state, call.began))
            if before != state:
                yield f"{call.operation}{path} from {before} to {state}", call.began - since
                since = call.began
            seen[key] = state, since


def _found(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        return
    for name, inner in value.items():
        if STATE.fullmatch(name) and isinstance(inner, str):
            yield f"{path}.{name}", inner
        yield from _found(inner, f"{path}.{name}")
