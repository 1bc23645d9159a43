"""`deploy` where somebody has to agree, and the words at a run's early end."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import click
import pytest

from productsapi.aws.place import Place
from productsapi.cli import deploy
from productsapi.cli.options import DEFAULT_CONFIG, Target
from productsapi.engine.apply import Applied
from productsapi.engine.plan import Action, Change, FieldChange, Plan
from productsapi.engine.resource import Outputs
from productsapi.errors import AwsError, Refused

CREATE = Change("table", "table T", Action.CREATE)
WIDEN = Change("code", "live code f", Action.UPDATE, (FieldChange("code", "a", "b"),))


def opened(endpoint_url: str | None = None) -> Any:
    place = Place("eu-west-2", "123456789012", endpoint_url=endpoint_url)
    stack = SimpleNamespace(place=place, config=SimpleNamespace(stack="products-dev"))
    return SimpleNamespace(stack=stack, target=Target(DEFAULT_CONFIG, None, None, local=False))


@pytest.mark.parametrize(
    ("endpoint", "asks"),
    [
        (None, True),
        ("https://aws.example.com", True),
        ("http://127.0.0.1:4566", False),
        ("http://localhost:4566", False),
        ("http://[::1]:4566", False),
        ("http://127.0.0.1.example.com", True),
    ],
)
def test_whatever_is_not_this_machine_is_asked_about(endpoint: str | None, asks: bool) -> None:
    assert deploy._asks_nothing(opened(endpoint)) is not asks


def test_nobody_there_to_be_asked_is_a_refusal_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deploy, "someone_is_there", lambda: False)
    with pytest.raises(Refused) as caught:
        deploy._agreed(opened(), Plan((CREATE,)), None, pytest.fail)  # type: ignore[arg-type]
    assert "--yes" in caught.value.hint


def agree(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []
    monkeypatch.setattr(deploy, "someone_is_there", lambda: True)
    monkeypatch.setattr(click, "confirm", lambda text, **_: asked.append(text))
    return asked


def test_what_is_carried_out_is_what_was_agreed_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It looks again after the answer, which may have taken an hour."""
    asked = agree(monkeypatch)
    plan = Plan((CREATE,))
    agreed, reading = deploy._agreed(opened(), plan, "old", lambda: (plan, "new"))  # type: ignore[arg-type,return-value]
    assert (agreed, reading, len(asked)) == (plan, "new", 1)
    said = capsys.readouterr()
    assert "products-dev on AWS eu-west-2, account 123456789012" in said.err
    assert "table T" in said.err
    assert said.out == ""


def test_what_changed_meanwhile_is_shown_and_asked_anew(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = agree(monkeypatch)
    later = Plan((CREATE, WIDEN))
    agreed, _ = deploy._agreed(opened(), Plan((CREATE,)), None, lambda: (later, None))  # type: ignore[arg-type,return-value]
    assert (agreed, len(asked)) == (later, 2)
    said = capsys.readouterr().err
    assert said.index("Something changed meanwhile") < said.index("live code f")


def test_what_never_stands_still_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = agree(monkeypatch)
    plans = (Plan((Change("table", f"table {n}", Action.CREATE),)) for n in range(99))
    with pytest.raises(Refused, match="faster"):
        deploy._agreed(opened(), Plan((CREATE,)), None, lambda: (next(plans), None))  # type: ignore[arg-type,return-value]
    assert len(asked) == deploy.MOST_LOOKS


def applied(**changed: Any) -> Applied:
    ended = {"done": (CREATE,), "left": (WIDEN,), "outputs": Outputs(), "errors": {}}
    return Applied(**{**ended, "interrupted": False, **changed})


def test_a_finished_run_says_nothing_more(capsys: pytest.CaptureFixture[str]) -> None:
    deploy.finish(applied(left=()), "productsapi deploy")
    assert capsys.readouterr() == ("", "")


def test_an_interrupted_run_says_what_is_done_and_left_and_how_to_go_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(KeyboardInterrupt):
        deploy.finish(applied(interrupted=True), "productsapi deploy --local")
    said = capsys.readouterr().err
    assert "Done: 1. Left: 1:" in said
    assert "update live code f" in said
    assert "Go on from here with: productsapi deploy --local" in said


@pytest.mark.parametrize("hint", ["", "its own"])
def test_a_failed_run_raises_why_with_a_next_step(hint: str) -> None:
    error = AwsError("CreateTable", "LimitExceededException", "too many tables", hint)
    with pytest.raises(AwsError) as caught:
        deploy.finish(applied(errors={"table T": error}), "productsapi deploy")
    assert caught.value is error
    assert error.hint == (hint or "mend that, then `productsapi deploy` goes on from here")


def test_the_terminal_is_asked_for_when_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(Refused):
        deploy._agreed(opened(), Plan((CREATE,)), None, pytest.fail)  # type: ignore[arg-type]
