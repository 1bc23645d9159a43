"""Plans for people and for programs, and the plain lines of a run."""

from __future__ import annotations

import io
import json
import sys

import pytest
from keys import key

from productsapi.cli.plan_detail import (
    changes_as_json,
    plan_as_json,
    print_plan,
    print_steps,
    summary,
)
from productsapi.cli.progress import PlainReport, in_words, not_done, progress
from productsapi.engine.field_changes import FieldChange
from productsapi.engine.outputs import Unknown
from productsapi.engine.plan import Action, Change, Plan
from productsapi.engine.resource import Note
from productsapi.steps import STEPS

SECRETLY_LONG = "x" * 5000
TABLE = Change("table", key("table T"), Action.CREATE,
    (FieldChange("billing", None, "PAY_PER_REQUEST"), FieldChange("sort_key", None, None)),
)  # fmt: skip
FUNCTION = Change("functions", key("function f"), Action.UPDATE,
    (FieldChange("memory_mb", 128, 256), FieldChange("tags.team", None, "shop")),
)  # fmt: skip
STAGE = Change("deployment", key("stage dev"), Action.UPDATE,
    (FieldChange("deployment", "d1", Unknown("deployment_id")),
     FieldChange("policy", {"a": [1]}, SECRETLY_LONG)),
)  # fmt: skip
POOL = Change("user_pool", key("user pool p"), Action.KEEP, reason="it has users")
CODE = Change("code", key("live code f"), Action.UNCHANGED)
API = Change("rest_api", key("rest api a"), Action.REFUSE, reason="it isn't ours")
PLAN = Plan(
    (TABLE, FUNCTION, STAGE, POOL, CODE, API),
    (Note("a stranger's method stands in it", exposes_access=True),),
)


def test_a_plans_json_is_every_change_with_its_fields() -> None:
    reported = json.loads(json.dumps(changes_as_json((TABLE, STAGE, POOL))))
    assert reported[0] == {
        "step": "table",
        "resource": "table T",
        "action": "create",
        "fields": [
            {"field": "billing", "old": None, "new": "PAY_PER_REQUEST"},
            {"field": "sort_key", "old": None, "new": None},
        ],
        "reason": None,
        "door": False,
    }
    fields = {field["field"]: (field["old"], field["new"]) for field in reported[1]["fields"]}
    assert fields == {
        "deployment": ("d1", "(known after deploy)"),
        "policy": ({"a": [1]}, SECRETLY_LONG),
    }
    assert (reported[2]["action"], reported[2]["reason"]) == ("keep", "it has users")


