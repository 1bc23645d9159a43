"""Whether table, user pool, client, authorizer and usage plan are set as the configuration says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from productsapi.engine.field_changes import differing
from productsapi.engine.plan import Action, Change, difference
from productsapi.engine.read import Reading
from productsapi.engine.resource import Resource
from productsapi.operations.finding import Finding, State
from productsapi.options.registry import OPTIONS
from productsapi.stack import kinds

KINDS = (
    kinds.TABLE,
    kinds.BACKUPS,
    kinds.USER_POOL,
    kinds.APP_CLIENT,
    kinds.AUTHORIZER,
    *(kind for option in OPTIONS for kind in option.verified),
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
                yield Finding(change.key, state, _describe(change), "productsapi plan")


def _describe(change: Change) -> str:
    if change.action is Action.CREATE:
        return "it isn't there"
    if change.reason and not change.fields:
        return change.reason
    return differing(change.fields) or change.action.value
