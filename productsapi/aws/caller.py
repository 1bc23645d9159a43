"""The one door through which every call to AWS goes.

`Aws.call` repeats what is safe to repeat, rides over what passes by itself and says that it does,
and raises errors of our own tree.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Event, Lock, Thread
from typing import Any

from productsapi.aws.clients import Clients
from productsapi.aws.failures import translate
from productsapi.aws.place import Place
from productsapi.aws.transients import Cadence, Transient, transient
from productsapi.errors import AwsError, ProductsApiError

MAKES_A_SECOND_ONE = frozenset(
    {
        "CreateApiKey",
        "CreateAuthorizer",
        "CreateDeployment",
        "CreateRestApi",
        "CreateUsagePlan",
        "CreateUserPool",
        "CreateUserPoolClient",
    }
)
"""Creates that AWS carries out again when they are sent again: never repeated unseen.

Of an authorizer AWS refuses a second one of the name, with a code that no page tells."""

SENT_ONCE = MAKES_A_SECOND_ONE | {"PutParameter", "DeleteParameter"}
"""Sent again after its answer was lost, a call about the lease could meet the next run's."""


Asked = tuple[str, str, str]
"""A call: service, operation, and its parameters as JSON."""


class Stopped(ProductsApiError):
    """A wait was given up, since the run is ending."""


@dataclass(frozen=True)
class Aws:
    """Calls to AWS from one place. Copies share the clients; `telling` ones report their waits."""

    clients: Clients
    place: Place
    stop: Event = field(default_factory=Event)
    pause: Callable[[float], object] | None = None
    """How to wait, for tests; by default on `stop`, so that the end of the run ends the wait."""
    on_wait: Callable[[str], None] = lambda _reason: None
    guard: Callable[[], None] = lambda: None
    """Asked before each call that makes a second one; raises where this run mustn't make any."""
    memory: _Memory | None = None

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        """Make a call and return AWS's answer.

        Raises AwsError or one of its kinds, CredentialsError, or Stopped when the run is ending.
        """
        if self.memory is None:
            return self._call(service, operation, params)
        return self.memory.once(
            _key(service, operation, params),
            lambda: self._look(lambda: self._call(service, operation, params)),
        )

    def ahead(self, service: str, operation: str, **params: Any) -> None:
        """Begin a call whose answer is going to be asked for, while others are under way.

        For copies that remember. It waits for nothing: «not yet» is for the one who asks to meet.
        """
        if self.memory is not None:
            work = (self.memory, service, operation, params)
            Thread(target=self._ahead, args=work, daemon=True).start()

    def pages(self, service: str, operation: str, **params: Any) -> Iterator[dict[str, Any]]:
        """The answers of a listing, page by page, as botocore's paginators walk it."""
        listing = self.clients.listing(service, operation)
        following: dict[str, Any] = {}
        while True:
            answer = self.call(service, operation, **params, **following)
            yield answer
            before, following = following, listing.following(answer)
            if not following:
                return
            if following == before:  # else an endpoint that ignores the token is asked for ever
                text = f"page after page the same token came back: {following}"
                raise AwsError(operation, "Pagination", text)

    def wait(self, seconds: float, reason: str) -> None:
        """Pause, telling why. Raises Stopped when the run ends meanwhile."""
        self.on_wait(reason)
        (self.pause or self.stop.wait)(seconds)
        if self.stop.is_set():
            raise Stopped(f"given up: {reason}")

    def wait_until(self, ready: Callable[[], bool], reason: str, cadence: Cadence) -> None:
        """Look again and again until `ready`. Raises AwsError when it takes too long."""
        for seconds in cadence.pauses():
            if ready():
                return
            self.wait(seconds, reason)
        if not ready():
            text = f"still not done after {cadence.total:.0f} s: {reason}"
            raise AwsError("waiting", "Timeout", text, "repeat the command: it goes on from here")

    def telling(self, on_wait: Callable[[str], None]) -> Aws:
        return replace(self, on_wait=on_wait)

    def guarded(self, guard: Callable[[], None]) -> Aws:
        return replace(self, guard=guard)

    def remembering(self, again: Iterable[Asked] = ()) -> Aws:
        """A copy that makes each call once and answers it from memory from then on.

        What a former look has asked, `again`, is begun at once: it needn't find out the ids anew.
        """
        copy = replace(self, memory=_Memory())
        for service, operation, params in again:
            copy.ahead(service, operation, **json.loads(params))
        return copy

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What this copy remembers the answers of."""
        return self.memory.asked if self.memory else ()

    def forgetting(self) -> Aws:
        """A copy that asks AWS each time, for looking at what is changing."""
        return replace(self, memory=None)

    def accepts(self, service: str, operation: str) -> frozenset[str]:
        """The parameters that an operation takes, by botocore's model of it."""
        model = self.clients.get(service).meta.service_model.operation_model(operation)
        return frozenset(model.input_shape.members)

    def _call(self, service: str, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        pauses: dict[Transient, Iterator[float]] = {}
        while True:
            try:
                return self._send(service, operation, params)
            except AwsError as error:
                passing = transient(service, operation, error.code, error.text)
                if passing is None:
                    raise
                seconds = next(pauses.setdefault(passing, passing.cadence.pauses()), None)
                if seconds is None:
                    raise
                self.wait(seconds, passing.reason)

    def _ahead(self, memory: _Memory, service: str, operation: str, params: dict[str, Any]) -> None:
        def ask() -> dict[str, Any]:
            try:
                return self._send(service, operation, params)
            except AwsError as error:
                if transient(service, operation, error.code, error.text):
                    raise Stopped("not an answer to remember") from error
                raise

        with suppress(Exception):
            memory.once(_key(service, operation, params), lambda: self._look(ask))

    def _look(self, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        if self.stop.is_set():  # those who waited for the same answer need none any more
            raise Stopped("the run is ending")
        return ask()

    def _send(self, service: str, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        if operation in MAKES_A_SECOND_ONE:
            self.guard()
        client = self.clients.get(service, once=operation in SENT_ONCE)
        model = client.meta.service_model.operation_model(operation)
        method = self.clients.method(client, operation)
        try:
            answer: dict[str, Any] = method(**params)
        except Exception as error:
            request = f"{model.http.get('method', 'POST')} {model.http.get('requestUri', '')}"
            raise translate(error, service, operation, request.strip(), self.place) from error
        return answer


def _key(service: str, operation: str, params: dict[str, Any]) -> Asked:
    return service, operation, json.dumps(params, sort_keys=True)


class _Memory:
    """Answers by call. The first to ask makes the call, the others wait for its answer."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._locks: dict[Asked, Lock] = {}
        self._answers: dict[Asked, dict[str, Any] | AwsError] = {}

    @property
    def asked(self) -> tuple[Asked, ...]:
        with self._lock:
            return tuple(self._locks)

    def once(self, key: Asked, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        with self._lock:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            if key not in self._answers:
                try:
                    self._answers[key] = ask()
                except AwsError as error:
                    self._answers[key] = error
            answer = self._answers[key]
        if isinstance(answer, AwsError):
            raise answer
        return answer
