"""The live view of the inner loop: requests, the functions' log lines, and messages."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

import click

from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.dev.tracebacks import Tracebacks
    from productsapi.local.request_log_client import Request
    from productsapi.operations.telemetry.logs import Event

HANG = " " * 10
"""Columns of the time, below which a text goes on."""
COLOURS = {2: "green", 3: "cyan", 4: "yellow", 5: "red"}
"""By the hundreds of a status."""
LATE_S = 1.0
"""Seconds by which an event may be dated otherwise than the request that it is of."""
BAD_GATEWAY, UNAUTHORIZED = 502, 401


class View:
    """Lines on stdout, from any thread."""

    def __init__(self, tracebacks: Callable[[], Tracebacks]) -> None:
        self._tracebacks = tracebacks
        self._lock = Lock()
        self._muted = (0.0, 0.0)

    def line(self, text: str, **style: Any) -> None:
        """One line, with the time before it."""
        self._print([f"{time.strftime('%H:%M:%S')}  {text}"], **style)

    def below(self, lines: Iterable[str], **style: Any) -> None:
        """What belongs to the line before."""
        self._print([HANG + line for line in lines], **style)

    @contextmanager
    def muted(self) -> Iterator[None]:
        """Show no requests and logs of the time of this block."""
        began = time.time()
        self._muted = (began, float("inf"))
        try:
            yield
        finally:
            self._muted = (began, time.time())

    def request(self, request: Request) -> None:
        if self._is_muted(request.began):
            return
        user = "" if request.status == UNAUTHORIZED else request.user
        self._request(request.began, request.status, request.method, request.path, request.ms, user)
        if request.status == BAD_GATEWAY:
            self._why_not_loaded(request)

    def event(self, event: Event, *, requests_too: bool) -> None:
        """A line of a log. `requests_too`: those of the functions about a request, with them."""
        from productsapi.operations.telemetry.log_lines import read

        seconds, line = event.time / 1000, read(event.message)
        if self._is_muted(seconds) or (line.of_lambda and not line.level):
            return
        if _is_of_a_request(line.fields):
            self._of_a_request(event, line.fields, requests_too=requests_too)
            return
        text = self._tracebacks().printed(event.source, event.message)
        if text is not None:
            colour = "red" if line.level == "ERROR" else None
            self.below([f"{event.source}: {part}" for part in text.splitlines()], fg=colour)

    def _of_a_request(self, event: Event, fields: Mapping[str, Any], *, requests_too: bool) -> None:
        method, _, path = str(fields["route"]).partition(" ")
        if requests_too:
            ms, user = round(fields["durationMs"]), str(fields.get("sub") or "")
            self._request(event.time / 1000, fields["status"], method, path, ms, user)
        lines = fields.get("traceback")
        if isinstance(lines, list):
            frames = self._tracebacks().logged(event.source, [str(each) for each in lines])
            self.below([f"{event.source}: {method} {path}", *frames], fg="red")

    def _request(
        self, began: float, status: int, method: str, path: str, ms: int, user: str
    ) -> None:
        moment = time.strftime("%H:%M:%S", time.localtime(began))
        colour = COLOURS.get(status // 100)
        shown = click.style(f"{status or '---'}", fg=colour) + f" {method:<7}"
        end = f" {ms:>5} ms  {user or '-'}"
        room = max(_width() - len(HANG) - 12 - len(end), 12)
        self._print([f"{moment}  {shown}{_fitting(printable(path), room)}{end}"], styled=True)

    def _why_not_loaded(self, request: Request) -> None:
        from productsapi.routes import route_of

        route = route_of(request.method, request.path)
        why = self._tracebacks().of_the_import(route.function) if route else []
        if route and why:
            self.below([f"{route.function}: its module can't be imported", *why], fg="red")

    def _is_muted(self, moment: float) -> bool:
        begin, end = self._muted
        return begin - LATE_S / 2 <= moment <= end + LATE_S / 2

    def _print(self, lines: Iterable[str], *, styled: bool = False, **style: Any) -> None:
        with self._lock:
            for line in lines:
                click.secho(line if styled else printable(line, keep="\t"), **style)
            if sys.stdout is not None:
                sys.stdout.flush()


def _is_of_a_request(fields: Mapping[str, Any]) -> bool:
    """As shared/entry.py writes it; who edits the functions may log anything."""
    expected = {"status": (int,), "route": (str,), "durationMs": (int, float)}
    return all(isinstance(fields.get(name), kinds) for name, kinds in expected.items())


def _width() -> int:
    """Of the terminal; in a pipe as much as a line needs."""
    if sys.stdout is None or not sys.stdout.isatty():
        return 1 << 16
    return shutil.get_terminal_size().columns


def _fitting(text: str, room: int) -> str:
    """In a pipe as long as it is; on a terminal so that what follows is in columns."""
    wide = 40 if room > 1 << 10 else room
    return f"{text if len(text) <= room else text[: room - 1] + '…':<{min(wide, room)}}"
