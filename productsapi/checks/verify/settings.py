"""Whether table, user pool, client, authorizer and usage plan are set as the configuration says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from productsapi.checks.finding import Finding, State
from productsapi.engine.plan import Action, Change, FieldChange, compare, difference
from productsapi.engine.read import Reading
from productsapi.engine.resource import Resource
from productsapi.steps import kinds
from productsapi.steps.deployment import cache
from productsapi.steps.stack import Stack

KINDS = (
    kinds.TABLE,
    kinds.BACKUPS,
    kinds.CATEGORY_INDEX,
    kinds.USER_POOL,
    kinds.APP_CLIENT,
    kinds.AUTHORIZER,
    kinds.USAGE_PLAN,
    kinds.API_KEY_SECRET,
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
                state = State.OPEN if change.exposes_access else State.FAILED
                yield Finding(change.key, state, _told(change), "productsapi plan")


def cached(stack: Stack, reading: Reading) -> Iterator[Finding]:
    """What the stage caches, and whether that gets to whom it isn't for."""
    observed = reading.observed.get(kinds.STAGE(stack.config.api.stage))
    if observed is None:
        return
    check = f"cache of stage {stack.config.api.stage}"
    wanted = {**cache.size(stack.config), **cache.wanted(stack.config)}
    differing = compare(observed.fields, wanted)
    if differing:
        state = State.OPEN if observed.fields["cache_open"] else State.FAILED
        yield Finding(check, state, _differing(differing), "productsapi deploy")
    else:
        text = "as configured" if stack.config.api.cache.on else "off, as configured"
        yield Finding(check, State.OK, text)


def _told(change: Change) -> str:
    if change.action is Action.CREATE:
        return "it isn't there"
    if change.reason and not change.fields:
        return change.reason
    return _differing(change.fields) or change.action.value


def _differing(fields: Iterable[FieldChange]) -> str:
    return ", ".join(f"{f.field} is {_word(f.old)}, not {_word(f.new)}" for f in fields)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
