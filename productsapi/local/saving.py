"""How the emulator saves what it holds: what failed is known, and snapshots in quiet moments.

Loaded by the gate, by its path, in the emulator's process: with nothing of productsapi beside it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[dict[str, Any], Any, Send], Awaitable[None]]

NOTE = "saved.json"
"""In TMPDIR: what the saving at the end came to."""
SNAPSHOT = "snapshot.json"
"""In TMPDIR: when the last snapshot was taken."""
IDLE = 1.0
"""Seconds without a request, after which a snapshot may be taken: requests wait for its end."""
SHARE = 100
"""A snapshot that takes a second is the only one in this many seconds."""


class Failures(logging.Handler):
    """What the emulator only logs: each service whose state it couldn't save, with why."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: dict[str, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        named = record.args if isinstance(record.args, tuple) else ()
        self.found[str(named[0] if named else record.msg)] = str(named[-1] if named else "")


def reporting(save_all: Callable[[Any], None]) -> Callable[[Any], dict[str, str]]:
    """The same saving, which reports what failed."""

    def save(services: Any) -> dict[str, str]:
        failures, logger = Failures(), logging.getLogger("persistence")
        logger.addHandler(failures)
        try:
            save_all(services)
        finally:
            logger.removeHandler(failures)
        return failures.found

    return save


def noting(
    save: Callable[[Any], dict[str, str]], note: Path, mark: str
) -> Callable[[Any], dict[str, str]]:
    """The same saving, which leaves a note that it came to its end."""

    def noted(services: Any) -> dict[str, str]:
        failed = save(services)
        with suppress(OSError):  # on a full disk: without a note it counts as not saved
            note.write_text(json.dumps({"mark": mark, "failed": failed}), "utf-8")
        return failed

    return noted


class Snapshots:
    """Saves while nobody asks for anything, at most every `every` seconds, what was changed.

    `note` gets the time of the last one that was whole.
    """

    def __init__(
        self,
        save: Callable[[], dict[str, str]],
        note: Path,
        mark: str,
        every: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._save, self._note, self._mark = save, note, mark
        self._every, self._clock = every, clock
        self._under_way = 0
        self._changed = False
        self._asked_last = self._next = clock()

    def watching(self, app: App) -> App:
        """The same ASGI application, whose requests are seen."""

        async def watched(scope: dict[str, Any], receive: Any, send: Send) -> None:
            if scope["type"] == "lifespan":
                taking = asyncio.create_task(self._take_them())
                try:
                    await app(scope, receive, send)
                finally:
                    taking.cancel()
                return
            self._changed |= scope.get("method") not in {"GET", "HEAD", "OPTIONS"}
            self._under_way += 1
            try:
                await app(scope, receive, send)
            finally:
                self._under_way -= 1
                self._asked_last = self._clock()

        return watched

    async def _take_them(self) -> None:
        while True:
            await asyncio.sleep(min(IDLE, self._every) / 2)
            if self.is_due():
                self.take()

    def is_due(self) -> bool:
        now = self._clock()
        idle = not self._under_way and now - self._asked_last >= min(IDLE, self._every)
        return self._changed and idle and now >= self._next

    def take(self) -> None:
        begun, at = self._clock(), time.strftime("%H:%M:%S UTC", time.gmtime())
        self._changed = False
        if not self._save():
            with suppress(OSError):
                self._note.write_text(json.dumps({"mark": self._mark, "at": at}), "utf-8")
        now = self._clock()
        self._next = now + max(self._every, SHARE * (now - begun))
