"""A proxy for HTTPS_PROXY that looks into what passes: each request goes to one function.

The command's connection is told apart from AWS's own by nothing but the certificate, which it is
given to trust (AWS_CA_BUNDLE). What was signed passes unchanged.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from fault_calls import Request
from fault_kinds import Answer
from life_authority import Authority
from recording_proxy import running, url_of

Answering = Callable[[str, Request], Answer]
"""What gives the answer for a host's request."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):  # who asked may be gone
            super().handle_error(request, client_address)


class Tunnel:
    """`serving` it answers, until the block ends."""

    def __init__(self, authority: Authority, answering: Answering) -> None:
        self.authority = authority
        self._answering = answering
        self._server = _Server(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return url_of(self._server)

    @contextmanager
    def serving(self) -> Iterator[Tunnel]:
        with running(self._server):
            yield self

    @property
    def environment(self) -> dict[str, str]:
        """What leads a command through it."""
        bundle = str(self.authority.bundle)
        return {"HTTPS_PROXY": self.url, "AWS_CA_BUNDLE": bundle}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        tunnel = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            host = ""

            def do_CONNECT(self) -> None:
                self.host = self.path.rpartition(":")[0]
                self.send_response_only(200)
                self.end_headers()
                context = tunnel.authority.context(self.host)
                self.connection = context.wrap_socket(self.connection, server_side=True)
                self.rfile = self.connection.makefile("rb", self.rbufsize)
                self.wfile = self.connection.makefile("wb", 0)
                self.close_connection = False

            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                request = Request(self.command, self.path, dict(self.headers), body)
                answer = tunnel._answering(self.host, request)
                self.send_response_only(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                head = b"".join([*self._headers_buffer, b"\r\n"])
                self._headers_buffer: list[bytes] = []
                sent = b"" if self.command == "HEAD" else answer.body
                self.wfile.write(head + sent)

            do_GET = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815
            do_PATCH = do_HEAD = do_OPTIONS = _pass_on  # noqa: N815

            def finish(self) -> None:
                with suppress(OSError, ValueError):
                    super().finish()
                with suppress(OSError):
                    self.connection.close()

            def log_message(self, *args: Any) -> None:
                pass

        return Handler
