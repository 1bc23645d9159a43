"""A parameter store of one parameter, a clock that only waits move, and machines for leases."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from threading import Event, RLock
from typing import Any

from productsapi.aws.lease import Lease
from productsapi.aws.machine import Machine, Process
from productsapi.aws.place import Place
from productsapi.errors import AlreadyExists, Interrupted, NotFound

START = datetime(2026, 11, 22, 21, 0, tzinfo=timezone.utc)
NAME = "/productsapi/shop/lease"

Hook = Callable[[], None]


@dataclass
class Store:
    """The parameter, what was asked about it, and the time that all machines share.

    `before` and `after` hold what happens just before and after a call takes effect, by operation:
    faults, and what another run does then. `later` holds what happens as time passes, by second.
    """

    value: str | None = None
    version: int = 0
    written: float = 0.0
    now: float = 0.0
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    before: dict[str, list[Hook]] = field(default_factory=lambda: defaultdict(list))
    after: dict[str, list[Hook]] = field(default_factory=lambda: defaultdict(list))
    later: dict[float, Hook] = field(default_factory=dict)
    dated: bool = False
    """Whether answers carry AWS's date."""
    lock: Any = field(default_factory=RLock)

    def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        assert params["Name"] == NAME
        with self.lock:
            self.calls.append((operation, params))
            before = self.before[operation].pop(0) if self.before[operation] else None
            after = self.after[operation].pop(0) if self.after[operation] else None
        if before:
            before()
        with self.lock:
            answer = getattr(self, operation)(params)
        if after:
            after()
        return dict(answer)

    def PutParameter(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - AWS's name
        assert not (params["Overwrite"] and "Tags" in params), "AWS refuses tags with Overwrite"
        assert "{{" not in params["Value"], "AWS refuses this in a value"
        if self.value is not None and not params["Overwrite"]:
            raise AlreadyExists("PutParameter", "ParameterAlreadyExists", "there is one")
        self.version = 1 if self.value is None else self.version + 1
        self.value, self.written = params["Value"], self.now
        return {"Version": self.version}

    def GetParameter(self, _params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if self.value is None:
            raise NotFound("GetParameter", "ParameterNotFound", "")
        written = START + timedelta(seconds=self.written)
        parameter = {"Value": self.value, "Version": self.version, "LastModifiedDate": written}
        date = (START + timedelta(seconds=self.now)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        headers = {"date": date} if self.dated else {}
        return {"Parameter": parameter, "ResponseMetadata": {"HTTPHeaders": headers}}

    def DeleteParameter(self, _params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if self.value is None:
            raise NotFound("DeleteParameter", "ParameterNotFound", "")
        self.value = None
        return {}

    def pass_by(self, seconds: float) -> None:
        end = self.now + seconds
        for moment in sorted(moment for moment in self.later if moment <= end):
            self.now = max(self.now, moment)
            self.later.pop(moment)()
        self.now = end

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.calls]

    @property
    def holder(self) -> Any:
        """Who holds it, by its value."""
        return json.loads(self.value)["nonce"] if self.value else None


@dataclass
class Caller:
    """What a lease uses of Aws."""

    store: Store
    place: Place = field(default_factory=lambda: Place("eu-west-2", "123456789012"))
    stop: Event = field(default_factory=Event)
    told: list[str] = field(default_factory=list)

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        assert service == "ssm"
        return self.store.call(operation, params)

    def wait(self, seconds: float, reason: str) -> None:
        self.told.append(reason)
        self.store.pass_by(seconds)


@dataclass
class Run:
    """One run, and what it is told while it waits."""

    lease: Lease
    caller: Caller


@dataclass
class Machines:
    """Runs by name, each a process of its own; `dead` ones are gone, as their machine sees it."""

    store: Store
    dead: set[int] = field(default_factory=set)
    pids: int = 0

    def run(self, nonce: str, host: str = "host-7", **place: Any) -> Run:
        self.pids += 1
        process = Process(f"boot of {host}", self.pids, "4711")
        machine = Machine(
            process,
            host=host,
            user="ann",
            clock=lambda: self.store.now,
            now=lambda: START + timedelta(seconds=self.store.now),
            gone=lambda other: other.machine == process.machine and other.pid in self.dead,
            nonce=lambda: nonce,
        )
        caller: Any = Caller(self.store, Place("eu-west-2", "123456789012", **place))
        lease = Lease(caller, "shop", {"productsapi:stack": "shop"}, "deploying", machine)
        return Run(lease, caller)

    def die(self, run: Run) -> None:
        """As by SIGKILL: it gives nothing back."""
        self.dead.add(run.lease._me.process.pid)


def lost() -> None:
    """A hook: the call's answer is lost."""
    raise Interrupted("PutParameter", "ConnectionLost", "the connection broke")
