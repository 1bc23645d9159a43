"""The server on loopback: guarded, one thread a request, nothing written down about any of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from productsapi.api_client import Answer
from productsapi.errors import ProductsApiError
from productsapi.page.files import TYPES, File, static
from productsapi.page.request_guard import EXCHANGE, HOST, Guard
from productsapi.printable import printable

LARGEST_BODY = 1024 * 1024
"""Bytes; a product's body may have a quarter of that."""
PATIENCE = 30
"""Seconds that a browser may take to send what it asks."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
NO_LENGTH = (
    "A request body needs a Content-Length header of at most 1 MB (chunked encoding is not "
    "accepted)."
)
WITHOUT_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

Forward = Callable[[str, str, Mapping[str, str], "bytes | None"], Answer]
"""Given method, path with query, headers in lower case and body: the answer to give back."""
View = Callable[[Mapping[str, Any]], Any]
"""Given the query or the body; what it returns is sent as JSON."""


class Server(ThreadingHTTPServer):
    """Listens at once.

    `views` are by method and path, `framed` are files with a policy each; `forward` is a path and
    what answers all that is asked for below it.
    """

    daemon_threads = True

    def __init__(
        self,
        port: int,
        views: Mapping[tuple[str, str], View],
        framed: Mapping[str, tuple[File, str]] | None = None,
        forward: tuple[str, Forward] | None = None,
    ) -> None:
        """Port 0 is any that is free. Raises ProductsApiError where it can't be had."""
        self.views = views
        self.framed = framed or {}
        self.forward = forward
        try:
            super().__init__((HOST, port), Handler)
        except OSError as error:
            why = error.strerror or error
            hint = "omit --port: any free port is used"
            raise ProductsApiError(f"port {port} can't be used: {why}", hint) from error
        self.guard = Guard(self.server_address[1])

    def server_bind(self) -> None:
        """Without HTTPServer's look for this machine's name, which may ask a DNS server."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away is no event, and no traceback either way."""


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PUT(self) -> None:
        self._answer("PUT")

    def do_PATCH(self) -> None:
        self._answer("PATCH")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def log_message(self, *_args: Any) -> None:
        """No request is written down."""

    def version_string(self) -> str:
        return "productsapi"

    def _answer(self, method: str) -> None:
        path, query = self._asked()
        refused = self.server.guard.refusal(method, path, self.headers)
        below, forward = self.server.forward or ("", None)
        forwards = bool(below) and path.startswith(f"{below}/")
        given: Any = dict(parse_qsl(query, keep_blank_values=True))
        body = None
        if method in {"POST", "PUT", "PATCH"} and not refused:
            body, refused = self._body()
        elif self._has_body():
            self.close_connection = True  # which would be taken for the next request
        if method == "POST" and not (refused or forwards):
            given, refused = _object(body)
        if refused:
            self.close_connection = True  # what it has sent besides isn't read
            self._send(HTTPStatus.FORBIDDEN, TYPES["html"], _page(refused))
        elif forwards and forward:
            self._return_answer(forward(method, self.path, _lower(self.headers), body))
        elif (method, path) == ("POST", EXCHANGE):
            self._exchange(given)
        elif view := self.server.views.get((method, path)):
            self._send(HTTPStatus.OK, "application/json", _result(view, given))
        elif method == "GET" and (framed := self.server.framed.get(path)):
            self._send(HTTPStatus.OK, *framed[0], policy=framed[1])
        elif method == "GET" and (file := static().get(path)):
            self._send(HTTPStatus.OK, *file)
        else:
            self._send(HTTPStatus.NOT_FOUND, TYPES["html"], _page("There is nothing here."))

    def _asked(self) -> tuple[str, str]:
        try:
            parts = urlsplit(self.path)
        except ValueError:
            return "", ""
        return parts.path, parts.query

    def _has_body(self) -> bool:
        return "Transfer-Encoding" in self.headers or "Content-Length" in self.headers

    def _body(self) -> tuple[bytes, str]:
        """What was sent, or why it isn't taken."""
        if self.headers.get("Content-Type", "").partition(";")[0] != "application/json":
            return b"", "Only JSON is taken."
        length = self.headers.get("Content-Length", "")
        reported = (
            length.isascii() and length.isdigit() and len(length) < len(str(LARGEST_BODY)) + 1
        )
        if not reported or int(length) > LARGEST_BODY or "Transfer-Encoding" in self.headers:
            return b"", NO_LENGTH
        return self.rfile.read(int(length)), ""

    def _return_answer(self, answer: Answer) -> None:
        headers = {n: v for n, v in answer.headers.items() if n != "content-type"}
        kind = answer.headers.get("content-type", "")
        self._send(answer.status, kind, answer.body, more=headers)

    def _exchange(self, given: Mapping[str, Any]) -> None:
        guard = self.server.guard
        if guard.exchange(given.get("key")):
            self._send(HTTPStatus.NO_CONTENT, "", b"", more={"Set-Cookie": guard.set_cookie})
        else:
            self._send(HTTPStatus.FORBIDDEN, TYPES["html"], _page("The key isn't valid any more."))

    def _send(
        self,
        status: int,
        kind: str,
        content: bytes,
        *,
        policy: str = POLICY,
        more: Mapping[str, str] = {},
    ) -> None:
        self.send_response(status)
        for name, value in {**more, **HEADERS, "Content-Security-Policy": policy}.items():
            self.send_header(name, value)
        if kind:
            self.send_header("Content-Type", kind)
        if status not in WITHOUT_BODY:
            self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)


def _result(view: View, given: Mapping[str, Any]) -> bytes:
    """An error that a person can cause is a result too: the page shows its words."""
    try:
        described = view(given)
    except ProductsApiError as error:
        described = {"failed": printable(error.message), "hint": printable(error.hint)}
    except Exception as error:  # noqa: BLE001 - a fault of ours; its text may hold anything
        described = {"failed": f"This is a fault in the page's server ({type(error).__name__})."}
    return json.dumps(described).encode()


def _object(body: bytes | None) -> tuple[dict[str, Any], str]:
    try:
        reported = json.loads(body or b"")
    except (ValueError, RecursionError):
        reported = None
    return (reported, "") if isinstance(reported, dict) else ({}, "The body isn't a JSON object.")


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in headers.items()}


def _page(words: str) -> bytes:
    """Words of ours, none of a request."""
    return f"<!doctype html><title>productsapi</title><p>{words}</p>".encode()
