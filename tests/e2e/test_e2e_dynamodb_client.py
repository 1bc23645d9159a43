"""The functions' DynamoDB client over real TLS and real sockets, and what goes wrong on them."""

from __future__ import annotations

import itertools
import re
import socket
import ssl
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from e2e_commands import PATIENCE
from tls_server import Act, Authority, Server, answer, new_authority, reset, send

sys.path.insert(0, str(Path(__file__).parents[2] / "lambda_src"))

from shared import connection, trust
from shared.connection import LARGEST_ANSWER
from shared.dynamodb import DynamoDB
from shared.service_errors import UNREACHABLE, UNTRUSTED, ServiceError

HOST = "localhost"
ITEM = {"productId": {"S": "a"}}
FOUND = answer({"Item": ITEM})
CONDITION = answer({"__type": "x#ConditionalCheckFailedException", "Item": ITEM}, 400)
ENOUGH_S = PATIENCE
"""What a request has where an answer comes."""
BRIEF_S = 0.5
"""Where none comes."""


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer of the server's is too late for the machine's pace alone."""
    monkeypatch.setattr(connection, "CONNECT_S", ENOUGH_S)
    monkeypatch.setattr(connection, "ANSWER_S", ENOUGH_S)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def serving(authority: Authority) -> Iterator[Callable[..., Server]]:
    opened = []

    def serve(*acts: Act, context: ssl.SSLContext | None = None) -> Server:
        server = Server(context or authority.context(HOST), list(acts))
        opened.append(server.serving())
        return opened[-1].__enter__()

    yield serve
    for each in opened:
        each.__exit__(None, None, None)


@pytest.fixture
def client_of(authority: Authority) -> Iterator[Callable[[Server], DynamoDB]]:
    made = []

    def of(server: Server, **environment: str) -> DynamoDB:
        made.append(
            DynamoDB(
                {
                    "AWS_REGION": "eu-west-2",
                    "AWS_ENDPOINT_URL": f"https://{HOST}:{server.port}",
                    "AWS_CA_BUNDLE": str(authority.bundle),
                    "AWS_ACCESS_KEY_ID": "AKID",
                    "AWS_SECRET_ACCESS_KEY": "secret",
                    **environment,
                }
            )
        )
        return made[-1]

    yield of
    for each in made:
        each.connection.close()


@pytest.fixture
def ask(
    serving: Callable[..., Server], client_of: Callable[..., DynamoDB]
) -> Callable[..., tuple[Any, Server]]:
    """One GetItem, the first requests of which are met by `acts`."""

    def asked(*acts: Act) -> tuple[Any, Server]:
        server = serving(*acts)
        return client_of(server).within(ENOUGH_S).get_item(TableName="T", Key=ITEM), server

    return asked


def test_calls_share_a_connection_that_stays(
    serving: Callable[..., Server], client_of: Callable[..., DynamoDB]
) -> None:
    server = serving(send(FOUND))
    client = client_of(server)
    client.open()
    for _ in range(20):
        assert client.within(ENOUGH_S).get_item(TableName="T", Key=ITEM) == {"Item": ITEM}
    assert server.connections == 1
    [request, *_] = server.requests
    assert request.startswith(b"POST / HTTP/1.1\r\n")
    assert f"host: {HOST}:{server.port}".encode() in request.lower()
    assert request.endswith(b'{"TableName":"T","Key":{"productId":{"S":"a"}}}')


@pytest.mark.parametrize("gone", ["end of TLS", "RST", "a timeout's answer"])
def test_a_connection_closed_meanwhile_isnt_used(
    serving: Callable[..., Server], client_of: Callable[..., DynamoDB], gone: str
) -> None:
    """Lambda freezes an environment; no change may count as sent on what was closed by then."""

    def then_close(sock: socket.socket) -> bool:
        sock.sendall(FOUND)
        if gone == "RST":
            reset(sock)
        elif gone == "a timeout's answer":
            sock.sendall(answer({}, 408))
        return False

    server = serving(then_close, send(CONDITION))
    client = client_of(server)
    client.within(ENOUGH_S).get_item(TableName="T", Key=ITEM)
    assert server.closed.acquire(timeout=PATIENCE)
    until = time.monotonic() + ENOUGH_S
    with pytest.raises(ServiceError) as raised:
        client.send("PutItem", {"TableName": "T"}, until)
    assert raised.value.code == "ConditionalCheckFailedException"
    assert not raised.value.was_retried
    assert (server.connections, len(server.requests)) == (2, 2)


def drip(sock: socket.socket) -> bool:
    """A byte at a time: each read ends soon, all of them never."""
    for byte in FOUND:
        sock.sendall(bytes([byte]))
        time.sleep(0.05)
    return True


def silence(sock: socket.socket) -> bool:
    time.sleep(3 * BRIEF_S)
    return False


def chunked(*pieces: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body + end


BROKEN: dict[str, Act] = {
    "closed without an answer": lambda _: False,
    "reset": reset,
    "cut in the head": send(FOUND[:20], stay=False),
    "cut in the body": send(FOUND[:-3], stay=False),
    "cut chunks": send(chunked(b'{"Item":', end=b""), stay=False),
    "no HTTP": send(b"\x00\x01garbage\r\n\r\n", stay=False),
    "another checksum": send(answer({"Item": ITEM}, **{"x-amz-crc32": "1"})),
    "no JSON": send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>"),
    "early hints alone": send(b"HTTP/1.1 103 Early Hints\r\n\r\n", stay=False),
    "headers without end": send(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200, stay=False),
    "too large": send(
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (LARGEST_ANSWER * 2), stay=False
    ),
    "a moved service": send(b"HTTP/1.1 301 No\r\nContent-Length: 0\r\n\r\n"),
    "an internal error": send(answer({"__type": "InternalServerError"}, 500)),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_answer_is_asked_for_again(ask: Callable[..., Any], how: str) -> None:
    reported, server = ask(BROKEN[how], send(FOUND))
    assert reported == {"Item": ITEM}
    assert len(server.requests) == 2


@pytest.mark.parametrize("how", BROKEN)
def test_what_a_broken_answer_may_have_done_is_named(
    serving: Callable[..., Server], client_of: Callable[..., DynamoDB], how: str
) -> None:
    server = serving(BROKEN[how], send(CONDITION))
    with pytest.raises(ServiceError) as raised:
        client_of(server).within(ENOUGH_S).put_item(TableName="T", Item=ITEM)
    assert raised.value.was_retried
    assert raised.value.item == ITEM


@pytest.mark.parametrize("how", [drip, silence])
def test_a_slow_answer_ends_with_the_requests_time(
    serving: Callable[..., Server], client_of: Callable[..., DynamoDB], how: Act
) -> None:
    server = serving(how)
    begun = time.monotonic()
    client = client_of(server)
    with pytest.raises(ServiceError) as raised:
        client.within(BRIEF_S).get_item(TableName="T", Key=ITEM)
    assert (raised.value.code, raised.value.passes) == (UNREACHABLE, True)
    assert time.monotonic() - begun >= 0.3  # it has been waited for


@pytest.mark.parametrize(
    "whole",
    [
        chunked(b'{"Item":{"product', b'Id":{"S":"a"}}}'),
        b"HTTP/1.1 100 Continue\r\n\r\n" + FOUND,
        FOUND.replace(b"HTTP/1.1 200 Any\r\n", b"HTTP/1.1 200 Any\r\nConnection: close\r\n"),
    ],
    ids=["chunked", "continue", "closing"],
)
def test_each_form_of_a_whole_answer_is_taken(ask: Callable[..., Any], whole: bytes) -> None:
    reported, server = ask(send(whole, stay=b"close" not in whole))
    assert reported == {"Item": ITEM}
    assert len(server.requests) == 1


@pytest.mark.parametrize("wrong", ["another name", "another CA", "expired", "no TLS"])
def test_who_isnt_dynamodb_gets_no_request(
    authority: Authority,
    serving: Callable[..., Server],
    client_of: Callable[..., DynamoDB],
    tmp_path: Path,
    wrong: str,
) -> None:
    contexts: dict[str, Callable[[], ssl.SSLContext | None]] = {
        "another name": lambda: authority.context("example.com"),
        "another CA": lambda: new_authority(tmp_path).context(HOST),
        "expired": lambda: authority.context(HOST, expired=True),
        "no TLS": lambda: None,
    }
    server = serving(send(FOUND), context=contexts[wrong]() or authority.context(HOST))
    if wrong == "no TLS":
        server.context = None
    limit = BRIEF_S if wrong == "no TLS" else ENOUGH_S
    with pytest.raises(ServiceError) as raised:
        client_of(server).within(limit).get_item(TableName="T", Key=ITEM)
    assert raised.value.code == (UNREACHABLE if wrong == "no TLS" else UNTRUSTED)
    assert not [each for each in server.requests if b"AKID" in each]


def test_the_system_trusts_no_stranger(
    serving: Callable[..., Server], client_of: Callable[..., DynamoDB]
) -> None:
    server = serving(send(FOUND))
    with pytest.raises(ServiceError) as raised:
        client_of(server, AWS_CA_BUNDLE="").within(ENOUGH_S).get_item(TableName="T", Key=ITEM)
    assert raised.value.code == UNTRUSTED


def test_old_tls_isnt_spoken(authority: Authority) -> None:
    context = trust.trust_of({"AWS_CA_BUNDLE": str(authority.bundle)}).first
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED


@pytest.fixture
def system(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Another authority, which the machine believes beside the server's."""
    other = new_authority(tmp_path)
    bundle = tmp_path / "system.pem"
    bundle.write_bytes(other.bundle.read_bytes() + authority.bundle.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    return other


def fingerprint(authority: Authority) -> str:
    return authority.certificate.fingerprint(hashes.SHA256()).hex()


@pytest.mark.parametrize("vouched", [True, False])
def test_awss_authorities_are_read_first(
    authority: Authority,
    system: Authority,
    serving: Callable[..., Server],
    client_of: Callable[..., DynamoDB],
    monkeypatch: pytest.MonkeyPatch,
    *,
    vouched: bool,
) -> None:
    """And all that the system believes only for whom they don't vouch."""
    monkeypatch.setattr(trust, "AWS_ROOTS", {fingerprint(authority if vouched else system)})
    server = serving(send(FOUND))
    client = client_of(server, AWS_CA_BUNDLE="")
    believed = client.connection.context.get_ca_certs()  # a serial number begins with zeros, or not
    assert [int(str(each["serialNumber"]), 16) for each in believed] == [
        (authority if vouched else system).certificate.serial_number
    ]
    assert client.within(ENOUGH_S).get_item(TableName="T", Key=ITEM) == {"Item": ITEM}
    assert (client.connection.all_trusted is None) == (not vouched)
    assert (server.connections, len(server.requests)) == (1 if vouched else 2, 1)


def test_without_awss_the_system_is_believed(system: Authority) -> None:
    assert trust.trust_of({}).all is None
    assert len(trust.trust_of({}).first.get_ca_certs()) == 2


def test_awss_authorities_are_the_systems_own() -> None:
    context = ssl.create_default_context()
    names = [str(each["subject"]) for each in context.get_ca_certs()]
    if not any("Amazon Root CA 1" in name for name in names):
        pytest.skip("this system doesn't believe them")
    first = trust.trust_of({}).first.get_ca_certs()
    assert len(first) == len(trust.AWS_ROOTS)
    assert all(re.search("Amazon Root CA|Starfield Services", str(each)) for each in first)


def test_nobody_there_is_reported_and_passes(client_of: Callable[..., DynamoDB]) -> None:
    server = Server(None, [])
    server.listener.close()
    with pytest.raises(ServiceError) as raised:
        client_of(server).within(BRIEF_S).put_item(TableName="T", Item=ITEM)
    error = raised.value
    assert (error.code, error.passes, error.was_retried) == (UNREACHABLE, True, False)


LITTLE_MEMORY = 100_000
"""Bytes by which two moments may differ: a connection here, a cache there."""


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def many_calls(client: DynamoDB, times: int) -> int:
    """Bytes that are in use afterwards."""
    for _ in range(times):
        client.within(ENOUGH_S).get_item(TableName="T", Key=ITEM)
    return tracemalloc.get_traced_memory()[0]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads /proc")
@pytest.mark.parametrize("times", [400, pytest.param(10_000, marks=pytest.mark.long)])
def test_no_socket_or_memory_is_left_behind(
    serving: Callable[..., Server], client_of: Callable[..., DynamoDB], times: int
) -> None:
    """Every third answer ends its connection."""
    answered = itertools.count(1)

    def act(sock: socket.socket) -> bool:
        sock.sendall(FOUND)
        server.requests.clear()  # the server's memory is seen, too
        return bool(next(answered) % 3)

    server = serving(act)
    client = client_of(server)
    tracemalloc.start()
    try:
        many_calls(client, 50)
        before, files = tracemalloc.get_traced_memory()[0], open_files()
        after = many_calls(client, times)
    finally:
        tracemalloc.stop()
    assert open_files() <= files + 2
    assert after - before < LITTLE_MEMORY  # however many the calls
    assert server.connections > times / 4  # they were really replaced
