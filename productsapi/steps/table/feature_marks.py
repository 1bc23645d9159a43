"""Which features are on, in the table's tags: see features.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key, Kind
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Cleanup, Fields, Observed, Resource, Upsert
from productsapi.stack import features, kinds
from productsapi.steps.table.part import TAGS, TablePart

ON = "on"


@dataclass(frozen=True)
class FeatureMarks(TablePart, Upsert):
    """Written before a feature's first resource is created."""

    on: tuple[str, ...]
    """The names of the features that are."""

    kind = kinds.FEATURE_MARKS
    serial_group = TAGS
    lookup_inputs = (features.STORED,)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        reported = features.parsed(known.get(features.STORED))
        there = {n: ON for n in self.on if n in reported}
        return Observed({"features": there}) if there else None

    def want(self, known: Outputs) -> Fields:
        return {"features": dict.fromkeys(self.on, ON)}

    def create(self, aws: Aws, known: Outputs) -> Given:
        reported = features.parsed(known.get(features.STORED))
        names = {*reported, *self.on}
        return {features.STORED: features.write(self.stack, aws, names)}


@dataclass(frozen=True)
class PreviousOptions(Cleanup, TablePart):
    """The recorded features that are off now: removed after all else of them."""

    on: tuple[str, ...]
    parts: Mapping[str, tuple[Resource, ...]]
    """By feature that is off: the resources that may be left of it."""
    kind = Kind("former feature tags")
    serial_group = TAGS
    lookup_inputs = (features.STORED,)

    @property
    def depends_on(self) -> tuple[Key, ...]:
        left = (
            part.key.if_there for parts in self.parts.values() for part in parts if not part.wanted
        )
        return (self.parent, features.marks_key(self.stack), *left)

    def discover_orphans(self, aws: Aws) -> Iterable[Resource]:
        """What is left of features that are off, and of none that never was on."""
        reported = features.reported_by(self.stack, aws)
        return [part for name in self._former(reported) for part in self.parts.get(name, ())]

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        former = self._former(known.get(features.STORED))
        return Observed({"features": dict.fromkeys(former, ON)}) if former else None

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        reported = features.parsed(known.get(features.STORED))
        left = [name for name in reported if name not in observed.fields["features"]]
        return {features.STORED: features.write(self.stack, aws, left)}

    def _former(self, text: str | None) -> tuple[str, ...]:
        return tuple(name for name in features.parsed(text) if name not in self.on)
