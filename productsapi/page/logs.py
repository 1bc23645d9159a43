"""Log lines and one request's trace, as the page asks for them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.errors import ProductsApiError
from productsapi.operations.telemetry.log_lines import LEVELS, in_words, is_wanted, read
from productsapi.operations.telemetry.logs import Event, Logs
from productsapi.operations.telemetry.request_trace import AN_ID, traced
from productsapi.operations.telemetry.time_spans import begins

MOST = 500
"""Lines that one answer holds: the newest."""


@dataclass(frozen=True)
class LogView:
    """`groups` are the log groups by the source that writes into each."""

    aws: Aws
    groups: Mapping[str, str]
    clock: Callable[[], float] = time.time

    def lines(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """Since `since`, or `from` in milliseconds to go on; `source`, `level`, `text` choose."""
        logs = Logs(self.aws, self._groups(asked.get("source", "")))
        start = _milliseconds(asked.get("from", "")) or self._begin(asked)
        found: deque[Event] = deque(maxlen=MOST + 1)
        found.extend(event for event in logs.events(start) if _is_wanted(event.message, asked))
        cut = len(found) > MOST
        return {
            "lines": [_describe(event) for event in list(found)[-MOST:]],
            "cut": cut,
            "missing": sorted(logs.missing),
        }

    def story(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """All that was logged about the request `id`. Raises ProductsApiError where it is none."""
        name = asked.get("id", "")
        if not AN_ID.fullmatch(name):
            raise ProductsApiError("That isn't the id of a request.")
        found = traced(Logs(self.aws, self.groups), name, self._begin(asked))
        return {"lines": [_describe(event) for event in found]}

    def _groups(self, source: str) -> Mapping[str, str]:
        if source and source not in self.groups:
            raise ProductsApiError(f"There is no log of {source}.")
        return {source: self.groups[source]} if source else self.groups

    def _begin(self, asked: Mapping[str, str]) -> int:
        return int(since(asked, "10m", self.clock()) * 1000)


def since(asked: Mapping[str, str], usual: str, now: float) -> float:
    """When the span asked for begins. Raises ProductsApiError where it is none."""
    try:
        return begins(asked.get("since") or usual, now)
    except ValueError as error:
        raise ProductsApiError(f"{error}.") from None


def _milliseconds(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _is_wanted(message: str, asked: Mapping[str, str]) -> bool:
    level = asked.get("level", "")
    known = level if level in LEVELS else ""
    return is_wanted(message, read(message), level=known, text=asked.get("text", ""))


def _describe(event: Event) -> dict[str, Any]:
    line = read(event.message)
    first, *more = in_words(event.message) or [""]
    return {
        "id": event.id,
        "time": event.time,
        "source": event.source,
        "level": line.level,
        "text": first,
        "more": more,
        "requestId": line.request_id,
    }
