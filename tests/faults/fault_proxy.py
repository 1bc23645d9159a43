"""The proxy in which one call goes wrong."""

from __future__ import annotations

import http.client
import os
import select
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Lock
from typing import Any
from urllib.parse import urlsplit

from e2e_commands import PATIENCE
from e2e_project import client
from fault_calls import Asked, Key, Names, Request
from fault_kinds import Answer, Kind, denied, server_error, throttled
from fault_late import Late
from fault_mend import with_locks, with_tags
from recording_proxy import HOP_BY_HOP, running, url_of

NOTICED = 0.3
"""Seconds for which the call under way at Ctrl-C stays under way."""


@dataclass(frozen=True)
class Fault:
    key: Key
    kind: Any
    """A Kind, or a LateKind."""

    def __str__(self) -> str:
        return f"{self.kind.value}: {self.key}"


@dataclass
class Watch:
    """One run as seen from here: its calls, and the fault that is to meet one of them."""

    fault: Fault | None = None
    held: float = 0.0
    """Seconds after which a call that gets no answer is given up here."""
    late: Late | None = None
    victim: int | None = None
    """The command's process."""
    keys: list[Key] = field(default_factory=list)
    met: int = 0
    names: Names = field(default_factory=Names)
    _by_invocation: dict[str, Key] = field(default_factory=dict)
    _broken: Asked | None = None
    """What the call asks for that is broken at every attempt, once it has come."""
    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def seen(self, request: Request) -> tuple[Key, Kind | None]:
        """Name a request, and say what is to happen to it.

        The SDK's attempts are noted by its id for them. The command's own have an id each: they are
        those that ask for the same.
        """
        with self._lock:
            if self.fault and self._broken == request.asked:
                self.met += 1
                return self.fault.key, self.fault.kind
            key = self._by_invocation.get(request.invocation)
            first = key is None
            if key is None:
                key = self._new(request)
            if not self.fault or key != self.fault.key:
                return key, None
            if self.fault.kind.every_attempt:
                self._broken = request.asked
            elif not first:
                return key, None
            self.met += 1
            return key, self.fault.kind

    def _new(self, request: Request) -> Key:
        operation, named = request.named
        resource = self.names.resource(named)
        self._counts[operation, resource] += 1
        key = Key(operation, resource, self._counts[operation, resource])
        self._by_invocation[request.invocation] = key
        self.keys.append(key)
        return key

    def passed(self, request: Request, key: Key, forward: Callable[[Request], Answer]) -> Answer:
        """The answer of a call that takes effect; a late AWS changes it."""
        answer = self.late.answer(request.named[0], request, forward) if self.late else None
        return answer or forward(request)


class _Server(ThreadingHTTPServer):
    """Keeps what went wrong in it; a caller that was killed or gave up isn't that."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.errors: list[BaseException] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, ConnectionError):
            self.errors.append(error)


class FaultProxy:
    """In front of one emulator; `watching` one run at a time."""

    def __init__(self, upstream: str) -> None:
        self._upstream = urlsplit(upstream).netloc
        self._gateway = client("apigateway", upstream)
        self._watch = Watch()
        self._busy: list[Request] = []
        self._idle = Condition()
        self._server = _Server(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return url_of(self._server)

    @contextmanager
    def serving(self) -> Iterator[FaultProxy]:
        with running(self._server):
            yield self

    def watch(self, watch: Watch) -> None:
        self._watch = watch

    def quiet(self) -> None:
        """Wait until nothing that a run sent is under way any more."""
        with self._idle:
            if not self._idle.wait_for(lambda: not self._busy, timeout=PATIENCE):
                names = [request.named for request in self._busy]
                raise AssertionError(f"still under way after the run's end: {names}")
        errors, self._server.errors = self._server.errors, []
        if errors:
            raise AssertionError(f"in the proxy: {errors!r}")

    @contextmanager
    def _under_way(self, request: Request) -> Iterator[None]:
        with self._idle:
            self._busy.append(request)
        try:
            yield
        finally:
            with self._idle:
                self._busy.remove(request)
                self._idle.notify_all()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass_on(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                if len(body) < length:  # who sent it was killed in the middle of it
                    self._hang_up()
                    return
                request = Request(self.command, self.path, dict(self.headers), body)
                with proxy._under_way(request):
                    answer = proxy.answer(request, self.connection)
                    if answer is None:
                        self._hang_up()
                    else:
                        self._send(answer)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _pass_on  # noqa: N815

            def _hang_up(self) -> None:
                self.close_connection = True
                with suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)

            def _send(self, answer: Answer) -> None:
                self.send_response_only(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                head = b"".join([*self._headers_buffer, b"\r\n"])
                self._headers_buffer: list[bytes] = []
                with suppress(OSError):  # whoever asked may be killed by now
                    self.wfile.write(head + answer.body)  # at once: two writes wait for each other

            def log_message(self, *args: Any) -> None:
                pass

        return Handler

    def answer(self, request: Request, asker: socket.socket) -> Answer | None:
        """What comes back for a request; None for a connection that breaks."""
        watch = self._watch
        key, kind = watch.seen(request)
        if kind is Kind.THROTTLED:
            return throttled(request)
        if kind is Kind.SERVER_ERROR:
            return server_error(request)
        if kind is Kind.DENIED:
            return denied(request, key.operation)
        if kind is Kind.KILLED_BEFORE:
            _signal(watch, signal.SIGKILL)
        if kind is Kind.CTRL_C:
            _signal(watch, signal.SIGINT)
            time.sleep(NOTICED)
        if kind and not kind.takes_effect:
            return None
        answer = watch.passed(request, key, self._answered)
        watch.names.learn(answer.body)
        if kind is Kind.TIMED_OUT:
            select.select([asker], [], [], watch.held)  # readable when the other end gave up
        if kind is Kind.KILLED_AFTER:
            _signal(watch, signal.SIGKILL)
        return answer if kind in {None, Kind.CTRL_C} else None

    def _answered(self, request: Request) -> Answer:
        """As AWS would, where the emulator tells otherwise."""
        operation, named = request.named
        api, answer = named.get("restapi_id", ""), self._forward(request)
        answer = with_locks(self._gateway, operation, api, answer)
        return with_tags(self._gateway, operation, api, answer)

    def _forward(self, request: Request) -> Answer:
        upstream = http.client.HTTPConnection(self._upstream, timeout=PATIENCE)
        try:  # the Host header stays, since it is part of what is signed
            upstream.request(request.method, request.path, request.body, dict(request.headers))
            answer = upstream.getresponse()
            content = answer.read()
        except OSError as error:
            raise AssertionError(f"the emulator: {error}") from error
        finally:
            upstream.close()
        left_out = HOP_BY_HOP | {"content-length"}
        headers = {n: v for n, v in answer.getheaders() if n.lower() not in left_out}
        return Answer(answer.status, headers, content)


def _signal(watch: Watch, number: signal.Signals) -> None:
    if watch.victim is None:
        raise AssertionError("there is no process to signal")
    with suppress(ProcessLookupError):
        os.kill(watch.victim, number)
