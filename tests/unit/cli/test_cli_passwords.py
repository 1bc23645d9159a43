"""How a password comes in: stdin, environment, or a person at a terminal; never otherwise."""

from __future__ import annotations

import io
import sys
from typing import Any

import click
import pytest

from productsapi.cli import prompts, user_session
from productsapi.cli.user_session import read_password


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def prompted(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Whoever is asked answers; how they were asked."""
    asked: list[dict[str, Any]] = []

    def prompt(_text: str, **how: Any) -> str:
        asked.append(how)
        return "typed"

    monkeypatch.setattr(click, "prompt", prompt)
    return asked


@pytest.mark.parametrize("given", ["pass word\n", "pass word\r\n", "pass word", "pass word\nmore"])
def test_stdin_is_one_line_without_its_end(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(given))
    assert read_password(from_stdin=True, twice=True) == "pass word"


def test_stdin_goes_before_environment_before_a_prompt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = prompted(monkeypatch)
    monkeypatch.setattr(sys, "stdin", Terminal("from stdin\n"))
    monkeypatch.setenv(user_session.PASSWORD_VARIABLE, "from environment")
    assert read_password(from_stdin=True, twice=False) == "from stdin"
    assert read_password(from_stdin=False, twice=False) == "from environment"
    assert asked == []
    monkeypatch.delenv(user_session.PASSWORD_VARIABLE)
    assert read_password(from_stdin=False, twice=False) == "typed"


@pytest.mark.parametrize("twice", [True, False])
def test_a_person_types_unseen_and_a_new_one_twice(
    monkeypatch: pytest.MonkeyPatch, twice: bool
) -> None:
    asked = prompted(monkeypatch)
    monkeypatch.setattr(sys, "stdin", Terminal())
    read_password(from_stdin=False, twice=twice)
    assert asked == [{"hide_input": True, "confirmation_prompt": twice, "err": True}]


@pytest.mark.parametrize("stdin", [io.StringIO("not asked\n"), None], ids=["a pipe", "closed"])
def test_nobody_there_nobody_is_asked(
    monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO | None
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    assert prompts.someone_is_there() is False
    with pytest.raises(click.UsageError, match="--password-stdin or PRODUCTSAPI_PASSWORD"):
        read_password(from_stdin=False, twice=True)


def test_a_stdin_that_is_closed_or_no_text_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert read_password(from_stdin=True, twice=True) == ""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\n"), "utf-8"))
    with pytest.raises(click.UsageError, match="isn't utf-8 text"):
        read_password(from_stdin=True, twice=True)
