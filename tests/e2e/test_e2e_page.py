"""The page of `productsapi open` as a browser asks for it, and as others try to."""

from __future__ import annotations

import base64
import hmac
import http.client
import json
import signal
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import leaks
import pytest
from e2e_commands import PATIENCE
from e2e_project import PASSWORD, Deployed
from e2e_running import Running, running
from e2e_shop import new_user

PRICE = "0.1234567890123456789012345678901234567"


@dataclass
class Browser:
    """One that keeps its cookie, if it has any."""

    port: int
    cookie: str = ""

    def send(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """As the page sends it, but for the headers given; one without a value isn't."""
        sent = {"Host": f"127.0.0.1:{self.port}", "Cookie": self.cookie}
        if method != "GET":
            origin = f"http://127.0.0.1:{self.port}"
            sent |= {"Origin": origin, "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            data = body if isinstance(body, (str, bytes)) else json.dumps(body)
            connection.putrequest(method, path, skip_host=True)
            for name, value in sent.items():
                if value:
                    connection.putheader(name, value)
            writes = method in {"POST", "PUT"}
            if writes:
                connection.putheader("Content-Length", str(len(data)))
            connection.endheaders(data.encode() if writes else None)
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            text = answer.read().decode()
        finally:
            connection.close()
        leaks.saw(f"the page's answer to {method} {path}", f"{names} {text}")
        return answer.status, names, text

    def json(self, method: str, path: str, body: Any = None) -> Any:
        status, _, text = self.send(method, path, body)
        assert status == 200, text
        return json.loads(text)

    def enter(self, key: str) -> int:
        status, headers, _ = self.send("POST", "/open", {"key": key})
        self.cookie = headers.get("set-cookie", "").partition(";")[0]
        return status


@pytest.fixture(scope="module")
def process(deployed: Deployed) -> Iterator[Running]:
    with running(deployed.project, "open", "--local", "--no-browser") as process:
        yield process


@pytest.fixture(scope="module")
def browser(process: Running) -> Browser:
    """The one that was given the address."""
    process.wait_for("Ctrl-C ends it.\n")
    url = process.out.strip()
    address, _, key = url.partition("#")
    assert address.endswith("/open"), url
    browser = Browser(int(address.rpartition(":")[2].partition("/")[0]))
    assert browser.enter("guessed") == 403
    assert browser.enter(key) == 204
    assert Browser(browser.port).enter(key) == 403, "it is good once"
    return browser


@pytest.fixture(scope="module")
def user(browser: Browser, deployed: Deployed) -> Browser:
    """Signed in."""
    new_user(deployed, "page-user")
    reported = browser.json("POST", "/api/sign-in", {"user": "page-user", "password": PASSWORD})
    assert reported == {"user": "page-user", "asked": None, "of": None, "sentTo": None}
    return browser


def test_the_page_is_served_under_strict_rules(browser: Browser) -> None:
    for path, kind in (
        ("/", "text/html"),
        ("/main.js", "text/javascript"),
        ("/page.css", "text/css"),
    ):
        status, headers, _ = browser.send("GET", path)
        assert (status, headers["content-type"].partition(";")[0]) == (200, kind)
        assert "default-src 'none'; script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert not [name for name in headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/", {"Host": "evil.example"}),
        ("GET", "/", {"Cookie": ""}),
        ("GET", "/main.js", {"Cookie": ""}),
        ("GET", "/api/about", {"Cookie": "productsapi=1"}),
        ("GET", "/api/products", {"Sec_Fetch_Site": "cross-site"}),
        ("POST", "/api/sign-out", {"Origin": "https://evil.example"}),
        ("POST", "/api/sign-out", {"Origin": ""}),
        ("POST", "/api/sign-out", {"Content_Type": "text/plain"}),
        ("POST", "/api/sign-out", {"Sec_Fetch_Site": "same-site"}),
        ("POST", "/open", {"Origin": "https://evil.example"}),
    ],
    ids=str,
)
def test_others_are_refused(browser: Browser, method: str, path: str, headers: Any) -> None:
    status, _, text = browser.send(method, path, {}, **headers)
    assert status == 403
    assert "products-dev" not in text


@pytest.mark.parametrize("path", ["/../server.py", "/%2e%2e/server.py", "//etc/passwd", "/static/"])
def test_no_path_leads_out_of_the_page(browser: Browser, path: str) -> None:
    assert browser.send("GET", path)[0] == 404


def test_a_body_that_is_none_is_refused(browser: Browser) -> None:
    for body in ("[1]", "{", "[" * 100_000):
        assert browser.send("POST", "/api/sign-in", body)[0] == 403


