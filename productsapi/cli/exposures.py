"""What lets someone in, in words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sized
from dataclasses import dataclass
from typing import Any

from productsapi.cli.plan_summary import counts
from productsapi.cli.resource_names import named
from productsapi.engine.names import Kind
from productsapi.engine.plan import Change, Plan
from productsapi.stack import kinds
from productsapi.wording import in_a_row


@dataclass(frozen=True)
class Exposure:
    """What lets someone in, in words, and what is done about it: `closes it`, `locks them`."""

    what: str
    closing: str


def exposures(plan: Plan, way: str = "deploy") -> list[str]:
    """What lets someone in now, in a sentence each with what closes it."""
    return [
        f"Open now: {each.what}; {way} {each.closing}" for each in _exposed(plan, counted=False)
    ]


def exposures_in_short(plan: Plan, way: str) -> list[str]:
    """The same, with what closes them printed once, and all four of a kind by their number."""
    found = _exposed(plan, counted=True)
    if len(found) <= 1:
        return [f"Open now: {each.what}; {way} {each.closing}" for each in found]
    return [f"Open now, until {way} closes it:", *(f"  {each.what}" for each in found)]


def _exposed(plan: Plan, *, counted: bool) -> list[Exposure]:
    exposed = [change for change in plan.changes if change.exposes_access]
    there: Counter[Kind] = counts(plan.changes) if counted else Counter()
    opened = dict.fromkeys(route for change in exposed for route in _open_routes(change))
    found = []
    if opened:
        what = f"anyone can {_routes_in_words(opened)} without signing in"
        found.append(Exposure(what, f"locks {_them(opened)}"))
    groups: dict[tuple[Kind, str], list[str]] = {}
    for change in exposed:
        covered = _open_routes(change) or (opened and change.key.kind == kinds.DEPLOYMENT)
        if not covered:
            groups.setdefault((change.key.kind, _opened(change)), []).append(change.key.name)
    for (kind, what), names in groups.items():
        text = f"{named(kind, names, there[kind])} ({what})"
        if counted and kind == kinds.FOREIGN_PERMISSIONS:
            functions = named(kinds.FUNCTION, names, there[kind])
            text = f"others may invoke {functions} directly, without the gateway's authorization"
        found.append(Exposure(text, f"closes {_them(names)}"))
    return found


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
        return "others may invoke their functions directly, without the gateway's authorization"
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
