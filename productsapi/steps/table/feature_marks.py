"""Which features are on, in the table's tags: see features.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key, Kind
from productsapi.engine.resource import (
    Cleanup,
    Fields,
    Given,
    Managed,
    Observed,
    Outputs,
    Resource,
    refusal,
)
from productsapi.steps import features, kinds
from productsapi.steps.table.part import TAGS, TablePart

ON = "on"


@dataclass(frozen=True)
class FeatureMarks(TablePart, Managed):
    """Written before anything of a feature is made."""

    kind = kinds.FEATURE_MARKS
    serial_group = TAGS
    lookup_inputs = (features.TOLD,)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        told = features.parsed(known.get(features.TOLD))
        there = {n: ON for n in features.wanted(self.stack.config) if told.get(n) is False}
        return Observed({"features": there}) if there else None

    def want(self, known: Outputs) -> Fields:
        """One that is refused stays marked where it was on: something of it may be there."""
        told = features.parsed(known.get(features.TOLD))
        names = features.wanted(self.stack.config)
        there = {n: ON for n in names if told.get(n) is False or not known.get(refusal(n))}
        return {"features": there}

    def create(self, aws: Aws, known: Outputs) -> Given:
        told = features.parsed(known.get(features.TOLD))
        now = dict.fromkeys(self.want(known)["features"], False)
        return {features.TOLD: features.write(self.stack, aws, told | now)}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        return self.create(aws, known)


@dataclass(frozen=True)
class FormerFeatures(Cleanup, TablePart):
    """The marks of features that are off now: gone when all else of them is."""

    parts: Mapping[str, tuple[Resource, ...]]
    """By feature: what there may be of it."""
    kind = Kind("marks of former features")
    serial_group = TAGS
    lookup_inputs = (features.TOLD,)

    @property
    def depends_on(self) -> tuple[Key, ...]:
        left = (
            part.key.if_there for parts in self.parts.values() for part in parts if not part.wanted
        )
        return (self.parent, features.marks_key(self.stack), *left)

    def discover_orphans(self, aws: Aws) -> Iterable[Resource]:
        """What is left of features that are off, and of none that never was on."""
        told = features.told_by(self.stack, aws)
        return [part for name in self._former(told) for part in self.parts.get(name, ())]

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        former = self._former(known.get(features.TOLD))
        return Observed({"features": dict.fromkeys(former, ON)}) if former else None

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        told = features.parsed(known.get(features.TOLD))
        left = {n: told[n] for n in told if n not in observed.fields["features"]}
        return {features.TOLD: features.write(self.stack, aws, left)}

    def _former(self, text: str | None) -> tuple[str, ...]:
        on = features.wanted(self.stack.config)
        return tuple(name for name in features.parsed(text) if name not in on)
