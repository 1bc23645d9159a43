"""Runs MiniStack behind an ASGI gate that refuses web pages and adds request ids.

The emulator answers every origin, its root keys are known to all, and one POST without any empties
it. So a page in the browser of whoever runs a local cloud could read it, change it or wipe it: by
a plain POST, by signing its own calls, or under a name of its own that leads to 127.0.0.1 (DNS
rebinding). What an app's page needs stays open: the deployed API and Cognito's unsigned calls.

It gives a request to the deployed API two ids, one for the answer's headers and another one for the
function. As on AWS it has one here, by which its log is found (G15).
What was stored is saved in quiet moments, so that a kill or a power cut loses little.

Run by its path in a process of its own, with nothing of productsapi beside it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[dict[str, Any], Any, Send], Awaitable[None]]

LOCAL_HOSTS = re.compile(
    r"(127\.0\.0\.1|localhost|[\w.-]+\.localhost|\[::1\])(:\d+)?", re.IGNORECASE
)
DEPLOYED = re.compile(r"/restapis/[^/]+/[^/]+/_user_request_(/|$)|/_aws/execute-api/")
WHICH_ORIGIN = re.compile(rb"#set\(\$allowed=(\[[^\]]*\])\).*responseOverride")
"""Of several web sites, the template of a preflight (steps/rest_api/preflight.py)."""
KEYS = re.compile(r"/[\w-]+/\.well-known/[\w.-]+")
"""The public keys of a user pool."""
OF_BODIES = {b"content-length", b"content-type", b"transfer-encoding"}
NAMED = (b"x-amzn-requestid", b"x-amz-request-id")
REQUEST_ID: ContextVar[str] = ContextVar("REQUEST_ID")
PREPARING = 0.05
"""Seconds for which a function is being prepared after each change; the emulator's are 0.5, which
every save of a source would wait for."""
SAVE = "/_productsapi/save"
COGNITO = "AWSCognitoIdentityProviderService."


def leads_to_an_api(host: str, path: str) -> bool:
    """Whether that is a custom domain's (api.domain). The emulator's own paths begin with `_`."""
    from ministack.services.apigateway_v1 import resolve_base_path_mapping as mapped

    return not path.startswith("/_") and mapped(host.partition(":")[0].lower(), path) is not None


def refusal(method: str, path: str, headers: Mapping[str, str], query: str) -> str:
    """Why a request isn't let through; empty where it is. Names of headers are in lower case."""
    if "host" in headers and not LOCAL_HOSTS.fullmatch(headers["host"]):
        domain = leads_to_an_api(headers["host"], path)
        return "" if domain else "The local cloud answers to 127.0.0.1 and localhost only."
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


def guarded(app: App, save: Callable[[], dict[str, str]] = dict) -> App:
    """The same ASGI application, for whom it is meant; and at SAVE one that saves all it holds.

    It answers no other request meanwhile, and drops none.
    """

    async def named(scope: dict[str, Any], receive: Any, send: Send) -> None:
        name = str(uuid.uuid4())
        REQUEST_ID.set(name)

        async def sent(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                kept = [each for each in message.get("headers", ()) if each[0].lower() not in NAMED]
                ids = [(header, name.encode()) for header in NAMED]
                message = {**message, "headers": [*kept, *ids]}
            await send(message)

        await app(scope, receive, sent)

    async def gate(scope: dict[str, Any], receive: Any, send: Send) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
            return
        headers = {n.decode("latin-1").lower(): v.decode("latin-1") for n, v in scope["headers"]}
        query = scope["query_string"].decode("latin-1")
        why = refusal(scope.get("method", "GET"), scope["path"], headers, query)
        if why and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif why:
            await _answer(send, 403, {"message": why})
        elif scope["path"] == SAVE and scope.get("method") == "POST":
            await _answer(send, 200, {"failed": save()})
        elif scope["type"] == "http" and DEPLOYED.match(scope["path"]):
            preflights = scope.get("method") == "OPTIONS"
            sends = preflight(send, headers.get("origin", "")) if preflights else send
            await named(scope, receive, sends)
        else:
            await app(scope, receive, send)

    return gate


def request_id(otherwise: Callable[[], str]) -> Callable[[], str]:
    """What the emulator's API Gateway takes as an id: the request's, where one is under way."""
    return lambda: REQUEST_ID.get("") or otherwise()


def put_before(emulator: Any, gateway: Any, save: Callable[[], dict[str, str]] = dict) -> None:
    """Before the emulator's application, and before what its API Gateway names requests by."""
    gateway.new_uuid = request_id(gateway.new_uuid)
    emulator.app = guarded(_load_sibling("request_log").RequestLog().before(emulator.app), save)


def _load_sibling(name: str) -> Any:
    """A module in this very folder, by its path as this one."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def _answer(send: Send, status: int, body: Mapping[str, Any]) -> None:
    start = {"status": status, "headers": [(b"content-type", b"application/json")]}
    await send({"type": "http.response.start", **start})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


def main() -> None:
    sys.path.pop(0)  # our folder, put there since this is run by its path: nothing is found by it
    from ministack import app as emulator
    from ministack.services import apigateway_v1, lambda_svc

    lambda_svc._LAMBDA_STATE_TRANSITION_DELAY = PREPARING  # noqa: SLF001 - there is no setting
    folder, mark = Path(os.environ["TMPDIR"]), os.environ["MINISTACK_EDITION"]
    saving = _load_sibling("saving")
    save = saving.reporting(emulator.save_all)
    last = emulator.save_all = saving.noting(save, folder / saving.NOTE, mark)
    holds = emulator._build_persistence_save_dict  # noqa: SLF001 - as it asks itself at its end
    every = float(os.environ["SNAPSHOT_SECONDS"])
    snapshots = saving.Snapshots(lambda: save(holds()), folder / saving.SNAPSHOT, mark, every)
    emulator.app = snapshots.watching(emulator.app)
    put_before(emulator, apigateway_v1, lambda: last(holds()))
    emulator.main()


if __name__ == "__main__":
    main()
