"""The whole table, by several segments at once, at constant memory."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from threading import Event, Thread
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.data.rules import Item

SEGMENTS = 4
PAGES_AHEAD = 4


def scan(aws: Aws, table: str, *, consistent: bool, segments: int = SEGMENTS) -> Iterator[Item]:
    """Every item once, in no order; no snapshot while others write. Raises AwsError."""
    pages = _Pages()

    def walk(segment: int) -> None:
        asked: dict[str, Any] = {"TableName": table, "ConsistentRead": consistent}
        if segments > 1:
            asked |= {"Segment": segment, "TotalSegments": segments}
        try:
            for page in aws.pages("dynamodb", "Scan", **asked):
                if not pages.put(page["Items"]):
                    return
        except BaseException as error:  # noqa: BLE001 - raised again by the one who reads
            pages.put(error)
        else:
            pages.put(None)

    for segment in range(segments):
        Thread(target=walk, args=(segment,), daemon=True).start()
    try:
        for page in pages.of(segments):
            yield from page
    finally:
        pages.nobody_reads.set()


def count(aws: Aws, table: str) -> int:
    """By reading all of them: what DescribeTable reports may be six hours old."""
    asked = {"TableName": table, "ProjectionExpression": "productId", "ConsistentRead": True}
    return sum(len(page["Items"]) for page in aws.pages("dynamodb", "Scan", **asked))


class _Pages:
    """What the segments' threads have read and nobody has taken yet."""

    def __init__(self) -> None:
        self._queue: queue.Queue[list[Item] | BaseException | None] = queue.Queue(PAGES_AHEAD)
        self.nobody_reads = Event()

    def put(self, what: list[Item] | BaseException | None) -> bool:
        """Wait for room; whether anybody still reads."""
        while not self.nobody_reads.is_set():
            try:
                self._queue.put(what, timeout=0.2)
            except queue.Full:
                continue
            return True
        return False

    def of(self, segments: int) -> Iterator[list[Item]]:
        """Until each segment has come to its end. Raises what any of them met."""
        while segments:
            found = self._queue.get()
            if isinstance(found, BaseException):
                raise found
            if found is None:
                segments -= 1
            else:
                yield found
