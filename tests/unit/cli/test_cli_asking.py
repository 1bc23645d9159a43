"""Questions, and what is said where the answer is no."""

from __future__ import annotations

import io
import sys
from contextlib import nullcontext

import click
import pytest

from productsapi.cli import main
from productsapi.cli.prompts import Declined, agreed


@pytest.mark.parametrize("typed", ["n\n", "\n", "NO\n", "", "d\n"])
def test_no_nothing_and_the_end_are_no(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    with pytest.raises(Declined):
        agreed("Do it?")


@pytest.mark.parametrize("typed", ["y\n", "Yes\n", "what\ny\n"])
def test_only_yes_is_yes(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    agreed("Do it?")


@pytest.mark.parametrize(
    ("typed", "agrees"),
    [("shop-prod\n", True), ("y\nshop-prod\n", True), ("y\nshop\nn\n", False), ("\n", False)],
)
def test_where_a_name_is_asked_for_yes_is_not_enough(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: str,
    agrees: bool,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    with nullcontext() if agrees else pytest.raises(Declined):
        agreed("Do it?", name="shop-prod")
    assert "Do it? Type shop-prod [N]" in capsys.readouterr().err


def test_after_no_it_says_that_nothing_was_changed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> click.Command:
        return click.Command("plan", callback=lambda: agreed("Do it?"))

    monkeypatch.setattr(type(main), "get_command", lambda *_: command())
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    with pytest.raises(SystemExit) as ended:
        main(["plan"])
    assert ended.value.code == 130
    said = capsys.readouterr().err
    assert said.endswith("Nothing was changed.\n")
    assert "Interrupted" not in said


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_a_terminal_gets_no_colours_that_refuses_them(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], coloured: bool
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def command() -> click.Command:
        return click.Command("plan", callback=lambda: click.secho("red", fg="red"))

    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(type(main), "get_command", lambda *_: command())
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    with pytest.raises(SystemExit):
        main(["plan"])
    assert ("\x1b[" in screen.getvalue()) is coloured
