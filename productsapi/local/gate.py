"""The emulator's own door: it runs MiniStack, and keeps web pages out of it.

The emulator answers every origin, its root keys are known to all, and one POST without any empties
it. So a page in the browser of whoever runs a local cloud could read it, change it or wipe it: by
a plain POST, by signing its own calls, or under a name of its own that leads to 127.0.0.1 (DNS
rebinding). What an app's page needs stays open: the deployed API and Cognito's unsigned calls.

Run by its path in a process of its own, with nothing of productsapi beside it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[dict[str, Any], Any, Send], Awaitable[None]]

HERE = re.compile(r"(127\.0\.0\.1|localhost|[\w.-]+\.localhost|\[::1\])(:\d+)?", re.IGNORECASE)
DEPLOYED = re.compile(r"/restapis/[^/]+/[^/]+/_user_request_(/|$)|/_aws/execute-api/")
WHICH_ORIGIN = re.compile(rb"#set\(\$allowed=(\[[^\]]*\])\).*responseOverride")
"""Of several web sites, the template of a preflight (steps/rest_api/preflight.py)."""
KEYS = re.compile(r"/[\w-]+/\.well-known/[\w.-]+")
"""The public keys of a user pool."""
OF_BODIES = {b"content-length", b"content-type", b"transfer-encoding"}
COGNITO = "AWSCognitoIdentityProviderService."


def refusal(method: str, path: str, headers: Mapping[str, str], query: str) -> str:
    """Why a request isn't let through; empty where it is. Names of headers are in lower case."""
    if "host" in headers and not HERE.fullmatch(headers["host"]):
        return "The local cloud is spoken to as 127.0.0.1 or localhost only."
    page = "origin" in headers or headers.get("sec-fetch-site", "none") != "none"
    if not page or method == "OPTIONS" or DEPLOYED.match(path) or KEYS.fullmatch(path):
        return ""
    signed = "x-amz-" in query.lower() or headers.get("authorization", "").startswith("AWS")
    if path == "/" and not signed and headers.get("x-amz-target", "").startswith(COGNITO):
        return ""
    return "Of the local cloud, web pages reach the deployed API and Cognito's sign-in only."


def preflight(send: Send, origin: str) -> Send:
    """Sends a preflight's answer as API Gateway does: 204 without a body, its template rendered.

    The emulator's MOCK renders no VTL, and sends a body with a 204, after which undici drops the
    connection.
    """
    start: dict[str, Any] = {}
    body = b""

    async def held(message: dict[str, Any]) -> None:
        nonlocal start, body
        if message["type"] == "http.response.start":
            start = message
            return
        body += message.get("body", b"")
        if message.get("more_body"):
            return
        headers = [(name, value) for name, value in start["headers"]]
        template = WHICH_ORIGIN.search(body)
        if template and origin in json.loads(template[1]):
            headers.append((b"access-control-allow-origin", origin.encode("latin-1")))
        if start["status"] == 204:  # noqa: PLR2004 - No Content
            body = b""
            headers = [each for each in headers if each[0].lower() not in OF_BODIES]
        await send({**start, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return held


def guarded(app: App) -> App:
    """The same ASGI application, for whom it is meant."""

    async def gate(scope: dict[str, Any], receive: Any, send: Send) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        query = scope["query_string"].decode("latin-1")
        why = refusal(scope.get("method", "GET"), scope["path"], headers, query)
        if not why and scope.get("method") == "OPTIONS" and DEPLOYED.match(scope["path"]):
            await app(scope, receive, preflight(send, headers.get("origin", "")))
        elif not why:
            await app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            start = {"status": 403, "headers": [(b"content-type", b"application/json")]}
            await send({"type": "http.response.start", **start})
            body = json.dumps({"message": why}).encode()
            await send({"type": "http.response.body", "body": body})

    return gate


def main() -> None:
    sys.path.pop(0)  # our folder, put there since this is run by its path: nothing is found by it
    from ministack import app as emulator

    emulator.app = guarded(emulator.app)
    emulator.main()


if __name__ == "__main__":
    main()