def test_a_second_request_is_not_smuggled_in(browser: Browser) -> None:
    """What a request brings that isn't read isn't taken for the next one."""
    inside = f"GET /api/about HTTP/1.1\r\nHost: 127.0.0.1:{browser.port}\r\n\r\n"
    head = f"Host: 127.0.0.1:{browser.port}\r\nCookie: {browser.cookie}\r\n"
    for how in (f"Content-Length: {len(inside)}", "Transfer-Encoding: chunked"):
        with socket.create_connection(("127.0.0.1", browser.port), timeout=PATIENCE) as raw:
            raw.sendall(f"GET /nothing HTTP/1.1\r\n{head}{how}\r\n\r\n{inside}".encode())
            answers = b"".join(iter(lambda: raw.recv(65536), b""))
        assert answers.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "9" * 9, "9" * 5000, ""])
def test_a_length_that_is_none_is_refused(browser: Browser, length: str) -> None:
    head = f"POST /api/sign-out HTTP/1.1\r\nHost: 127.0.0.1:{browser.port}\r\n"
    head += f"Cookie: {browser.cookie}\r\nOrigin: http://127.0.0.1:{browser.port}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", browser.port), timeout=PATIENCE) as raw:
        raw.sendall(head.encode())
        assert raw.recv(65536).startswith(b"HTTP/1.1 403")


def test_a_port_in_use_is_reported(browser: Browser, deployed: Deployed) -> None:
    words = ("open", "--local", "--no-browser", "--port", str(browser.port))
    ended = deployed.project.run(*words, code=1)
    assert f"port {browser.port} can't be used: Address already in use" in ended.err


def test_a_product_lives_and_is_overtaken(user: Browser, product_id: str) -> None:
    """With a price that no float holds, from the first input to the last answer."""
    given = {"productId": product_id, "category": "C", "productName": "N", "productPrice": PRICE}
    assert user.json("POST", "/api/product/create", given)["status"] == 201
    assert user.json("POST", "/api/product/create", given)["code"] == "product_exists"
    read = user.json("GET", f"/api/product?id={product_id}")["product"]
    assert read["fields"]["productPrice"] == PRICE
    named = {"id": product_id, "etag": read["etag"], "had": read["had"]}

    changed = user.json("POST", "/api/product/change", {**named, "stock": "3"})
    assert changed["product"]["fields"]["stock"] == "3"
    late = user.json("POST", "/api/product/change", {**named, "stock": "4"})
    assert (late["status"], late["current"]["fields"]["stock"]) == (412, "3")
    assert user.json("POST", "/api/product/delete", named)["status"] == 412

    now = {**named, "etag": late["current"]["etag"]}
    wrong = user.json("POST", "/api/product/change", {**now, "stock": "-1", "productPrice": "x"})
    assert {each["field"] for each in wrong["errors"]} == {"stock", "productPrice"}
    assert user.json("POST", "/api/product/delete", now)["status"] == 204
    assert user.json("GET", f"/api/product?id={product_id}")["status"] == 404


def test_the_list_is_paged_and_filtered(user: Browser, product_id: str) -> None:
    for number in range(3):
        given = {"productId": f"{product_id}.{number}", "category": product_id}
        user.json("POST", "/api/product/create", {**given, "productName": "N", "productPrice": "1"})
    found, token = [], ""
    while True:
        query = f"category={product_id}&limit=2&nextToken={token}"
        page = user.json("GET", f"/api/products?{query}")
        found += [item["fields"]["productId"] for item in page["items"]]
        token = page["nextToken"]
        if not token:
            break
    assert sorted(found) == [f"{product_id}.{number}" for number in range(3)]


def test_a_first_password_is_replaced(user: Browser, deployed: Deployed) -> None:
    pool = {"UserPoolId": deployed.reported["user_pool_id"], "Username": "page-newcomer"}
    cognito = deployed.client("cognito-idp")
    leaks.secret("Temporary-1!")
    cognito.admin_create_user(**pool, TemporaryPassword="Temporary-1!", MessageAction="SUPPRESS")
    given = {"user": "page-newcomer", "password": "Temporary-1!"}
    assert user.json("POST", "/api/sign-in", given)["asked"] == "password"
    assert "empty" in user.json("POST", "/api/answer", {"answer": ""})["failed"]
    reported = user.json("POST", "/api/answer", {"answer": PASSWORD})
    assert reported["user"] == "page-newcomer"


def test_a_second_factor_is_asked_for(user: Browser, deployed: Deployed) -> None:
    """By an authenticator's code; the pool is put back as it was."""
    new_user(deployed, "page-totp")
    cognito, pool = deployed.client("cognito-idp"), deployed.reported["user_pool_id"]
    access = deployed.tokens("page-totp")["AccessToken"]
    secret = cognito.associate_software_token(AccessToken=access)["SecretCode"]
    cognito.verify_software_token(AccessToken=access, UserCode=totp(secret))
    preference = {"Enabled": True, "PreferredMfa": True}
    cognito.set_user_mfa_preference(AccessToken=access, SoftwareTokenMfaSettings=preference)
    on = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "OPTIONAL"}
    cognito.set_user_pool_mfa_config(UserPoolId=pool, **on)
    try:
        given = {"user": "page-totp", "password": PASSWORD}
        assert user.json("POST", "/api/sign-in", given)["asked"] == "code"
        wrong = user.json("POST", "/api/answer", {"answer": "000000"})
        assert "isn't the right one" in wrong["failed"]
        assert user.json("POST", "/api/sign-in", given)["asked"] == "code"
        reported = user.json("POST", "/api/answer", {"answer": totp(secret)})
        assert reported["user"] == "page-totp"
    finally:
        cognito.set_user_pool_mfa_config(UserPoolId=pool, MfaConfiguration="OFF")


