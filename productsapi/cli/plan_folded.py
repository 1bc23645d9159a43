"""A plan in a few lines, where a line a step would be more than a screen holds. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from productsapi.cli.plan_summary import (
    HASHED,
    Line,
    by_reason,
    counts,
    gone_and_made,
    once,
    subject,
    taken_away,
    without,
)
from productsapi.cli.resource_names import counted
from productsapi.engine.names import Kind
from productsapi.engine.plan import Action, Change, Plan
from productsapi.engine.resource import Ownership
from productsapi.stack import kinds
from productsapi.stack.own_variables import masked

HIDDEN_FIELDS = HASHED | {"tags"}
MOST_NAMES = 2


def folded(plan: Plan, most: int) -> list[Line]:
    """What goes, what is made, what is changed and what stays, with a line for all of each.

    What is removed, refused, kept or taken away is described as fully as in a line a step; of
    what is set, no more than the names of `most` fields.
    """
    changes = list(once(masked(plan.changes)))
    there = counts(changes)
    updated = [change for change in changes if change.action is Action.UPDATE]
    adopted = [change for change in updated if change.ownership is Ownership.ADOPTED]
    others = [change for change in updated if change not in adopted]
    found = list(gone_and_made(changes))
    if adopted:
        found.append(Line(Action.UPDATE, f"taken over: {_by_kind(adopted, there, most)}"))
    if others:
        found.append(Line(Action.UPDATE, _by_kind(others, there, most)))
    return [*found, *by_reason(changes, Action.KEEP)]


def _by_kind(changes: Iterable[Change], there: Counter[Kind], most: int) -> str:
    groups: dict[Kind, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.key.kind, []).append(change)
    return ", ".join(f"{_subject(of, there)}{_in_brackets(of, most)}" for of in groups.values())


def _subject(group: list[Change], there: Counter[Kind]) -> str:
    kind = group[0].key.kind
    if kind == kinds.LIVE_CODE or len(group) <= MOST_NAMES:
        return subject(group, there)
    return counted(kind, [change.key.name for change in group])


def _in_brackets(group: list[Change], most: int) -> str:
    """The fields of all of them; that something gets our tags goes without saying."""
    fields = [f for change in group for f in change.fields]
    gone = taken_away(fields)
    names = dict.fromkeys(f.field.split(".", 1)[0] for f in fields if f not in gone)
    others = [name for name in names if name not in HIDDEN_FIELDS]
    more = [f"{len(others) - most} more"] if most and len(others) > most else []
    about = dict.fromkeys(change.about for change in group if change.about)
    taken = [each.removeprefix("without ") for each in without(gone)]
    without_these = [f"without {', '.join(taken)}"] if taken else []
    texts = [*about, *without_these, ", ".join([*others[:most], *more])]
    inner = "; ".join(filter(None, texts))
    return f" ({inner})" if inner else ""
