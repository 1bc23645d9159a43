"""The requests to the deployed APIs are remembered: whose, what came of them, and nothing else."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest

from productsapi.local.request_log import MOST, REQUESTS, RequestLog, user_of

PRODUCTS = "/restapis/a1/dev/_user_request_/products"


def token(claims: Any) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"Bearer h.{payload}.s"


def asked(log: RequestLog, path: str, query: bytes = b"", **headers: str) -> tuple[bool, Any]:
    """Whether the application behind was reached, and the last body that was sent."""
    reached, bodies = [], [b"null"]

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        reached.append(True)
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    async def send(message: dict[str, Any]) -> None:
        bodies.append(message.get("body", b"null"))

    given = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http", "method": "POST", "path": path, "query_string": query, "headers": given,
    }  # fmt: skip
    asyncio.run(log.before(app)(scope, None, send))
    return bool(reached), json.loads(bodies[-1])


def reported(log: RequestLog, after: int | None = 0) -> Any:
    query = b"" if after is None else f"after={after}".encode()
    reached, answer = asked(log, REQUESTS, query)
    assert not reached
    return answer


@pytest.mark.parametrize(
    ("path", "api", "shown"),
    [
        (PRODUCTS, "a1", "/products"),
        (f"{PRODUCTS}/P1", "a1", "/products/P1"),
        ("/restapis/a1/dev/_user_request_", "a1", "/"),
        ("/_aws/execute-api/b2/dev/products", "b2", "/products"),
    ],
)
def test_a_request_to_an_api_is_remembered(path: str, api: str, shown: str) -> None:
    log = RequestLog(iter([5.0, 5.25]).__next__)
    assert asked(log, path, authorization=token({"cognito:username": "ann"}))[0]
    assert reported(log)["requests"] == [
        {"number": 1, "api": api, "method": "POST", "path": shown, "status": 201, "began": 5.0,
         "ms": 250, "user": "ann"},
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/restapis/a1/resources", "/_ministack/health"])
def test_a_call_to_a_service_is_not(path: str) -> None:
    log = RequestLog()
    assert asked(log, path)[0]
    assert reported(log)["requests"] == []


def test_who_looks_again_gets_what_is_new() -> None:
    log = RequestLog()
    asked(log, PRODUCTS)
    assert reported(log, None) == {"last": 1, "requests": []}
    asked(log, f"{PRODUCTS}/2")
    found = reported(log, 1)
    assert (found["last"], [each["path"] for each in found["requests"]]) == (2, ["/products/2"])


def test_only_the_latest_are_kept() -> None:
    log = RequestLog()
    for number in range(MOST + 5):
        log._add(path=str(number))
    assert [each["number"] for each in log.after("0")["requests"]][:1] == [6]


@pytest.mark.parametrize(
    ("header", "user"),
    [
        (token({"cognito:username": "ann"}), "ann"),
        (token({"username": "bob"}), "bob"),
        (token({}), ""),
        (token([1]), ""),
        ("Bearer eyJ.!!!.x", ""),
        ("AWS4-HMAC-SHA256 Credential=a/b, Signature=c", ""),
        ("", ""),
    ],
)
def test_a_user_is_whom_the_token_names(header: str, user: str) -> None:
    assert user_of(header) == user