def test_a_plan_goes_by_step_with_old_and_new(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_plan(PLAN, err=False)
    said = capsys.readouterr()
    assert said.err == ""
    lines = [line.strip() for line in said.out.splitlines()]
    for line in (
        "1 DynamoDB table",
        "+ table T",
        "billing: PAY_PER_REQUEST",
        "~ function f",
        "memory_mb: 128 → 256",
        "tags.team: (none) → shop",
        "deployment: d1 → (known after deploy)",
        "= user pool p: it has users",
        "! rest api a: it isn't ours",
        "! a stranger's method stands in it",
        "1 to create, 2 to change, 1 kept, 1 refused, 1 unchanged",
    ):
        assert line in lines
    assert "live code f" not in said.out, "unchanged"
    assert "sort_key" not in said.out, "a create that sets nothing"
    headings = [line for line in lines if line[:1].isdigit() and " to " not in line]
    assert headings == sorted(headings)


def test_what_lets_someone_in_comes_before_all_else(capsys: pytest.CaptureFixture[str]) -> None:
    opened = (FieldChange("authorization", "NONE", "COGNITO_USER_POOLS"),)
    method = Change("rest_api", key("method GET /p"), Action.UPDATE, opened, exposes_access=True)
    print_plan(Plan((TABLE, method), (Note("a note"),)))
    first, second, third, *_ = capsys.readouterr().err.splitlines()
    assert first == "! open: method GET /p (authorization): deploy closes it"
    assert (second, third) == ("! a note", "1 DynamoDB table")


def test_a_long_value_is_cut_in_texts(capsys: pytest.CaptureFixture[str]) -> None:
    print_plan(PLAN)
    (line,) = (each for each in capsys.readouterr().err.splitlines() if "policy" in each)
    assert line.endswith("…")
    assert len(line) < 300


def test_the_summary_of_nothing_is_words_too() -> None:
    assert summary(Plan(())) == "nothing there"
    assert summary(Plan((CODE,))) == "1 unchanged"


def test_the_seven_steps_are_ticked_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    print_steps(PLAN)
    lines = capsys.readouterr().err.splitlines()
    assert [line[:3] for line in lines] == [f"✓ {number}" for number in range(1, 8)]
    for line, step in zip(lines, STEPS[:7], strict=True):
        assert step.title in line
    assert "1 created" in lines[0]
    assert "1 changed" in lines[1]
    assert "1 unchanged" in lines[6]


def test_the_eighth_step_shows_where_it_has_anything(
    capsys: pytest.CaptureFixture[str],
) -> None:
    alarm = Change("monitoring", key("alarm a"), Action.DELETE)
    print_steps(Plan((*PLAN.changes, alarm)))
    assert "✓ 8 Monitoring" in capsys.readouterr().err


def test_an_update_names_fields_and_a_kept_thing_why() -> None:
    assert in_words(TABLE) == "table T: created"
    assert in_words(FUNCTION) == "function f: changed (memory_mb, tags.team)"
    assert in_words(POOL) == "user pool p: kept (it has users)"


@pytest.mark.parametrize(
    ("why", "reported"),
    [
        ("AWS said no", "table T: not done: AWS said no"),
        ("table T: it is used", "table T: not done: it is used"),
        ("table T is protected", "not done: table T is protected"),
        ("table Two is protected", "table T: not done: table Two is protected"),
    ],
)
def test_no_name_is_reported_twice(why: str, reported: str) -> None:
    assert not_done(TABLE, RuntimeError(why)) == reported
    kept = Change("table", key("table T"), Action.KEEP, reason="table T: it holds items")
    assert in_words(kept) == "table T: kept (it holds items)"


def test_a_dumb_terminal_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "dumb")
    with progress(PLAN) as report:
        assert isinstance(report, PlainReport)


def test_plain_lines_carry_the_step_and_a_wait_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = PlainReport(PLAN)
    report.begun(FUNCTION)
    for _ in range(3):
        report.waiting(FUNCTION, "Lambda is preparing f")
    report.done(FUNCTION)
    report.begun(TABLE)
    report.failed(TABLE, RuntimeError("no"))
    said = capsys.readouterr()
    assert said.out == "", "stdout is for the result"
    first, second, third = said.err.splitlines()
    assert first == "[2/7] function f: waiting: Lambda is preparing f"
    assert second.startswith("[2/7] function f: changed (memory_mb, tags.team) in 0.")
    assert third == "[1/7] table T: not done: no"


def test_without_a_terminal_progress_is_plain_lines() -> None:
    with progress(PLAN) as report:
        assert isinstance(report, PlainReport)


def test_at_a_terminal_what_is_done_stays_above(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress(Plan((TABLE, FUNCTION))) as report:
        assert not isinstance(report, PlainReport)
        for change in (TABLE, FUNCTION):
            report.begun(change)
            report.waiting(change, "a reason [not markup]")
        report.done(TABLE)
        report.failed(FUNCTION, RuntimeError("[no] markup"))
    text = screen.getvalue()
    assert "table T: created" in text
    assert "function f: not done: [no] markup" in text
    for step in STEPS[:7]:
        assert step.title in text


def test_notes_come_before_changes_for_programs() -> None:
    opened = Change("rest_api", key("method GET /p"), Action.UPDATE, exposes_access=True)
    notes = (
        Note("held", warns=True),
        Note("a stage isn't ours", exposes_access=True),
        Note("stays"),
    )
    held, note, change = plan_as_json(Plan((CODE, opened), notes))
    assert held["reason"] == "held"
    assert note == {
        "step": None,
        "resource": None,
        "action": "note",
        "fields": [],
        "reason": "a stage isn't ours",
        "door": True,
    }
    assert (change["resource"], change["door"]) == ("method GET /p", True)
