"""The local cloud's door: programs of this machine pass, web pages reach what is meant for them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from ministack.services import apigateway_v1

from productsapi.local.gate import NAMED, guarded, refusal, request_id
from productsapi.steps.rest_api.preflight import WHICH_ORIGIN

HOST = {"host": "127.0.0.1:24566"}
PAGE = {"origin": "https://evil.example"}
SIGNED = {"authorization": "AWS4-HMAC-SHA256 Credential=test/20261122/eu-west-2/iam/aws4_request"}
SIGN_IN = {"x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth"}
TABLES = {"x-amz-target": "DynamoDB_20120810.ListTables"}
PRODUCTS = "/restapis/ab12/dev/_user_request_/products"


def refused(method: str, path: str, query: str = "", **headers: str) -> bool:
    return bool(refusal(method, path, {**HOST, **headers}, query))


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/_ministack/reset", {}),
        ("GET", "/_ministack/health", {}),
        ("POST", "/", {**SIGNED, **TABLES}),
        ("GET", PRODUCTS, {"authorization": "eyJ.eyJ.x"}),
        ("GET", "/_ministack/health", {"sec-fetch-site": "none"}),  # typed by the user
    ],
)
def test_programs_of_this_machine_pass(method: str, path: str, headers: dict[str, str]) -> None:
    assert not refused(method, path, **headers)


@pytest.mark.parametrize("origin", [PAGE, {"origin": "null"}, {"sec-fetch-site": "cross-site"}])
@pytest.mark.parametrize(
    ("method", "path", "query", "headers"),
    [
        ("POST", "/_ministack/reset", "", {}),
        ("POST", "/_ministack/config", "", {}),
        ("GET", "/_ministack/health", "", {}),
        ("GET", "/_ministack/lambda-code/createproductfunction", "", {}),
        ("POST", "/", "", {**SIGNED, **TABLES}),
        ("POST", "/", "", {**SIGNED, **SIGN_IN}),
        ("POST", "/", "", TABLES),
        ("GET", "/", "Action=CreateUser&X-Amz-Signature=00", {}),
        ("POST", "/", "x-amz-credential=test", SIGN_IN),
        ("GET", "/restapis", "", SIGNED),
        ("POST", "/2015-03-31/functions/f/invocations", "", {}),
        ("POST", "/restapis/ab12/dev/_user_request_evil", "", {}),
    ],
)
def test_a_page_reaches_no_control_plane(
    origin: dict[str, str], method: str, path: str, query: str, headers: dict[str, str]
) -> None:
    assert refused(method, path, query, **{**headers, **origin})


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", PRODUCTS, {"authorization": "Bearer eyJ.eyJ.x"}),
        ("GET", "/_aws/execute-api/ab12/dev/products", {}),
        ("OPTIONS", "/", {}),  # asks only what the page may do; what it then does is refused
        ("POST", "/", SIGN_IN),
        ("GET", "/eu-west-2_Ab1/.well-known/jwks.json", {}),
    ],
)
def test_an_apps_page_reaches_its_api_and_its_sign_in(
    method: str, path: str, headers: dict[str, str]
) -> None:
    assert not refused(method, path, **headers, **PAGE)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:24566", "127.0.0.1.evil.example", "localhost.evil", ""]
)
def test_no_other_name_is_answered_wherever_it_leads(host: str) -> None:
    """DNS rebinding: the browser takes such a page for one of the local cloud's own."""
    for path in ("/_ministack/health", PRODUCTS, "/"):
        assert refused("GET", path, host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:24566", "LOCALHOST", "[::1]:24566"])
def test_this_machines_own_names_are_answered(host: str) -> None:
    assert not refused("GET", "/", host=host)


def asked(scope: dict[str, Any]) -> tuple[bool, list[dict[str, Any]]]:
    """Whether the application behind the gate was reached, and what was sent."""
    reached, sent = [], []

    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        reached.append(True)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    given = {"headers": [], "query_string": b"", "path": "/", **scope}
    asyncio.run(guarded(app)(given, None, send))
    return bool(reached), sent


def test_who_is_refused_gets_403_before_the_gate() -> None:
    page = [(b"Host", b"127.0.0.1"), (b"Origin", b"https://evil.example")]
    reached, sent = asked({"type": "http", "method": "POST", "headers": page})
    assert not reached
    assert sent[0]["status"] == 403
    assert b"access-control-allow-origin" not in dict(sent[0]["headers"])
    assert "web pages" in json.loads(sent[1]["body"])["message"]
    reached, sent = asked({"type": "websocket", "headers": page})
    assert (reached, sent) == (False, [{"type": "websocket.close", "code": 1008}])


def test_who_is_let_through_reaches_the_emulator() -> None:
    assert asked({"type": "http", "method": "GET", "headers": [(b"Host", b"127.0.0.1")]}) == (
        True, [],
    )  # fmt: skip
    assert asked({"type": "lifespan"}) == (True, [])


def answered(path: str) -> tuple[list[str], dict[bytes, bytes]]:
    """The ids that the emulator takes for a request, and the headers of its answer."""
    taken: list[str] = []
    headers: dict[bytes, bytes] = {}

    async def emulator(_scope: Any, _receive: Any, send: Any) -> None:
        name = request_id(lambda: "another")
        taken.extend([name(), name()])
        own = [(b"X-Amzn-RequestId", b"its own"), (b"etag", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": own})

    async def send(message: dict[str, Any]) -> None:
        headers.update(message["headers"])

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    asyncio.run(guarded(emulator)(scope, None, send))
    return taken, headers


def test_g15_a_request_has_one_id_everywhere() -> None:
    """In the answer's headers, in what the function gets, and another one each time."""
    (first, again), headers = answered(PRODUCTS)
    assert first == again != "another"
    assert headers == {
        b"etag": b"1", b"x-amzn-requestid": first.encode(), b"x-amz-request-id": first.encode(),
    }  # fmt: skip
    assert answered(PRODUCTS)[0][0] != first


def test_the_control_planes_ids_are_its_own() -> None:
    assert answered("/restapis") == (
        ["another", "another"], {b"X-Amzn-RequestId": b"its own", b"etag": b"1"},
    )  # fmt: skip


# -- preflights ------------------------------------------------------------------------------------

TEMPLATE = (WHICH_ORIGIN % '["https://a.example","https://b.example"]').encode()


def preflight(body: bytes, origin: str, status: int = 204) -> tuple[dict[bytes, bytes], bytes]:
    """Headers and body of the answer to OPTIONS of the deployed API, where the emulator says so."""
    sent: list[dict[str, Any]] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        headers = [(b"content-length", b"2"), (b"content-type", b"a/b"), (b"vary", b"Origin")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body[:9], "more_body": True})
        await send({"type": "http.response.body", "body": body[9:]})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"127.0.0.1"), (b"origin", origin.encode())]
    scope = {"type": "http", "method": "OPTIONS", "path": PRODUCTS, "query_string": b""}
    asyncio.run(guarded(app)({**scope, "headers": headers}, None, send))
    start, end = sent
    headers = [(name, value) for name, value in start["headers"] if name not in NAMED]
    return dict(headers), end["body"]


