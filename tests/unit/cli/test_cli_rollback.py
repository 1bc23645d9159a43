"""The words of `history` and `rollback`."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import click
import pytest

from productsapi.aws.location import Location
from productsapi.cli import history, prompts, rollback
from productsapi.cli.config_file import DEFAULT_CONFIG
from productsapi.cli.target import Target
from productsapi.engine.field_changes import FieldChange
from productsapi.engine.plan import Action, Change, Plan
from productsapi.errors import Refused
from productsapi.releases.history import Entry, History, State
from productsapi.releases.inventory import LONG_AGO, Snapshot, Version
from productsapi.releases.metadata import DeploymentMetadata, Release, Rollback
from productsapi.routes import FUNCTIONS
from productsapi.stack.release_note import ReleaseNote

TARGET = Target(DEFAULT_CONFIG, None, "work", local=False)
AT = datetime(2026, 11, 22, 20, 41, 7, tzinfo=timezone.utc)
NOTE = ReleaseNote("3f2a1bc", "Stock may be 0")
ALICE, BOB = Release(AT, "user/alice"), Release(AT - timedelta(days=1), "user/bob", NOTE)
MOVE = Change("code", "alias f:live", Action.UPDATE, (FieldChange("version", "2", "1"),))


def entry(number: int, release: Release) -> Entry:
    versions = {function: Version(3 - number, release, {}) for function in FUNCTIONS}
    snapshot = Snapshot(f"dep{3 - number}", DeploymentMetadata("0" * 32, {}, release), LONG_AGO)
    state = State(versions, snapshot)
    return Entry(number, release, {"get": versions["get"]}, snapshot, state)


NEWEST, FORMER = entry(1, ALICE), entry(2, BOB)
FORWARD = History((NEWEST, FORMER), ALICE, None, NEWEST.state)
BACK = History((NEWEST, FORMER), BOB, Rollback(BOB, ALICE), FORMER.state)


def printed(found: History, capsys: pytest.CaptureFixture[str]) -> tuple[list[str], str]:
    history._print(found, TARGET)
    said = capsys.readouterr()
    return said.out.splitlines(), said.err


def test_releases_are_lines_the_one_in_force_starred(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines, following = printed(FORWARD, capsys)
    assert [line.split() for line in lines[1:]] == [
        ["*", "1", "2026-11-22T20:41:07Z", "user/alice", "get", "2,", "API", "deployment", "dep2"],
        [
            "2",
            "2026-11-21T20:41:07Z",
            "user/bob",
            *str(NOTE).split(),
            "get",
            "1,",
            "API",
            "deployment",
            "dep1",
        ],
    ]
    assert following == "Next: productsapi rollback --to N --profile work\n"


def test_releases_without_room_are_stacked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(history, "columns", lambda **_: 40)
    lines, _ = printed(FORWARD, capsys)
    assert lines[:2] == [
        "* 1  2026-11-22T20:41:07Z by user/alice",
        "  get 2, API deployment dep2",
    ]
    assert lines[2].startswith("  2  2026")
    assert max(map(len, lines)) <= 40


def test_rollback_in_force_is_reported_with_the_way_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines, _ = printed(BACK, capsys)
    assert [line[0] for line in lines[1:3]] == [" ", "*"]
    assert f"A rollback to {BOB} is in force, made {ALICE}. productsapi deploy" in lines[-1]


def test_rollback_that_didnt_come_to_its_end_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    lines, _ = printed(replace(BACK, served=NEWEST.state), capsys)
    assert "but not all is moved" in lines[-1]


def test_only_one_release_leads_to_no_rollback(capsys: pytest.CaptureFixture[str]) -> None:
    _, following = printed(replace(FORWARD, entries=(NEWEST,)), capsys)
    assert following == ""


def test_no_release_at_all_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    lines, _ = printed(History((), None, None, None), capsys)
    assert lines[0].startswith("No release yet")


def test_programs_see_what_each_release_serves() -> None:
    reported = history._as_json(BACK, lambda function: f"{function}function")
    assert json.loads(json.dumps(reported)) == reported
    assert (reported["in_force"], reported["rollback"]) == (
        str(BOB),
        {"to": str(BOB), "made": str(ALICE)},
    )
    newest, former = reported["releases"]
    assert (newest["in_force"], former["in_force"]) == (False, True)
    assert (newest["functions"], newest["deployment"]) == ({"getfunction": "2"}, "dep2")
    assert former["state"]["functions"] == {f"{function}function": "1" for function in FUNCTIONS}


def opened() -> Any:
    stack = SimpleNamespace(
        location=Location("eu-west-2", "123456789012"),
        config=SimpleNamespace(stack="products-dev", production=False),
    )
    return SimpleNamespace(stack=stack, target=TARGET, name_to_type="")


def agree(plan: Plan, *released: str) -> None:
    prepared: Any = SimpleNamespace(entry=FORMER, released=released)
    rollback._agree(opened(), prepared, plan)


def test_nobody_to_be_asked_is_a_refusal_with_the_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prompts, "someone_is_there", lambda: False)
    with pytest.raises(Refused) as caught:
        agree(Plan((MOVE,)))
    assert "--yes" in caught.value.hint


def test_who_is_asked_sees_where_which_and_what_moves(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(prompts, "someone_is_there", lambda: True)
    monkeypatch.setattr(click, "prompt", lambda text, **_: asked.append(text) or "y")
    agree(Plan((MOVE,)))
    said = capsys.readouterr()
    assert asked == ["Roll back to this? [y/N]"]
    assert "products-dev → AWS eu-west-2, account 123456789012\n" in said.err
    assert f"Back to the release of {BOB} 3f2a1bc Stock may be 0\n" in said.err
    assert "version: 2 → 1" in said.err
    assert said.out == ""


def test_serving_what_is_held_is_another_question(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(prompts, "someone_is_there", lambda: True)
    monkeypatch.setattr(click, "prompt", lambda text, **_: asked.append(text) or "y")
    agree(Plan((MOVE,)), "code of get")
    assert asked == ["Serve this again, and end its hold? [y/N]"]
    assert "was rolled back from, and its hold ends: code of get" in capsys.readouterr().err


def test_held_release_is_reported_in_the_history(capsys: pytest.CaptureFixture[str]) -> None:
    held = replace(NEWEST, on_hold=("code of get",))
    lines, _ = printed(replace(BACK, entries=(held, FORMER)), capsys)
    assert [line.endswith("(held)") for line in lines[1:3]] == [True, False]
    reported = history._as_json(replace(BACK, entries=(held, FORMER)), lambda function: function)
    assert [each["held"] for each in reported["releases"]] == [["code of get"], []]
