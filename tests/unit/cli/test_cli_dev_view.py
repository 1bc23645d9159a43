"""The live view of `dev`: a request a line, and below it what its function has to say."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from productsapi.cli.dev_view import View
from productsapi.local.request_log_client import Request
from productsapi.operations.telemetry.logs import Event

NOW = time.time()


class Tracebacks:
    """Marks what it was given."""

    def logged(self, function: str, lines: list[str]) -> list[str]:
        return [f"{function}|{line}" for line in lines]

    def printed(self, _function: str, line: str) -> str | None:
        return None if "_worker" in line else line

    def of_the_import(self, function: str) -> list[str]:
        return [f"{function} needs nosuch"]


@pytest.fixture
def view() -> View:
    return View(Tracebacks)  # type: ignore[arg-type,return-value]


def request(status: int = 200, path: str = "/products/P1", **more: Any) -> Request:
    given = {"began": NOW, "method": "GET", "ms": 12, "user": "ann"}
    return Request(**{**given, "status": status, "path": path, **more})


def event(message: Any, source: str = "get") -> Event:
    text = message if isinstance(message, str) else json.dumps(message)
    return Event(int(NOW * 1000), 0, source, "s", "1", text)


def test_a_request_is_one_line(view: View, capsys: pytest.CaptureFixture[str]) -> None:
    view.request(request())
    moment, status, method, path, ms, unit, user = capsys.readouterr().out.split()
    assert moment == time.strftime("%H:%M:%S", time.localtime(NOW))
    assert (status, method, path, ms, unit, user) == (
        "200", "GET", "/products/P1", "12", "ms", "ann",
    )  # fmt: skip


def test_a_user_is_not_named_by_a_bad_token(view: View, capsys: pytest.CaptureFixture[str]) -> None:
    view.request(request(401))
    assert capsys.readouterr().out.rstrip().endswith(" -")


def test_a_line_fits_a_narrow_terminal(
    view: View, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("productsapi.cli.dev_view._width", lambda: 80)
    view.request(request(path="/products/" + "x" * 200))
    out = capsys.readouterr().out
    assert len(out.rstrip("\n")) <= 80
    assert "…" in out


def test_a_path_writes_no_escape(view: View, capsys: pytest.CaptureFixture[str]) -> None:
    view.request(request(path="/\x1b[2J"))
    assert "\x1b" not in capsys.readouterr().out


def test_a_502_says_what_can_not_be_imported(
    view: View, capsys: pytest.CaptureFixture[str]
) -> None:
    view.request(request(502))
    assert "get needs nosuch" in capsys.readouterr().out


def test_what_verify_asks_is_not_shown(view: View, capsys: pytest.CaptureFixture[str]) -> None:
    with view.muted():
        view.request(request(began=time.time()))
    view.request(request(began=time.time()))
    assert not capsys.readouterr().out
    view.request(request(began=time.time() + 60))
    assert capsys.readouterr().out


LOGGED = {"status": 500, "route": "GET /products", "durationMs": 3.2, "sub": "u-1"}


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("hello\n", ["get: hello"]),
        ("START RequestId: 1 Version: 2", []),
        ('  File "/_worker.py", line 1', []),
        (LOGGED, []),
        (LOGGED | {"traceback": ["ValueError"]}, ["get: GET /products", "get|ValueError"]),
    ],
)
def test_of_a_log_what_a_request_does_not_tell(
    view: View, capsys: pytest.CaptureFixture[str], message: Any, shown: list[str]
) -> None:
    view.event(event(message), requests_too=False)
    assert [line.strip() for line in capsys.readouterr().out.splitlines()] == shown


def test_on_aws_the_log_shows_the_requests(view: View, capsys: pytest.CaptureFixture[str]) -> None:
    view.event(event(LOGGED), requests_too=True)
    assert capsys.readouterr().out.split()[1:] == ["500", "GET", "/products", "3", "ms", "u-1"]


def test_a_fault_in_a_log_ends_nothing(view: View, capsys: pytest.CaptureFixture[str]) -> None:
    for odd in ({"status": "x", "route": 3}, {"status": None}, {**LOGGED, "durationMs": "?"}):
        view.event(event(odd), requests_too=True)
    assert capsys.readouterr().out.count("get: ") == 3
