"""Log groups read side by side, as one log in the order of time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from threading import Thread
from typing import Any, TypeVar

from productsapi.aws.caller import Aws
from productsapi.errors import NotFound

GATEWAY = "api"
"""The source that isn't a function: the API's access log."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class Event:
    time: int
    ingested: int
    source: str
    stream: str
    id: str
    message: str


def in_time(event: Event) -> tuple[int, int]:
    """What events are ordered by; those of one instant stay as CloudWatch has them."""
    return event.time, event.ingested


@dataclass
class Logs:
    """The log groups of a stack, by the source that writes into each."""

    aws: Aws
    groups: Mapping[str, str]
    missing: set[str] = field(default_factory=set)
    """The sources whose groups weren't there at the last look."""

    def events(self, start: int, *, pattern: str = "") -> Iterator[Event]:
        """Everything since `start`, in the order of time, as far as CloudWatch's pattern fits.

        All groups are asked at once, and each is read a page ahead of what is taken. Raises
        AwsError; a group that isn't there has no events and is noted in `missing`.
        """
        given = {"filterPattern": pattern} if pattern else {}
        walks = [self._pages(source, startTime=start, **given) for source in self.groups]
        first = [_begun(partial(next, pages, None)) for pages in walks]
        begun = [(page.result(), pages) for page, pages in zip(first, walks, strict=True)]
        return heapq.merge(*(_in_turn(page, pages) for page, pages in begun), key=in_time)

    def around(self, event: Event, margin: int) -> list[Event]:
        """What the stream of `event` holds up to `margin` milliseconds before and after it."""
        pages = self._pages(
            event.source,
            logStreamNames=[event.stream],
            startTime=max(0, event.time - margin),
            endTime=event.time + margin,
        )
        return [each for page in pages for each in page]

    def _pages(self, source: str, **params: Any) -> Iterator[list[Event]]:
        group = self.groups[source]
        try:
            for page in self.aws.pages("logs", "FilterLogEvents", logGroupName=group, **params):
                self.missing.discard(source)
                yield [_event(source, each) for each in page["events"]]
        except NotFound:
            self.missing.add(source)


def _event(source: str, described: Mapping[str, Any]) -> Event:
    stream, time, message = (
        described["logStreamName"],
        described["timestamp"],
        described["message"].rstrip("\n"),
    )
    # AWS gives every event an id; an emulator may not.
    own = described.get("eventId") or f"{stream} {time} {message}"
    return Event(time, described.get("ingestionTime", time), source, stream, own, message)


def _in_turn(page: list[Event] | None, pages: Iterator[list[Event]]) -> Iterator[Event]:
    while page is not None:
        following = _begun(partial(next, pages, None))
        yield from page
        page = following.result()


def _begun(work: Callable[[], Found]) -> Future[Found]:
    """Work under way in a thread that nobody waits for at the end: Ctrl-C ends at once."""
    future: Future[Found] = Future()

    def settle() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised where the result is taken
            future.set_exception(error)

    Thread(target=settle, daemon=True).start()
    return future
