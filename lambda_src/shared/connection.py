"""One connection to one host, kept between requests, and bounded in time.

Lambda freezes an environment between two requests, for minutes: the other side has often closed the
connection by then. That is noticed before anything is sent on it.
"""

from __future__ import annotations

import io
import os
import socket
import ssl
import time
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Callable, Mapping, NamedTuple

from shared.endpoint import Endpoint

CONNECT_S = 1.0
ANSWER_S = 2.0
LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes. DynamoDB's pages hold 1 MB of items, which JSON may make several times longer."""
PIECE = 64 * 1024

BUNDLES = (
    "/etc/pki/tls/certs/ca-bundle.crt",  # Amazon Linux: Lambda's runtimes
    "/etc/ssl/certs/ca-certificates.crt",  # Debian
    "/etc/ssl/cert.pem",  # Alpine, macOS
)
"""Where a system's certificates lie if OpenSSL doesn't find them itself."""


class NoAnswer(Exception):
    """`sent` says whether the request may have reached the other side, and so be done."""

    def __init__(self, cause: Exception, *, sent: bool) -> None:
        super().__init__(type(cause).__name__)
        self.sent = sent
        # no later try makes a certificate good
        self.untrusted = isinstance(cause, ssl.SSLCertVerificationError)


class Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


def tls_context(environment: Mapping[str, str]) -> ssl.SSLContext:
    """TLS 1.2 at least; certificate and host name are checked, by AWS_CA_BUNDLE if it is set."""
    bundle = environment.get("AWS_CA_BUNDLE") or None
    if bundle is None and ssl.get_default_verify_paths()[:2] == (None, None):
        bundle = next(filter(os.path.exists, BUNDLES), None)
    context = ssl.create_default_context(cafile=bundle)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class Connection:
    """Opened when needed, and closed whenever its state isn't known any more."""

    def __init__(
        self,
        endpoint: Endpoint,
        context: ssl.SSLContext | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.endpoint = endpoint
        self.context = context
        self.clock = clock
        self._http: HTTPConnection | None = None

    def post(self, headers: Mapping[str, str], body: bytes, until: float) -> Reply:
        """The answer to a POST of `body` to `/`. Raises NoAnswer; `until` is by the clock."""
        if self._http is None or _is_stale(self._http.sock):
            self.open(until)
        try:
            return self._exchange(headers, body, until)
        except (OSError, HTTPException, ValueError) as error:
            self.close()
            raise NoAnswer(error, sent=True) from error

    def open(self, until: float) -> None:
        """Anew. Raises NoAnswer."""
        self.close()
        until = min(until, self.clock() + CONNECT_S)
        try:
            http = HTTPConnection(self.endpoint.host, self.endpoint.port)
            http.auto_open = 0  # never behind our back, without TLS and bounds
            http.sock = self._dialled(until)
        except (OSError, UnicodeError) as error:  # the latter for what no host name can hold
            raise NoAnswer(error, sent=False) from error
        self._http = http

    def close(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

    def _dialled(self, until: float) -> socket.socket:
        """The first of the host's addresses that can be reached in time."""
        host = self.endpoint.host
        failure: OSError = OSError("the host has no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(
            host, self.endpoint.port, type=socket.SOCK_STREAM
        ):
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(self._left(until))
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self.context is None:
                    return sock
                sock.settimeout(self._left(until))
                return self.context.wrap_socket(sock, server_hostname=host)
            except OSError as error:
                sock.close()
                failure = error
                if isinstance(error, ssl.SSLError):
                    break
        raise failure

    def _exchange(self, headers: Mapping[str, str], body: bytes, until: float) -> Reply:
        http = self._http
        if http is None:
            raise OSError("closed")
        until = min(until, self.clock() + ANSWER_S)
        http.sock.settimeout(self._left(until))
        http.response_class = partial(_Bounded, partial(self._left, until))  # type: ignore[assignment]
        http.request("POST", "/", body, dict(headers))
        with http.getresponse() as response:
            content = _content(response)
            if response.will_close:
                self.close()
            told = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, told, content)

    def _left(self, until: float) -> float:
        left = until - self.clock()
        if left <= 0:
            raise TimeoutError
        return left


class _Bounded(HTTPResponse):
    """An answer that ends in time, also where it comes drop by drop: each read gets what is left.

    A socket's own time-out begins anew with each of them.
    """

    def __init__(
        self, left: Callable[[], float], sock: socket.socket, *given: Any, **more: Any
    ) -> None:
        super().__init__(sock, *given, **more)
        self._kept = self.fp  # while it is open, so is the socket
        self.fp = io.BufferedReader(_Drops(sock, left))

    def close(self) -> None:
        super().close()
        self._kept.close()


class _Drops(io.RawIOBase):
    def __init__(self, sock: socket.socket, left: Callable[[], float]) -> None:
        self.sock = sock
        self.left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.sock.settimeout(self.left())
        return self.sock.recv_into(buffer)


def _content(response: HTTPResponse) -> bytes:
    """The whole body; http.client says where one is cut. Raises ValueError for one without end."""
    if response.length is not None and response.length <= LARGEST_ANSWER:
        return response.read()
    content = bytearray()
    while piece := response.read(PIECE):
        content += piece
        if len(content) > LARGEST_ANSWER:
            raise ValueError("the answer is too large")
    return bytes(content)


def _is_stale(sock: Any) -> bool:
    """Whether there is an end to read, or anything: nothing was asked for.

    Reading, not looking, since TLS has messages of its own, which are no data.
    """
    try:
        sock.settimeout(0)
        sock.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        pass
    return True
