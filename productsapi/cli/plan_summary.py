"""A plan on one screen: changes counted and grouped. Pure; `plan_detail.py` has every field.

What is removed, kept or refused is always named, and what is open comes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from productsapi.cli.created_summary import made_in_words
from productsapi.cli.resource_names import ONE, named, several
from productsapi.engine.field_changes import FieldChange, value_in_words
from productsapi.engine.names import Kind
from productsapi.engine.outputs import Unknown
from productsapi.engine.plan import Action, Change, Plan
from productsapi.stack import kinds
from productsapi.stack.own_variables import MASK, masked
from productsapi.steps import STEPS
from productsapi.wording import in_a_row

CODE = {"code_sha256", "latest_code_sha256"}
HASHED = CODE | {"definition", "marker", "superseded_by"}
"""Fields whose values mean nothing to a person."""
MOST_FIELDS = 4
LONGEST = 40
LISTS = {"open", "foreign"}
"""Fields whose value is the names of what is in them."""


@dataclass(frozen=True)
class Line:
    """One line of a step: what is done, to what. What `exposes_access` is shown in red."""

    action: Action
    text: str
    exposes_access: bool = False


def lines(plan: Plan) -> list[Line]:
    """A line for each step and what is done in it, with what counts."""
    changes = list(once(masked(plan.changes)))
    there = counts(changes)
    return [line for step in STEPS for line in _of_step(step.name, changes, there)]


def counts(changes: Iterable[Change]) -> Counter[Kind]:
    """How many of a kind there are, wanted or not."""
    return Counter(change.key.kind for change in changes if change.action is not Action.ABSENT)


def cost(plan: Plan) -> str:
    """What the plan adds to a month's bill, or saves, with its parts; empty where it is neither."""
    parts: dict[str, list[float]] = {}
    for change in plan.to_do:
        if change.monthly:
            parts.setdefault(change.key.kind, []).append(change.monthly)
    entries = [f"{_counted(kind, len(each))} {_dollars(sum(each))}" for kind, each in parts.items()]
    beside = [f"{c.key.kind}: {c.price}" for c in plan.to_do if c.price and not c.monthly]
    if not entries:
        return f"Costs: {'; '.join(beside)}." if beside else ""
    total = round(sum(sum(each) for each in parts.values()), 2)
    does = "Saves" if total < 0 else "Adds"
    text = f"{does} about {_dollars(abs(total))} a month (us-east-1, beyond what is free)"
    return "; ".join([f"{text}: {', '.join(entries)}", *beside]) + "."


def _dollars(amount: float) -> str:
    return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"


def _counted(kind: str, number: int) -> str:
    return ONE.get(kind, kind) if number == 1 else f"{number} {several(kind)}"


# -- a step's lines --------------------------------------------------------------------------------


def _of_step(step: str, changes: list[Change], there: Counter[Kind]) -> Iterator[Line]:
    """What is refused and removed comes first, and is never left out for what is made."""
    mine = [change for change in changes if change.step == step]
    yield from gone_and_made(mine)
    for _, group in _grouped(mine, Action.UPDATE, _alike):
        yield _updated(group, there)
    yield from by_reason(mine, Action.KEEP)


def gone_and_made(changes: list[Change]) -> Iterator[Line]:
    yield from by_reason(changes, Action.REFUSE)
    for (kind, reason), group in _grouped(changes, Action.DELETE, lambda c: (c.key.kind, c.reason)):
        yield Line(Action.DELETE, f"{named(kind, _names(group))}{_in_brackets(reason)}")
    made = [change for change in changes if change.action is Action.CREATE]
    if made:
        yield Line(Action.CREATE, made_in_words(made))


def by_reason(changes: list[Change], action: Action) -> Iterator[Line]:
    for (reason,), group in _grouped(changes, action, lambda c: (c.reason,)):
        yield Line(action, with_reason(in_a_row([change.key for change in group]), reason))


def with_reason(text: str, reason: str) -> str:
    """Both, but for a reason that begins with the very text."""
    if not reason:
        return text
    return reason if reason.startswith(text) else f"{text}: {reason}"


def without_key(key: str, text: str) -> str:
    """A text about a resource, without the name that was printed already."""
    return text.removeprefix(f"{key}: ")


