"""Code alone takes the short way; whatever else differs needs a look at all of it."""

from __future__ import annotations

import pytest

from productsapi.dev.code_update import CodeUpdate
from productsapi.engine.field_changes import FieldChange
from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import Action, Change, Plan
from productsapi.engine.read import Reading
from productsapi.stack import kinds

KEY = kinds.LIVE_CODE("getproductfunction")


def update(action: Action, *fields: str, on_hold: tuple[str, ...] = ()) -> CodeUpdate:
    made = tuple(FieldChange(name, "a", "b") for name in fields)
    change = Change("code", KEY, action, made, on_hold=on_hold)
    return CodeUpdate(Plan((change,)), (), Reading({}, Outputs()))


def test_other_code_takes_the_short_way() -> None:
    assert update(Action.UPDATE, "code_sha256", "latest_code_sha256").short
    assert update(Action.UNCHANGED).short


@pytest.mark.parametrize(
    "found",
    [
        update(Action.UPDATE, "code_sha256", "memory_mb"),
        update(Action.UPDATE, "superseded_by"),
        update(Action.UPDATE, "weights"),
        update(Action.UPDATE, "code_sha256", on_hold=("version 3",)),
        update(Action.CREATE, "code_sha256"),
        update(Action.REFUSE),
    ],
)
def test_whatever_else_differs_does_not(found: CodeUpdate) -> None:
    assert not found.short
