"""What lets someone in, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sized
from typing import Any

from productsapi.cli.resource_names import named
from productsapi.engine.plan import Change, Plan
from productsapi.stack import kinds
from productsapi.wording import in_a_row


def exposures(plan: Plan, way: str = "deploy") -> list[str]:
    """What lets someone in now, in words, and what closes it."""
    exposed = [change for change in plan.changes if change.exposes_access]
    opened = dict.fromkeys(route for change in exposed for route in _open_routes(change))
    lines = []
    if opened:
        locks = f"{way} locks {_them(opened)}"
        lines.append(f"Open now: anyone can {_routes_in_words(opened)} without signing in; {locks}")
    others = [
        change
        for change in exposed
        if not _open_routes(change) and not (opened and change.key.kind == kinds.DEPLOYMENT)
    ]
    groups: dict[tuple[str, str], list[str]] = {}
    for change in others:
        kind, name = change.key.kind, change.key.name
        groups.setdefault((kind, _opened(change)), []).append(name)
    lines += [
        f"Open now: {named(kind, names)} ({what}); {way} closes {_them(names)}"
        for (kind, what), names in groups.items()
    ]
    return lines


def _them(several: Sized) -> str:
    return "them" if len(several) > 1 else "it"


def _open_routes(change: Change) -> list[str]:
    """As `GET /products`: the methods that are found without a lock, live or served."""
    kind, name = change.key.kind, change.key.name
    old = {f.field: f.old for f in change.fields}
    if kind == kinds.METHOD:
        return [name] if old.get("authorization") == "NONE" else []
    served = old.get("open") if kind == kinds.DEPLOYMENT else None
    return served.split(", ") if isinstance(served, str) else []


def _opened(change: Change) -> str:
    """Which fields; and, where it is anyone who comes in by one, what is in it."""
    if change.key.kind == kinds.FOREIGN_PERMISSIONS:
        return "others may invoke what they are of, past the gateway and its lock"
    lines = [
        f"{f.field.partition('.')[0]}: {f.old}" if _anyone(f.old) else f.field.partition(".")[0]
        for f in change.fields
        if not f.field.startswith("tags.")
    ]
    return ", ".join(dict.fromkeys(lines))


def _anyone(value: Any) -> bool:
    return str(value).startswith("* ")


def _routes_in_words(routes: Iterable[str]) -> str:
    methods: dict[str, list[str]] = {}
    for route in routes:
        method, _, path = route.partition(" ")
        methods.setdefault(path, []).append(method)
    return in_a_row([f"{in_a_row(of)} {path}" for path, of in methods.items()])
