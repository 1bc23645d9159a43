"""What is made, counted by kind with what counts of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from productsapi.cli.resource_names import NOUNS, counted
from productsapi.engine.plan import Change
from productsapi.stack import kinds

WITH_THE_TABLE = {kinds.BACKUPS, kinds.POINTERS, kinds.FEATURE_MARKS}
"""What a table that is made has with it: settings and tags of its own."""

_ORDER = {kind: number for number, kind in enumerate(NOUNS)}


def made_in_words(changes: list[Change]) -> str:
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.key.kind, []).append(change)
    with_it = {k: groups.pop(k) for k in WITH_THE_TABLE & groups.keys() if kinds.TABLE in groups}
    parts = []
    for kind in sorted(groups, key=lambda kind: _ORDER.get(kind, len(_ORDER))):
        group = groups[kind]
        beside = [c for each in with_it.values() for c in each] if kind == kinds.TABLE else []
        fields = {f.field: f.new for change in (*beside, group[0]) for f in change.fields}
        matters = MATTERS.get(kind, _nothing)(fields)
        text = f" ({', '.join(matters)})" if matters else ""
        parts.append(counted(kind, [c.key.name for c in group]) + text)
    return ", ".join(parts)


def _nothing(_fields: Mapping[str, Any]) -> list[str]:
    return []


def _of_table(fields: Mapping[str, Any]) -> list[str]:
    sorted_by = fields.get("sort_key")
    return [
        *(["protected"] if fields.get("deletion_protection") else []),
        *(["backups"] if fields.get("point_in_time_recovery") else []),
        *([f"sort key {sorted_by}"] if sorted_by else []),
    ]


def _of_function(fields: Mapping[str, Any]) -> list[str]:
    runtime, memory = fields.get("runtime"), fields.get("memory_mb")
    return [*([str(runtime)] if runtime else []), *([f"{memory} MB"] if memory else [])]


def _of_log_group(fields: Mapping[str, Any]) -> list[str]:
    days = fields.get("retention_days")
    return [f"kept {days} days"] if days else []


def _of_pool(fields: Mapping[str, Any]) -> list[str]:
    signing_up = {True: "anyone may sign up", False: "no self sign-up"}.get(
        fields.get("self_sign_up")  # type: ignore[arg-type]
    )
    if fields.get("self_sign_up") and fields.get("auto_verified"):
        signing_up = "OPEN: anyone with a mailbox may sign up"
    protected = ["protected"] if fields.get("deletion_protection") else []
    return [*protected, *([signing_up] if signing_up else [])]


MATTERS: Mapping[str, Callable[[Mapping[str, Any]], list[str]]] = {
    kinds.TABLE: _of_table,
    kinds.FUNCTION: _of_function,
    kinds.LOG_GROUP: _of_log_group,
    kinds.ACCESS_LOG_GROUP: _of_log_group,
    kinds.USER_POOL: _of_pool,
}
"""By kind, what counts of one that is made. The fields are the first one's."""
