"""One connection to one host, kept between requests, and bounded in time.

Lambda freezes an environment between two requests, for minutes: the other side has often closed the
connection by then. That is noticed before anything is sent on it.
"""

from __future__ import annotations

import io
import socket
import ssl
import time
from functools import partial
from http.client import HTTPException, HTTPResponse
from typing import Any, Callable, Mapping, NamedTuple

from shared.endpoint import Endpoint
from shared.trust import Trust

CONNECT_S = 1.0
ANSWER_S = 2.0
LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes. DynamoDB's pages hold 1 MB of items, which JSON may make several times longer."""
PIECE = 64 * 1024


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


class Connection:
    """Opened when needed, and closed whenever its state isn't known any more."""

    def __init__(
        self,
        endpoint: Endpoint,
        trust: Trust | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.endpoint = endpoint
        self.context = trust.first if trust else None
        self.all_trusted = trust.all if trust else None
        self.clock = clock
        self._sock: socket.socket | None = None

    def post(self, headers: Mapping[str, str], body: bytes, until: float) -> Reply:
        """The answer to a POST of `body` to `/`. Raises NoAnswer; `until` is by the clock."""
        request = _request(headers, body)
        sock = self._sock
        if sock is None or _is_stale(sock):
            sock = self.open(until)
        try:
            return self._exchange(sock, request, until)
        except (OSError, HTTPException, ValueError) as error:
            self.close()
            raise NoAnswer(error, sent=True) from error

    def open(self, until: float) -> socket.socket:
        """Anew. Raises NoAnswer."""
        self.close()
        try:
            self._sock = self._trusted(min(until, self.clock() + CONNECT_S))
        except (OSError, UnicodeError) as error:  # the latter for what no host name can hold
            raise NoAnswer(error, sent=False) from error
        return self._sock

    def close(self) -> None:
        if self._sock is not None:
            self._sock.close()
            self._sock = None

    def _trusted(self, until: float) -> socket.socket:
        """To whom the first authorities vouch for, or else, from then on, any of them."""
        try:
            return self._dialled(until)
        except ssl.SSLCertVerificationError:
            if self.all_trusted is None:
                raise
            self.context, self.all_trusted = self.all_trusted(), None
            return self._dialled(until)

    def _dialled(self, until: float) -> socket.socket:
        """The first of the host's addresses that can be reached in time."""
        host = self.endpoint.host.encode("ascii")  # as bytes it isn't sought in Unicode's tables
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

    def _exchange(self, sock: socket.socket, request: bytes, until: float) -> Reply:
        until = min(until, self.clock() + ANSWER_S)
        sock.settimeout(self._left(until))
        sock.sendall(request)
        answer = _Answer(sock, partial(self._left, until))
        with HTTPResponse(answer, method="POST") as response:  # type: ignore[arg-type]
            response.begin()
            content = _content(response)
            if response.will_close:
                self.close()
            by_name = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, by_name, content)

    def _left(self, until: float) -> float:
        left = until - self.clock()
        if left <= 0:
            raise TimeoutError
        return left


class _Answer(io.RawIOBase):
    """What a response is read from: it ends in time, also where it comes drop by drop.

    Each read gets what is left; a socket's own time-out would begin anew with each of them.
    """

    def __init__(self, sock: socket.socket, left: Callable[[], float]) -> None:
        self.sock = sock
        self.left = left

    def makefile(self, mode: str) -> io.BufferedReader:
        """As a socket's, by which http.client reads; closing it leaves the socket open."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.sock.settimeout(self.left())
        return self.sock.recv_into(buffer)


def _request(headers: Mapping[str, str], body: bytes) -> bytes:
    """In one piece: sent in two, it would be two records of TLS. Raises ValueError."""
    lines = [f"{name}: {value}" for name, value in headers.items()]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a header holds the end of a line")
    head = ["POST / HTTP/1.1", *lines, f"content-length: {len(body)}", "", ""]
    return "\r\n".join(head).encode("ascii") + body


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
