"""A cloud of plain data: things with a name and fields, and resources that make them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Kind
from productsapi.engine.outputs import Outputs, Unknown
from productsapi.engine.plan import Change
from productsapi.engine.resource import Fields, Managed, Observed, Ownership
from productsapi.errors import AlreadyExists

Hook = Callable[[], None]


@dataclass
class Made:
    fields: Fields
    outputs: dict[str, str]
    ours: bool = True


@dataclass
class Cloud:
    """What exists by name, in the order of making, and every call that was made.

    `before` and `after` hold what happens just before and after a call takes effect, keyed by call
    ("create web"): faults, latency, somebody else's doings. Each hook is used once, in order.
    """

    things: dict[str, list[Made]] = field(default_factory=lambda: defaultdict(list))
    calls: list[str] = field(default_factory=list)
    before: dict[str, list[Hook]] = field(default_factory=lambda: defaultdict(list))
    after: dict[str, list[Hook]] = field(default_factory=lambda: defaultdict(list))
    hidden: int = 0
    """How many reads answer «nothing» though there is something: listings lag."""
    _lock: Lock = field(default_factory=Lock)
    _made: int = 0

    def call(self, what: str, effect: Callable[[], Any]) -> Any:
        with self._lock:
            self.calls.append(what)
            before = self.before[what].pop(0) if self.before[what] else None
            after = self.after[what].pop(0) if self.after[what] else None
        if before:
            before()
        with self._lock:
            result = effect()
        if after:
            after()
        return result

    def number(self) -> int:
        self._made += 1
        return self._made

    @property
    def changing(self) -> list[str]:
        return [call for call in self.calls if not call.startswith(("read ", "keep "))]


class Thing(Managed):
    """`settings` is what it should be; what it needs becomes a field each."""

    step = "things"
    kind = Kind("thing")

    def __init__(self, cloud: Cloud, name: str, **details: Any) -> None:
        self.cloud, self._name = cloud, name
        self.settings: Fields = details.pop("settings", {"size": 1})
        self.kept: str | None = None
        self._details = {
            "outputs": (),
            "inputs": (),
            "lookup_inputs": (),
            "depends_on": (),
            **details,
        }
        for detail in {"serial_group", "unique", "immutable", "regenerates"} & set(details):
            setattr(self, detail, details[detail])

    name = property(lambda self: self._name)
    key = property(lambda self: self._name)
    outputs = property(lambda self: self._details["outputs"])
    inputs = property(lambda self: self._details["inputs"])
    lookup_inputs = property(lambda self: self._details["lookup_inputs"])
    depends_on = property(lambda self: self._details["depends_on"])
    parent = property(lambda self: self._details.get("parent"))

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        def look() -> Observed | None:
            if self.cloud.hidden and self.cloud.things[self.name]:
                self.cloud.hidden -= 1
                return None
            made = next(iter(self.cloud.things[self.name]), None)
            if made is None or not all(known.get(name) for name in self.lookup_inputs):
                return None
            ownership = Ownership.OURS if made.ours else Ownership.UNTAGGED
            return Observed(dict(made.fields), dict(made.outputs), ownership)

        found: Observed | None = self.cloud.call(f"read {self.name}", look)
        return found

    def want(self, known: Outputs) -> Fields:
        return {**self.settings, **{name: known[name] for name in self.inputs}}

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        def make() -> dict[str, str]:
            if self.unique and self.cloud.things[self.name]:
                raise AlreadyExists("Create", "Exists", f"there is a {self.name}")
            number = self.cloud.number()
            outputs = {name: f"{name}-{number}" for name in self.outputs}
            self.cloud.things[self.name].append(Made(self._known(known), outputs))
            return outputs

        outputs: dict[str, str] = self.cloud.call(f"create {self.name}", make)
        return outputs

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        def change() -> dict[str, str]:
            made = self.cloud.things[self.name][0]
            wanted = self._known(known)
            made.fields.update({name: wanted[name] for name in changed})
            renewed = {name: f"{name}-{self.cloud.number()}" for name in self.regenerates}
            made.outputs.update(renewed)
            return renewed

        outputs: dict[str, str] = self.cloud.call(f"update {self.name}", change)
        return outputs

    def delete(self, aws: Aws, observed: Observed) -> None:
        self.cloud.call(f"delete {self.name}", lambda: self.cloud.things.pop(self.name))

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        self.cloud.call(f"keep {self.name}", lambda: None)
        return self.kept

    def _known(self, known: Outputs) -> Fields:
        wanted = self.want(known)
        assert not any(isinstance(v, Unknown) for v in wanted.values()), "made before its needs"
        return wanted


class Recorder:
    """A report that only writes down."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str]] = []

    def begun(self, change: Change) -> None:
        self.events.append(("begun", change.key))

    def waiting(self, change: Change, reason: str) -> None:
        self.events.append(("waiting", f"{change.key}: {reason}"))

    def done(self, change: Change) -> None:
        self.events.append(("done", change.key))

    def failed(self, change: Change, error: BaseException) -> None:
        self.events.append(("failed", f"{change.key}: {error}"))

    def keys(self, what: str) -> list[str]:
        return [text for event, text in self.events if event == what]


def failing(error: BaseException) -> Hook:
    def fail() -> None:
        raise error

    return fail
