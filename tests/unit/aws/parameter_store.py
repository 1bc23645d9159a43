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
from productsapi.aws.location import Location
from productsapi.aws.machine import Machine, Process
from productsapi.errors import AlreadyExists, AwsError, Interrupted, NotFound

START = datetime(2026, 11, 22, 21, 0, tzinfo=timezone.utc)
NAME = "/productsapi/shop/lease"

Hook = Callable[[], None]


@dataclass(frozen=True)
class Version:
    value: str
    written: float


@dataclass
class Store:
    """The parameter, what was asked about it, and the time that all machines share.

    `before` and `after` hold what happens just before and after a call takes effect, by operation:
    faults, and what another run does then. `later` holds what happens as time passes, by second.
    """

    versions: tuple[Version, ...] = ()
    """None of them where there is no parameter."""
    former: tuple[Version, ...] = ()
    """As it was before the last write: what a late read answers."""
    late: Callable[[], bool] = lambda: False
    """Whether a read is a write late (S1)."""
    now: float = 0.0
    deleted: float | None = None
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    before: dict[str, list[Hook]] = field(default_factory=lambda: defaultdict(list))
    after: dict[str, list[Hook]] = field(default_factory=lambda: defaultdict(list))
    later: dict[float, Hook] = field(default_factory=dict)
    dated: bool = False
    """Whether answers carry AWS's date."""
    lock: Any = field(default_factory=RLock)

    def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        assert params["Name"].partition(":")[0] == NAME
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
        if self.versions and not params["Overwrite"]:
            raise AlreadyExists("PutParameter", "ParameterAlreadyExists", "there is one")
        return {"Version": self.write(params["Value"])}

    def GetParameter(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        seen = self.former if self.late() else self.versions
        _, _, asked = params["Name"].partition(":")
        number = int(asked or len(seen))
        if not seen:
            raise NotFound("GetParameter", "ParameterNotFound", "")
        if not 0 < number <= len(seen):
            raise AwsError("GetParameter", "ParameterVersionNotFound", "")
        version = seen[number - 1]
        written = START + timedelta(seconds=version.written)
        parameter = {"Value": version.value, "Version": number, "LastModifiedDate": written}
        date = (START + timedelta(seconds=self.now)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        headers = {"date": date} if self.dated else {}
        return {"Parameter": parameter, "ResponseMetadata": {"HTTPHeaders": headers}}

    def DeleteParameter(self, _params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if not self.versions:
            raise NotFound("DeleteParameter", "ParameterNotFound", "")
        self.vanish()
        return {}

    def write(self, value: str) -> int:
        self.former = self.versions
        self.versions = (*self.versions, Version(value, self.now))
        return len(self.versions)

    def vanish(self) -> None:
        self.former, self.versions, self.deleted = self.versions, (), self.now

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
    def value(self) -> str:
        """The newest, void or not."""
        return self.versions[-1].value if self.versions else ""

    @property
    def version(self) -> int:
        return len(self.versions)

    @property
    def holder(self) -> Any:
        """Who holds it, by its value; empty where that is nobody, None where there is none."""
        return json.loads(self.value)["nonce"] if self.versions else None


@dataclass
class Caller:
    """What a lease uses of Aws."""

    store: Store
    location: Location = field(default_factory=lambda: Location("eu-west-2", "123456789012"))
    stop: Event = field(default_factory=Event)
    reported: list[str] = field(default_factory=list)

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        assert service == "ssm"
        return self.store.call(operation, params)

    def wait(self, seconds: float, reason: str) -> None:
        self.reported.append(reason)
        self.store.pass_by(seconds)


@dataclass
class Run:
    """One run, and what it hears while it waits."""

    lease: Lease
    caller: Caller


@dataclass
class Machines:
    """Runs by name, each a process of its own; `dead` ones are gone, as their machine sees it."""

    store: Store
    dead: set[int] = field(default_factory=set)
    pids: int = 0

    def run(self, nonce: str, host: str = "host-7", **location: Any) -> Run:
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
        caller: Any = Caller(self.store, Location("eu-west-2", "123456789012", **location))
        lease = Lease(caller, "shop", {"productsapi:stack": "shop"}, "deploying", machine)
        return Run(lease, caller)

    def die(self, run: Run) -> None:
        """As by SIGKILL: it gives nothing back."""
        self.dead.add(run.lease._me.process.pid)


def lost() -> None:
    """A hook: the call's answer is lost."""
    raise Interrupted("PutParameter", "ConnectionLost", "the connection broke")