def _grouped(
    changes: list[Change], action: Action, alike: Callable[[Change], tuple[Any, ...]]
) -> Iterator[tuple[tuple[Any, ...], list[Change]]]:
    """Those with this action, in groups of what is alike, in the order of the first of each."""
    groups: list[tuple[tuple[Any, ...], list[Change]]] = []
    for change in changes:
        if change.action is action:
            key = alike(change)
            group = next((found for known, found in groups if known == key), None)
            if group is None:
                groups.append((key, [change]))
            else:
                group.append(change)
    yield from groups


def _names(changes: Iterable[Change]) -> list[str]:
    return [change.key.name for change in changes]


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""


# -- what is changed -------------------------------------------------------------------------------


def once(changes: tuple[Change, ...]) -> Iterator[Change]:
    """A function's changed settings change its live code too: they are shown once."""
    described = {
        change.key.name: change.fields
        for change in changes
        if change.action is Action.UPDATE and change.key.kind == kinds.FUNCTION
    }
    for change in changes:
        kind, name = change.key.kind, change.key.name
        if kind == kinds.LIVE_CODE and change.action is Action.UPDATE:
            rest = tuple(f for f in change.fields if f not in described.get(name, ()))
            yield replace(change, fields=rest)
        else:
            yield change


def _alike(change: Change) -> tuple[Any, ...]:
    """What changes have in common that share a line."""
    code = any(f.field == "code_sha256" for f in change.fields)
    return (
        change.key.kind,
        code,
        _fields_described(change.fields),
        change.reason,
        change.exposes_access,
        change.price,
        change.about,
    )


def subject(group: list[Change], there: Counter[Kind]) -> str:
    """What is changed, where all of it is of one kind."""
    kind, names, fields = group[0].key.kind, _names(group), group[0].fields
    if kind == kinds.LIVE_CODE:
        functions = named("function", names, there[kind])
        if any(f.field == "code_sha256" for f in fields):
            return f"code of {functions.removeprefix('function ')}"
        if not fields:
            versions = "a new version" if len(names) == 1 else "new versions"
            return f"{versions} of {functions} with that"
    return named(kind, names, there[kind])


def _updated(group: list[Change], there: Counter[Kind]) -> Line:
    first, what = group[0], subject(group, there)
    code = any(f.field == "code_sha256" for f in first.fields)
    fields = tuple(f for f in first.fields if not (code and f.field in CODE))
    text = f"{what}: {_fields_described(fields)}" if fields else what
    beside = "".join(_in_brackets(each) for each in (first.about, first.reason, first.price))
    return Line(Action.UPDATE, text + beside, first.exposes_access)


def _fields_described(fields: tuple[FieldChange, ...]) -> str:
    """The first few, old → new where that is short; what is taken away is always named."""
    gone = taken_away(fields)
    others = [f for f in fields if f not in gone]
    many = len(others) > MOST_FIELDS
    names = [f.field.split(".", 1)[0] if many else _field(f) for f in others]
    shown = list(dict.fromkeys(names))
    left = len(shown) - MOST_FIELDS
    more = [f"{left} more"] if left > 0 else []
    return ", ".join([*without(gone), *shown[:MOST_FIELDS], *more])


def taken_away(fields: Iterable[FieldChange]) -> list[FieldChange]:
    return [f for f in fields if f.new is None and f.old is not None and f.field not in HASHED]


def without(gone: list[FieldChange]) -> list[str]:
    """By name, what is in one field together: `without statements a, b`."""
    parts: dict[str, list[str]] = {}
    for field in gone:
        whole, _, part = field.field.partition(".")
        name = part or (str(field.old) if field.field in LISTS else "")
        parts.setdefault(whole, []).extend([name] if name else [])
    return [_without_parts(whole, of) for whole, of in parts.items()]


def _without_parts(whole: str, parts: list[str]) -> str:
    """Several statements are counted: their ids mean nothing to a person."""
    if whole == "statements" and len(parts) > 1:
        return f"without {len(parts)} {whole}"
    return f"without {' '.join([whole, ', '.join(dict.fromkeys(parts))]).strip()}"


def _field(field: FieldChange) -> str:
    if field.field.startswith("tags."):
        return "tags"
    text = f"{value_in_words(field.old, LONGEST)} → {value_in_words(field.new, LONGEST)}"
    values = (field.old, field.new)
    hidden = (
        field.field in HASHED
        or MASK in values
        or any(isinstance(v, (Unknown, Mapping)) for v in values)
    )
    return field.field if hidden or len(text) > LONGEST else f"{field.field} {text}"
