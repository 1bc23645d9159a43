"""What happens on the deployed API, followed in threads and handed to the live view."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event as Signal
from threading import Thread
from typing import TYPE_CHECKING

from productsapi.errors import ProductsApiError

if TYPE_CHECKING:
    from productsapi.cli.dev_view import View
    from productsapi.cli.opened_stack import Opened
    from productsapi.engine.outputs import Outputs

LOOK_S = 0.2
WRITTEN_S, LATER_S = 0.05, 0.5
"""Seconds after a request's end until what its function logged is there, and what is late."""
AGAIN_S = 1.0


@contextmanager
def following(opened: Opened, outputs: Outputs, view: View) -> Iterator[None]:
    """Show requests and logs until the block's end.

    The local cloud's gate lists each request, those too that reach no function. On AWS they are
    read from the functions' logs.
    """
    stop, asked = Signal(), Signal()
    works: list[Callable[[], None]] = [lambda: _logs(opened, view, asked, stop)]
    if opened.stack.location.local:
        works.append(lambda: _requests(opened, outputs, view, asked, stop))
    threads = [
        Thread(target=_repeat_until_stopped, args=(each, stop), daemon=True) for each in works
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        asked.set()


def _repeat_until_stopped(work: Callable[[], None], stop: Signal) -> None:
    """Goes on when the cloud is stopped or restarted meanwhile."""
    while not stop.is_set():
        try:
            work()
        except ProductsApiError:
            stop.wait(AGAIN_S)


def _requests(opened: Opened, outputs: Outputs, view: View, asked: Signal, stop: Signal) -> None:
    from urllib.parse import urlsplit

    from productsapi.local.request_log_client import Requests
    from productsapi.stack.output_names import API_ID

    port = urlsplit(opened.stack.location.endpoint_url or "").port
    api_id = outputs.get(API_ID)
    if port is None or api_id is None:
        stop.wait()
        return
    requests = Requests(port, api_id)
    while not stop.is_set():
        for request in requests.new():
            view.request(request)
            asked.set()
        stop.wait(LOOK_S)


def _logs(opened: Opened, view: View, asked: Signal, stop: Signal) -> None:
    from productsapi.cli.log_options import log_groups
    from productsapi.operations.telemetry.logs import GATEWAY, Logs
    from productsapi.operations.telemetry.tail import EVERY, following

    local = opened.stack.location.local
    groups = {name: group for name, group in log_groups(opened.stack).items() if name != GATEWAY}

    again: float | None = None

    def pause(_seconds: float) -> None:
        """Locally until something was asked: functions log nothing else."""
        nonlocal again
        if not local:
            stop.wait(EVERY)
        elif asked.wait(again):
            asked.clear()
            stop.wait(WRITTEN_S)
            again = LATER_S
        else:
            again = None

    logs = Logs(opened.aws, groups)
    for event in following(logs.events, int(time.time() * 1000), pause):
        if stop.is_set():
            return
        view.event(event, requests_too=not local)