def totp(secret: str) -> str:
    """The authenticator's code now (RFC 6238)."""
    leaks.secret(secret)
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret + "=" * (-len(secret) % 8)), counter, "sha1").digest()
    number = struct.unpack(">I", digest[digest[-1] & 15 :][:4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def test_a_wrong_password_is_reported_and_out_is_out(user: Browser) -> None:
    given = {"user": "page-user", "password": "Wrong-pass-9"}
    assert "Wrong password" in user.json("POST", "/api/sign-in", given)["failed"]
    assert user.json("POST", "/api/sign-out", {})["user"] is None
    assert "Nobody is signed in" in user.json("GET", "/api/products")["failed"]


def test_a_request_is_found_in_log_plot_and_trace(user: Browser, product_id: str) -> None:
    user.json("POST", "/api/sign-in", {"user": "page-user", "password": PASSWORD})
    refused = user.json("POST", "/api/product/create", {"productId": product_id})
    query = f"source=create&text={refused['requestId']}"
    (line,) = user.json("GET", f"/api/logs?{query}")["lines"]
    assert line["requestId"] == refused["requestId"]
    assert "invalid_product" in line["text"]
    assert user.json("GET", f"/api/logs?{query}&level=ERROR")["lines"] == []
    assert user.json("GET", f"/api/logs?{query}&from={line['time'] + 1}")["lines"] == []
    reported = user.json("GET", f"/api/story?id={line['requestId']}")["lines"]
    assert {each["text"].partition(" ")[0] for each in reported} >= {"START", "400", "REPORT"}
    plots = user.json("GET", "/api/plots?since=10m")
    assert sum(plots["series"]["clientErrors"]) >= 1
    assert len(plots["series"]["p95"]) == plots["window"]["points"]


@pytest.mark.parametrize(
    "query", ["logs?source=x", "logs?since=soon", "story?id=%22", "plots?since=x"]
)
def test_what_makes_no_sense_is_reported(browser: Browser, query: str) -> None:
    assert browser.json("GET", f"/api/{query}")["failed"]


def test_calls_are_tried_as_who_is_signed_in(user: Browser, product_id: str) -> None:
    """With any method, exact, and never with a token that the viewer was given."""
    user.json("POST", "/api/sign-in", {"user": "page-user", "password": PASSWORD})
    path = f"/try/products/{product_id}"
    given = {"productId": product_id, "category": "C", "productName": "N"}
    body = json.dumps(given)[:-1] + f', "productPrice": {PRICE}}}'
    assert user.send("POST", "/try/products", body)[0] == 201
    status, headers, text = user.send("GET", path, Authorization="Bearer not.this.one")
    assert (status, headers["etag"]) == (200, '"1"')
    assert f'"productPrice": {PRICE}' in text or f'"productPrice":{PRICE}' in text
    assert user.send("PUT", path, '{"stock": 1}', If_Match='"9"')[0] == 412
    assert user.send("GET", path, If_None_Match='"1"')[0] == 304
    assert user.send("DELETE", path, Origin="https://evil.example")[0] == 403
    assert user.send("PUT", path, '{"stock": 1}', Origin="")[0] == 403
    assert user.send("DELETE", path, Cookie="")[0] == 403
    assert user.send("DELETE", path)[0] == 204
    document = user.json("GET", "/api/openapi.json")
    assert [server["url"] for server in document["servers"]] == ["/try"]


def test_the_system_is_shown_as_it_was_read(browser: Browser, deployed: Deployed) -> None:
    """Nobody needs to be signed in. `deployed` is as its configuration says."""
    found = browser.json("GET", "/api/system")
    ids = {box["id"]: {each["id"] for each in box["ids"]} for box in found["boxes"]}
    assert ids.keys() == {"users", "api", "create", "get", "update", "delete", "table"}
    assert {deployed.reported["user_pool_id"], deployed.reported["client_id"]} == ids["users"]
    assert deployed.reported["api_id"] in ids["api"]
    assert {each["state"] for each in (*found["boxes"], *found["routes"])} == {"unchanged"}
    assert [release["inForce"] for release in found["releases"]] == [True]


def test_sigterm_ends_it_and_it_wrote_nothing(browser: Browser, process: Running) -> None:
    """The last test of this file: no request, and no secret, was written down."""
    begun = process.out
    process.process.send_signal(signal.SIGTERM)
    leaks.saw("productsapi open", process.ends_with(143))
    assert begun.count("\n") == 1
    assert process.out == begun
    assert process.err == "Ctrl-C ends it.\n\nInterrupted by SIGTERM.\n"
