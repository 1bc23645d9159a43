"""The steps of a plan that is being carried out, a row each: how far, how long, what is waited for.

Pure: drawn by `progress.py`, several times a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from productsapi.cli.plan_detail import shown_steps
from productsapi.engine.graph import Edges
from productsapi.engine.names import Key
from productsapi.engine.plan import Change, Plan

DONE, ACTIVE, IDLE, FAILED = "✓", ">", "·", "!"
AS_IT_SHOULD_BE = "as it should be"


@dataclass
class ProgressState:
    """What has happened so far; times in seconds of any one clock."""

    began: dict[Key, float] = field(default_factory=dict)
    ended: dict[Key, float] = field(default_factory=dict)
    failed: set[Key] = field(default_factory=set)
    waits: dict[Key, str] = field(default_factory=dict)
    """Of those under way what each waits for, where it does."""

    def active(self, changes: list[Change]) -> list[Change]:
        return [c for c in changes if c.key in self.began and c.key not in self.ended]


@dataclass(frozen=True)
class Row:
    mark: str
    title: str
    count: str
    seconds: float | None
    text: str


def rows(plan: Plan, edges: Edges, state: ProgressState, now: float) -> list[Row]:
    """A row for each step; `edges` are the keys that must be in place before each key."""
    return [
        _row(f"{number} {step.title}", step.name, plan, edges, state, now)
        for number, step in shown_steps(plan)
    ]


def _row(title: str, step: str, plan: Plan, edges: Edges, state: ProgressState, now: float) -> Row:
    mine = [change for change in plan.to_do if change.step == step]
    if not mine:
        return Row(DONE, title, "", None, AS_IT_SHOULD_BE)
    ended = [change for change in mine if change.key in state.ended]
    done = [change for change in ended if change.key not in state.failed]
    active = state.active(mine)
    begun = [state.began[c.key] for c in mine if c.key in state.began]
    until = now if active else max((state.ended[c.key] for c in ended), default=now)
    seconds = until - min(begun) if begun else None
    count = f"{len(done)}/{len(mine)}"
    if active:
        return Row(ACTIVE, title, count, seconds, _under_way(active, state.waits))
    if len(ended) > len(done):
        return Row(FAILED, title, count, seconds, "not done")
    if len(done) == len(mine):
        return Row(DONE, title, count, seconds, "")
    left = [change.key for change in mine if change.key not in state.ended]
    return Row(IDLE, title, count, seconds, _blocked(left, plan, edges, state))


def _under_way(active: list[Change], waits: Mapping[Key, str]) -> str:
    """What waits is shown before what works: its reason says what it is."""
    first = next((change for change in active if change.key in waits), active[0])
    more = f" and {len(active) - 1} more" if len(active) > 1 else ""
    return f"{waits.get(first.key, first.key)}{more}"


def _blocked(left: list[Key], plan: Plan, edges: Edges, state: ProgressState) -> str:
    """What has to be in place before any of these can begin."""
    planned = {change.key for change in plan.to_do} - state.ended.keys()
    before = [key for each in left for key in sorted(edges.get(each, ())) if key in planned]
    elsewhere = [key for key in before if key not in left]
    under_way = [key for key in elsewhere if key in state.began]
    first = next(iter([*under_way, *elsewhere]), None)
    return f"after {first}" if first else ""
