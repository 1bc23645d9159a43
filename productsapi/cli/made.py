"""What is made, counted by kind with what counts of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from productsapi.cli.kinds import NOUNS, counted, split
from productsapi.engine.plan import Change

WITH_THE_TABLE = {"backups", "pointers", "feature marks"}
"""What a table that is made has with it: settings and tags of its own."""

_ORDER = {kind: number for number, kind in enumerate(NOUNS)}


def made_in_words(changes: list[Change]) -> str:
    kinds: dict[str, list[Change]] = {}
    for change in changes:
        kinds.setdefault(split(change.key)[0], []).append(change)
    with_it = {k: kinds.pop(k) for k in WITH_THE_TABLE & kinds.keys() if "table" in kinds}
    parts = []
    for kind in sorted(kinds, key=lambda kind: _ORDER.get(kind, len(_ORDER))):
        group = kinds[kind]
        beside = [c for each in with_it.values() for c in each] if kind == "table" else []
        fields = {f.field: f.new for change in (*beside, group[0]) for f in change.fields}
        matters = MATTERS.get(kind, _nothing)(fields)
        told = f" ({', '.join(matters)})" if matters else ""
        parts.append(counted(kind, [split(c.key)[1] for c in group]) + told)
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
    protected = ["protected"] if fields.get("deletion_protection") else []
    return [*protected, *([signing_up] if signing_up else [])]


MATTERS: Mapping[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "table": _of_table,
    "function": _of_function,
    "log group": _of_log_group,
    "access log group": _of_log_group,
    "user pool": _of_pool,
}
"""By kind, what counts of one that is made. The fields are the first one's."""