@pytest.mark.parametrize(
    ("body", "origin", "reported"),
    [
        (TEMPLATE, "https://a.example", b"https://a.example"),
        (TEMPLATE, "https://b.example", b"https://b.example"),
        (TEMPLATE, "https://evil.example", None),
        (TEMPLATE, "", None),
        (b"{}", "https://a.example", None),
    ],
)
def test_a_preflights_template_is_rendered(body: bytes, origin: str, reported: Any) -> None:
    """As API Gateway does it; and a 204 has no body, nor what tells of one."""
    headers, rest = preflight(body, origin)
    assert rest == b""
    assert headers.pop(b"access-control-allow-origin", None) == reported
    assert headers == {b"vary": b"Origin"}


def test_what_is_no_204_keeps_its_body() -> None:
    headers, body = preflight(b'{"message": 1}', "https://a.example", 403)
    assert body == b'{"message": 1}'
    assert headers[b"content-length"] == b"2"


def test_a_domain_of_ones_own_reaches_the_api_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages too, as on AWS; a name that nobody has registered stays out (DNS rebinding)."""
    mapped = {("api.shop.example.com", "/v1/products"), ("api.shop.example.com", "/_ministack/x")}
    monkeypatch.setattr(
        apigateway_v1,
        "resolve_base_path_mapping",
        lambda name, path: ("a1", "dev", path) if (name, path) in mapped else None,
    )
    ours, evil = {"host": "api.shop.example.com:24566"}, {"host": "evil.example"}
    assert not refusal("GET", "/v1/products", {**ours, **PAGE}, "")
    for path, host in (("/restapis", ours), ("/_ministack/x", ours), ("/v1/products", evil)):
        assert refusal("POST", path, host, "")
