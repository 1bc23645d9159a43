"""The one place through which every call to AWS goes.

`Aws.call` repeats what is safe to repeat, rides over what passes by itself and says that it does,
and raises errors of our own tree.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Event, Thread
from typing import Any

from productsapi.aws.backoff import retry_while_transient
from productsapi.aws.call_cache import Asked, Memory, key
from productsapi.aws.clients import Clients
from productsapi.aws.location import Location
from productsapi.aws.read_after_write import OwnWrites
from productsapi.aws.retries import Cadence
from productsapi.aws.sending import Call
from productsapi.errors import AwsError, ProductsApiError

__all__ = ["Asked", "Aws", "Stopped"]


class Stopped(ProductsApiError):
    """A wait was given up, since the run is ending."""


@dataclass(frozen=True)
class Aws:
    """Calls to AWS from one place. Copies share the clients."""

    clients: Clients
    location: Location
    stop: Event = field(default_factory=Event)
    pause: Callable[[float], object] | None = None
    """How to wait, for tests; by default on `stop`, so that the end of the run ends the wait."""
    on_wait: Callable[[str], None] = lambda _reason: None
    guard: Callable[[], None] = lambda: None
    """Asked before each call that makes a second one; raises where this run mustn't make any."""
    memory: Memory | None = None
    writes: OwnWrites = field(default_factory=OwnWrites)
    """What this run has made; all copies know it."""
    looked_again: set[str] = field(default_factory=set)
    """As text, what this run has waited for as long as AWS may be late; all copies share it."""
    clock: Callable[[], float] = time.monotonic

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        """Make a call and return AWS's answer.

        Raises AwsError or one of its kinds, CredentialsError, or Stopped when the run is ending.
        """
        if self.memory is None:
            return self._call(service, operation, params)
        return self.memory.once(
            key(service, operation, params),
            lambda: self._look(lambda: self._call(service, operation, params)),
        )

    def prefetch(self, service: str, operation: str, **params: Any) -> None:
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
            answer = self.call(service, operation, **{**params, **following})
            yield answer
            before, following = following, listing.following(answer)
            if not following:
                return
            if following == before:  # else an endpoint that ignores the token is asked for ever
                text = f"page after page the same token came back: {following}"
                raise AwsError(operation, "Pagination", text)

    def wait(self, seconds: float, reason: str) -> None:
        """Pause, reporting why. Raises Stopped when the run ends meanwhile."""
        self.on_wait(reason)
        (self.pause or self.stop.wait)(seconds)
        if self.stop.is_set():
            raise Stopped(f"given up: {reason}")

    def wait_until(
        self, ready: Callable[[], bool], reason: str | Callable[[], str], cadence: Cadence
    ) -> None:
        """Look again and again until `ready`; a callable `reason` may name what the last look saw.

        Raises AwsError when it takes too long.
        """

        def why() -> str:
            return reason if isinstance(reason, str) else reason()

        begun, looks, waited = self.clock(), 1, 0.0
        for seconds in cadence.pauses():
            if ready():
                return
            self.wait(seconds, why())
            looks, waited = looks + 1, waited + seconds
        if not ready():
            passed = max(self.clock() - begun, waited)
            text = f"still not done after {passed:.0f} s and {looks} looks: {why()}"
            raise AwsError("waiting", "Timeout", text, "repeat the command: it goes on from here")

    def reporting_waits(self, on_wait: Callable[[str], None]) -> Aws:
        return replace(self, on_wait=on_wait)

    def guarded(self, guard: Callable[[], None]) -> Aws:
        return replace(self, guard=guard)

    def unchecked(self) -> Aws:
        """A copy for many items that were checked here."""
        return replace(self, clients=self.clients.unchecked())

    def remembering(self, again: Iterable[Asked] = ()) -> Aws:
        """A copy that makes each call once and answers it from memory from then on.

        What a former look has asked, `again`, is begun at once: it needn't find out the ids anew.
        """
        copy = replace(self, memory=Memory())
        for service, operation, params in again:
            copy.prefetch(service, operation, **json.loads(params))
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
        call = self._new(service, operation, params)
        return retry_while_transient(
            lambda: call.send(self.guard), call.passing, self.wait, self.clock
        )

    def _ahead(self, memory: Memory, service: str, operation: str, params: dict[str, Any]) -> None:
        call = self._new(service, operation, params)

        def ask() -> dict[str, Any]:
            try:
                return call.send(self.guard)
            except AwsError as error:
                if call.passing(error):
                    raise Stopped("not an answer to remember") from error
                raise

        with suppress(Exception):
            memory.once(key(service, operation, params), lambda: self._look(ask))

    def _new(self, service: str, operation: str, params: dict[str, Any]) -> Call:
        return Call(self.clients, self.location, self.writes, service, operation, params)

    def _look(self, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        if self.stop.is_set():  # those who waited for the same answer need none any more
            raise Stopped("the run is ending")
        return ask()
