"""A reverse proxy before the local cloud, that notes which AWS operations pass through it."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from e2e_commands import PATIENCE
from e2e_project import KEYS

READS = re.compile(
    r"(Describe|List|Get|Filter|AdminGet|AdminList|Scan|Query|Batch.*Get|Simulate)\w*"
)
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "date", "server"}


class RecordingProxy:
    """`operations` are named as AWS names them, or by verb and path where that is all there is.

    `requests` tell what was sent with each, `refused` are those that IAM didn't allow. After each
    change there is a call of `changed`, before whoever made it is answered.
    """

    def __init__(self, upstream: str | None) -> None:
        self.upstream = upstream
        self.operations: list[str] = []
        self.requests: list[tuple[str, bytes]] = []
        self.refused: list[str] = []
        self.changed: Callable[[], None] = lambda: None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return url_of(self._server)

    @property
    def changes(self) -> list[str]:
        """The operations that aren't known to only read."""
        return [each for each in self.operations if not is_read(each)]

    @contextmanager
    def serving(self) -> Iterator[RecordingProxy]:
        with running(self._server):
            yield self

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                named = operation(self.command, self.path, self.headers, body)
                proxy.operations.append(named)
                proxy.requests.append((named, body))
                if proxy.upstream is None:
                    self.send_error(503)
                    return
                upstream = http.client.HTTPConnection(
                    urlsplit(proxy.upstream).netloc, timeout=PATIENCE
                )
                try:  # the Host header stays, since it is part of what is signed
                    upstream.request(self.command, self.path, body, dict(self.headers))
                    answer = upstream.getresponse()
                    content = answer.read()
                    if b"is not authorized to perform" in content:
                        proxy.refused.append(named)
                finally:
                    upstream.close()
                if not is_read(named):
                    proxy.changed()
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in HOP_BY_HOP | {"content-length"}:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _pass_on  # noqa: N815 - its names
            do_HEAD = do_OPTIONS = do_CONNECT = _pass_on  # noqa: N815

            def log_message(self, *args: Any) -> None:
                pass

        return Handler


class _Doorkeeper:
    """Stands where a proxy notes its operations, and holds the first that `stops`."""

    def __init__(self, stops: Callable[[str], bool]) -> None:
        self.stops = stops
        self.reached = Event()
        self.go_on = Event()

    def append(self, operation: str) -> None:
        if self.stops(operation) and not self.reached.is_set():
            self.reached.set()
            self.go_on.wait(PATIENCE)


@contextmanager
def held(
    upstream: str, stops: Callable[[str], bool]
) -> Iterator[tuple[dict[str, str], Callable[[], None]]]:
    """An environment whose commands are held while the cloud hasn't got the call that `stops`.

    With it, what waits until that call is under way. It goes on at the end of the block.
    """
    proxy, keeper = RecordingProxy(upstream), _Doorkeeper(stops)
    proxy.operations = keeper  # type: ignore[assignment]

    def reached() -> None:
        assert keeper.reached.wait(PATIENCE), "it never came there"

    with proxy.serving():
        try:
            yield {**KEYS, "AWS_ENDPOINT_URL": proxy.url}, reached
        finally:
            keeper.go_on.set()


def url_of(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}"


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[None]:
    """The server answers as long as the block runs."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def operation(method: str, path: str, headers: Any, body: bytes) -> str:
    """DescribeTable from X-Amz-Target, GetRole from Action=, or `POST /restapis`."""
    if target := headers.get("X-Amz-Target"):
        return str(target).rpartition(".")[2]
    if "form-urlencoded" in headers.get("Content-Type", ""):
        return parse_qs(body.decode())["Action"][0]
    return f"{method} {path}"


def is_read(operation: str) -> bool:
    return operation.startswith(("GET /", "HEAD /")) or READS.fullmatch(operation) is not None
