"""Planning: the difference between what should be and what is, as a plain value.

Pure: a plan can be shown, compared, tested and thrown away. Nothing here makes a call.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from productsapi.engine.field_changes import FieldChange, compare, flat
from productsapi.engine.graph import in_order, making_edges
from productsapi.engine.names import Key
from productsapi.engine.outputs import Outputs
from productsapi.engine.read import Reading
from productsapi.engine.resource import (
    Cleanup,
    Fields,
    Managed,
    Note,
    Observed,
    Ownership,
    Resource,
    dollars,
)

ABSENT = None


class Action(str, Enum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    UNCHANGED = "unchanged"
    ABSENT = "absent"  # not there, and nothing of it is wanted
    KEEP = "keep"
    REFUSE = "refuse"
    NOTE = "note"  # reported only: nothing is done


@dataclass(frozen=True)
class Change:
    """What happens to one resource, and why. `exposes_access`: it closes a way in."""

    step: str
    key: Key
    action: Action
    fields: tuple[FieldChange, ...] = ()
    reason: str = ""
    exposes_access: bool = False
    ownership: Ownership = Ownership.OURS
    price: str = ""
    monthly: float = 0.0
    """Dollars a month that it adds; below zero what it saves."""
    owner: str = ""
    """The other stack that it belongs to, where it is refused for that."""
    identity: str = ""
    """The id of what is refused, where AWS gave it one."""
    on_hold: tuple[str, ...] = ()
    """What it would make live again after a rollback from it."""
    about: str = ""
    """What the fields don't show, as text."""

    @property
    def changed(self) -> frozenset[str]:
        """The top-level fields that differ."""
        return frozenset(f.field.split(".", 1)[0] for f in self.fields)


@dataclass(frozen=True)
class Plan:
    changes: tuple[Change, ...]
    notes: tuple[Note, ...] = ()

    @property
    def to_do(self) -> tuple[Change, ...]:
        busy = (Action.CREATE, Action.UPDATE, Action.DELETE)
        return tuple(c for c in self.changes if c.action in busy)

    @property
    def refused(self) -> tuple[Change, ...]:
        return tuple(c for c in self.changes if c.action is Action.REFUSE)

    @property
    def adoptable(self) -> tuple[Change, ...]:
        """Refused since it carries no stack's tag: --adopt could take it over."""
        return tuple(c for c in self.refused if c.ownership is Ownership.UNTAGGED)

    @property
    def on_hold(self) -> tuple[str, ...]:
        return tuple(what for change in self.changes for what in change.on_hold)

    @property
    def monthly(self) -> float:
        """Dollars a month that all of it adds; below zero what it saves."""
        return round(sum(change.monthly for change in self.to_do), 2)

    @property
    def kept(self) -> tuple[Change, ...]:
        return tuple(c for c in self.changes if c.action is Action.KEEP)

    def __getitem__(self, key: str) -> Change:
        return next(c for c in self.changes if c.key == key)


def plan(resources: Iterable[Resource], reading: Reading) -> Plan:
    """The changes that bring all resources to their wanted state, in the order given."""
    resources = [*resources, *reading.orphans]
    known, found = reading.outputs, dict[Key, Change]()
    for resource in in_order(resources, making_edges(resources)):
        change = difference(resource, reading.get(resource), known)
        found[resource.key] = change
        if change.action in {Action.CREATE, Action.DELETE}:
            known = known.without(resource.outputs)
        elif change.action is Action.UPDATE and isinstance(resource, Managed):
            known = known.without(resource.regenerates)
    return Plan(tuple(found[r.key] for r in resources), reading.notes)


def difference(resource: Resource, observed: Observed | None, known: Outputs) -> Change:
    """The change that one resource needs, by the outputs that are known now."""
    if not resource.wanted:
        return _unwanted(resource, observed)
    if isinstance(resource, Cleanup):
        return _left_over(resource, observed, known)
    if isinstance(resource, Managed):
        return _managed(resource, observed, known)
    raise TypeError(f"{resource.key} is neither managed nor cleaned up")


def _left_over(resource: Cleanup, observed: Observed | None, known: Outputs) -> Change:
    if observed is None:
        return Change(resource.step, resource.key, Action.ABSENT)
    fields = compare(observed.fields, resource.remains(known, observed))
    action = Action.UPDATE if fields else Action.UNCHANGED
    change = Change(resource.step, resource.key, action, fields)
    return replace(change, exposes_access=bool(change.changed & resource.exposure_fields))


def _managed(resource: Managed, observed: Observed | None, known: Outputs) -> Change:
    want = resource.want(known)
    if observed is None:
        return _missing(resource, want, resource.on_hold(known, None))
    if not observed.ours:
        which = f", id {observed.identity}" if observed.identity else ""
        why = (
            f"it belongs to the stack {observed.owner}"
            if observed.owner
            else observed.ownership.value
        )
        reason = f"{resource.key} exists and doesn't belong to this stack: {why}{which}"
        refused = Change(resource.step, resource.key, Action.REFUSE, reason=reason)
        return replace(
            refused,
            ownership=observed.ownership,
            owner=observed.owner,
            identity=observed.identity,
        )
    fields = compare(observed.fields, want)
    for name in sorted({f.field.split(".", 1)[0] for f in fields} & set(resource.immutable)):
        has = next((f", where it is {f.old or 'none'}" for f in fields if f.field == name), "")
        text = f"{resource.key}: {name} can't be changed on what exists{has}"
        reason = f"{text}; {resource.immutable[name]}"
        return Change(resource.step, resource.key, Action.REFUSE, fields, reason)
    if not fields:
        return Change(resource.step, resource.key, Action.UNCHANGED)
    taken = observed.ownership is Ownership.ADOPTED
    before, after = resource.monthly_of(observed.fields), resource.monthly_of(want)
    change = Change(resource.step, resource.key, Action.UPDATE, fields)
    return replace(
        change,
        ownership=observed.ownership,
        reason=Ownership.ADOPTED.value if taken else "",
        exposes_access=bool(change.changed & resource.exposure_fields),
        price=f"{dollars(after)} instead of about ${before:,.2f}" if before != after else "",
        monthly=round(after - before, 2),
        on_hold=resource.on_hold(known, observed),
    )


def _unwanted(resource: Resource, observed: Observed | None) -> Change:
    if observed is None:
        return Change(resource.step, resource.key, Action.ABSENT)
    if observed.removal_blocker:
        why = observed.removal_blocker
        return Change(resource.step, resource.key, Action.REFUSE, reason=why)
    action = Action.DELETE if observed.ours else Action.UNCHANGED
    reason = f"id {observed.identity}" if observed.identity else ""
    change = Change(resource.step, resource.key, action, reason=reason)
    saved = resource.monthly_of(observed.fields)
    if action is Action.DELETE and saved:
        return replace(change, price=f"saves {dollars(saved)}", monthly=-saved)
    return change


def _missing(resource: Managed, want: Fields, held: tuple[str, ...]) -> Change:
    if all(value is None for value in flat(want).values()):
        return Change(resource.step, resource.key, Action.ABSENT)
    if resource.create_blocker:
        return Change(resource.step, resource.key, Action.REFUSE, reason=resource.create_blocker)
    made = tuple(FieldChange(name, ABSENT, value) for name, value in flat(want).items())
    return Change(
        resource.step,
        resource.key,
        Action.CREATE,
        made,
        price=resource.price,
        monthly=resource.monthly,
        on_hold=held,
    )
