"""The deployed system as boxes: what was read of each part, and where it differs from its plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.field_changes import value_in_words
from productsapi.engine.plan import Change, plan
from productsapi.engine.read import read
from productsapi.errors import Refused
from productsapi.options.registry import resources
from productsapi.releases.history import Entry, history
from productsapi.releases.rollback import past_of
from productsapi.routes import FUNCTIONS, ROUTES
from productsapi.stack import Stack, kinds
from productsapi.stack.json_contract import contract
from productsapi.stack.plan_blockers import held_notes
from productsapi.steps.deployment import served

WORST_FIRST = ("refuse", "delete", "update", "create", "unchanged")
"""Planned actions that say in which state a part is; another one says nothing of it."""
BOX_OF_STEP = {
    "table": "table",
    "rest_api": "api",
    "deployment": "api",
    "user_pool": "users",
    "monitoring": "monitoring",
}
OF_ROUTES = (kinds.METHOD, kinds.INVOKE_PERMISSION)
LONGEST_VALUE = 160


@dataclass(frozen=True)
class System:
    """One stack, read again each time. `words` are what each planned action says of a state."""

    stack: Stack
    aws: Aws
    words: Mapping[str, str]

    def look(self, _asked: Mapping[str, Any]) -> dict[str, Any]:
        """Raises AwsError and its like; changes nothing."""
        made_of = resources(self.stack)
        reading = read(made_of, self.aws)
        found = plan(made_of, reading)
        notes = (*held_notes(found, release_hold=False), *found.notes)
        reported = contract(self.stack, reading.outputs)
        serves = served(self.aws, reading.outputs)
        try:
            past = history(past_of(self.stack, reading), self.stack.config.releases.keep)
        except Refused:
            past = None
        return {
            "boxes": boxes(self.stack, found.changes, self.words, reported),
            "routes": routes(found.changes, self.words, (serves or {}).get("methods", {})),
            "notes": [{"text": note.text, "door": note.exposes_access} for note in notes],
            "releases": [_release(e, e.release == past.in_force) for e in past.entries]
            if past
            else [],
        }


def boxes(
    stack: Stack, changes: Iterable[Change], words: Mapping[str, str], described: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """By box: its parts with their states, the worst of them as its own, and the ids in it."""
    titles = {
        "users": ("Cognito user pool", stack.config.user_pool.name),
        "api": ("REST API", stack.config.api.name),
        **{f: (f"Lambda: {f}", stack.function_name(f)) for f in FUNCTIONS},
        "table": ("DynamoDB table", stack.config.table.name),
        "monitoring": ("Monitoring", ""),
    }
    ids = {
        "users": [("user pool", described["user_pool_id"]), ("app client", described["client_id"])],
        "api": [
            ("API", described["api_id"]),
            ("stage", described["stage"]),
            ("URL", described["invoke_url"]),
        ],
        **{f: [("ARN", stack.function_arn(f)), ("log", stack.log_group(f))] for f in FUNCTIONS},
        "table": [("table", described["table"])],
        "monitoring": [],
    }
    parts: dict[str, list[Change]] = {name: [] for name in titles}
    for change in changes:
        if change.action.value in WORST_FIRST and not _is_of_route(change):
            parts[_box(stack, change)].append(change)
    return [
        {
            "id": name,
            "title": title,
            "name": called,
            "state": _worst(parts[name]),
            "parts": [_part(change, words) for change in parts[name]],
            "ids": [{"label": label, "id": value} for label, value in ids[name] if value],
            "log": name if name in FUNCTIONS or name == "api" else None,
        }
        for name, (title, called) in titles.items()
        if parts[name]
    ]


def routes(
    changes: Iterable[Change], words: Mapping[str, str], methods: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Each route with what is between the gateway and its function, and who the stage lets in."""
    found = [change for change in changes if _is_of_route(change)]
    routes = []
    for route in ROUTES:
        mine = [change for change in found if change.key.name == str(route)]
        routes.append(
            {
                "route": str(route),
                "function": route.function,
                "state": _worst(mine),
                "parts": [_part(change, words) for change in mine],
                "lets": methods.get(str(route)),
            }
        )
    return routes


def _is_of_route(change: Change) -> bool:
    return change.key.kind in OF_ROUTES and change.key.name in map(str, ROUTES)


def _box(stack: Stack, change: Change) -> str:
    for function in FUNCTIONS:
        own = (stack.function_name(function), stack.log_group(function), stack.role_name(function))
        if change.step != "monitoring" and change.key.name in own:
            return function
    return BOX_OF_STEP.get(change.step, "api")


def _worst(changes: list[Change]) -> str:
    """A planned action; «unknown» where nothing was seen, which isn't the same as all well."""
    there = {change.action.value for change in changes}
    return next((action for action in WORST_FIRST if action in there), "unknown")


def _part(change: Change, words: Mapping[str, str]) -> dict[str, Any]:
    drifted = change.action.value == "update"
    return {
        "key": change.key,
        "action": change.action.value,
        "state": words.get(change.action.value, change.action.value),
        "reason": change.reason,
        "door": change.exposes_access,
        "fields": [
            {
                "field": f.field,
                "is": value_in_words(f.old, LONGEST_VALUE),
                "shouldBe": value_in_words(f.new, LONGEST_VALUE),
            }
            for f in change.fields
            if drifted
        ],
    }


def _release(entry: Entry, in_force: bool) -> dict[str, Any]:
    published = [f"{function} {version.number}" for function, version in entry.versions.items()]
    return {
        "number": entry.number,
        "time": entry.release.time,
        "by": entry.release.by,
        "note": str(entry.release.note),
        "inForce": in_force,
        "published": [*published, *([f"API {entry.deployment.id}"] if entry.deployment else [])],
    }
