"""Whether table, user pool, client, authorizer and usage plan are set as the configuration says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from productsapi.checks.finding import Finding, State
from productsapi.engine.plan import Action, Change, difference
from productsapi.engine.read import Reading
from productsapi.engine.resource import Resource

KINDS = (
    "table",
    "backups",
    "category index",
    "user pool",
    "app client",
    "authorizer",
    "usage plan",
    "api key secret",
)
"""What is read anyway, or by a call or two each."""
AS_IT_SHOULD_BE = {"unchanged", "absent"}


def settings(resources: Iterable[Resource], reading: Reading) -> Iterator[Finding]:
    for resource in resources:
        if resource.kind in KINDS:
            change = difference(resource, reading.get(resource), reading.outputs)
            if change.action.value in AS_IT_SHOULD_BE:
                yield Finding(change.key, State.OK, "as configured")
            else:
                state = State.OPEN if change.door else State.FAILED
                yield Finding(change.key, state, _told(change), "productsapi plan")


def _told(change: Change) -> str:
    if change.action is Action.CREATE:
        return "it isn't there"
    if change.reason and not change.fields:
        return change.reason
    differing = ", ".join(f"{f.field} is {_word(f.old)}, not {_word(f.new)}" for f in change.fields)
    return differing or change.action.value


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
