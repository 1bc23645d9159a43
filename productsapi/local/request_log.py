"""Records the latest requests to the deployed APIs, those too that reach no function.

Loaded by the gate, by its path, in the emulator's process: with nothing of productsapi beside it.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

MOST = 1000
LONGEST_NAME = 128
INVOKED = re.compile(
    r"(?:/restapis/([^/]+)/[^/]+/_user_request_|/_aws/execute-api/([^/]+)/[^/]+)(/.*|$)"
)
"""The id of the API, and the path behind its stage."""
REQUESTS = "/_productsapi/requests"

Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[dict[str, Any], Any, Send], Awaitable[None]]


class RequestLog:
    """Numbered from 1 on."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._last = 0
        self._kept: deque[dict[str, Any]] = deque(maxlen=MOST)

    def after(self, query: str) -> dict[str, Any]:
        """Those with a higher number than the query's; none of them, only the last one, without."""
        start = int(query) if query.isascii() and query.isdigit() else self._last
        found = [each for each in self._kept if each["number"] > start]
        return {"last": self._last, "requests": found}

    def before(self, app: App) -> App:
        """Wrap an ASGI application: its APIs' requests are recorded, and listed at REQUESTS."""

        async def seen(scope: dict[str, Any], receive: Any, send: Send) -> None:
            invoked = scope["type"] == "http" and INVOKED.match(scope["path"])
            if invoked:
                api, path = invoked[1] or invoked[2], invoked[3] or "/"
                await self._remembered(app, api, path, scope, receive, send)
            elif scope["type"] == "http" and scope["path"] == REQUESTS:
                query = scope["query_string"].decode("latin-1").removeprefix("after=")
                await _answer(send, self.after(query))
            else:
                await app(scope, receive, send)

        return seen

    async def _remembered(  # noqa: PLR0913, PLR0917 - an ASGI application's arguments, and whose they are
        self, app: App, api: str, path: str, scope: dict[str, Any], receive: Any, send: Send
    ) -> None:
        began, status = self._clock(), 0
        headers = dict(scope["headers"])

        async def sent(message: dict[str, Any]) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await app(scope, receive, sent)
        finally:
            self._add(
                api=api, method=scope["method"], path=path, status=status, began=began,
                ms=round((self._clock() - began) * 1000),
                user=user_of(headers.get(b"authorization", b"").decode("latin-1")),
            )  # fmt: skip

    def _add(self, **described: Any) -> None:
        self._last += 1
        self._kept.append({"number": self._last, **described})


def user_of(authorization: str) -> str:
    """Whom a token names, whether or not it is good; empty where it is none."""
    parts = authorization.rpartition(" ")[2].split(".")
    with suppress(ValueError, IndexError, RecursionError, AttributeError):
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return str(claims.get("cognito:username") or claims.get("username") or "")[:LONGEST_NAME]
    return ""


async def _answer(send: Send, described: dict[str, Any]) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(described).encode()})
