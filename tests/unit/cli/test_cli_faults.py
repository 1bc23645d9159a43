"""What nobody foresaw is noted in words: no traceback, its details kept for their owner alone."""

from __future__ import annotations

import os
import re
import stat
import threading
from collections.abc import Callable
from email.message import Message
from pathlib import Path
from threading import Thread

import click
import pytest
from click.testing import CliRunner, Result

from productsapi import cli
from productsapi.cli.crash_report import fault, masked, project_url

TOKEN = "eyJhbGciOiJSUzI1NiJ9." + "eyJzdWIiOiI0MiIsImV4cCI6MX0" + ".c2lnbmF0dXJlLW9mLWl0"
KEPT = re.compile(r"the details in (\S+) ")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def ended(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], *words: str) -> Result:
    """The program, where each of its commands does `act`."""

    @click.command(context_settings={"ignore_unknown_options": True})
    @click.argument("rest", nargs=-1)
    def command(rest: tuple[str, ...]) -> None:
        click.echo("{}")
        act()

    monkeypatch.setattr(cli.Program, "get_command", lambda *_: command)
    return CliRunner().invoke(cli.main, words)


def broken() -> None:
    raise KeyError(f"Bearer {TOKEN}")


def test_a_fault_is_named_in_words_with_its_own_code(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Standard output holds what it is for, and nothing else."""
    result = ended(monkeypatch, broken, "request", "GET", "/products", "--user", "ann")
    assert (result.exit_code, result.stdout) == (70, "{}\n")
    first, second = result.stderr.splitlines()
    assert first.startswith("Error: this is a fault of productsapi, and not yours: KeyError: ")
    assert second.startswith("Next:  report it ")
    assert "Traceback" not in result.output


def test_its_details_are_for_their_owner_and_masked(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = "-d{'password': 'Secret-1'}"
    result = ended(monkeypatch, broken, "request", body, "--header=Authorization: x1y2z3", "ann")
    found = KEPT.search(result.stderr)
    assert found
    path = Path(found[1])
    assert path.parent == home / "productsapi"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text("utf-8")
    assert "in broken" in text
    assert "command: request -d --header\n" in text
    for secret in (TOKEN[:30], "Secret-1", "x1y2z3", "ann"):
        assert secret not in text.partition("Traceback")[0]
        assert TOKEN not in text


@pytest.mark.parametrize("there", ["a file", "a link"])
def test_where_its_folder_can_not_be_it_goes_elsewhere(
    home: Path, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    if there == "a file":
        (home / "productsapi").write_text("")
    else:
        (home / "productsapi").symlink_to(home / "nowhere")
    elsewhere = home / "temporary"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    found = KEPT.search(ended(monkeypatch, broken, "plan").stderr)
    assert found
    assert Path(found[1]).parent == elsewhere
    assert stat.S_IMODE(Path(found[1]).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"token {TOKEN}!", "token ***!"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("http://user:pass@proxy:3128/", "http://***@proxy:3128/"),
        ("key AKIAIOSFODNN7EXAMPLE", "key ***"),
        ("A" * 40, "***"),
        ("{'Password': 'Secret-1'}", "{'Password': '***'}"),
        ("as it is in S3cr3t-of-the-environment", "as it is in ***"),
        ("/opt/ann/file.py, line 3", "/opt/ann/file.py, line 3"),
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str, left: str) -> None:
    environ = {
        "PRODUCTSAPI_PASSWORD": "S3cr3t-of-the-environment",
        "A_KEY": "line",
        "HOME": "/home",
    }
    assert masked(text, environ) == left


@pytest.mark.parametrize(
    ("lines", "url"),
    [
        ([], ""),
        ([("Home-page", "https://a.example")], "https://a.example"),
        ([("Project-URL", "Source, https://s.example"), ("Home-page", "x")], "https://s.example"),
        (
            [
                ("Project-URL", "Source, https://s.example"),
                ("Project-URL", "Bug Tracker, https://b"),
            ],
            "https://b",
        ),
    ],
)
def test_it_is_reported_where_the_package_says(lines: list[tuple[str, str]], url: str) -> None:
    """And nowhere that is made up."""
    metadata = Message()
    for name, value in lines:
        metadata[name] = value
    assert project_url(metadata) == url
    assert project_url(None) == ""


def test_a_package_that_is_missing_is_no_fault() -> None:
    reported = fault(ModuleNotFoundError("No module named 'rich'", name="rich"), [], {})
    assert (reported.exit_code, "is incomplete: No module named 'rich'" in reported.message) == (
        1,
        True,
    )
    own = fault(ModuleNotFoundError("No module", name="productsapi.cli.x"), [], dict(os.environ))
    assert own.exit_code == 70


def test_a_fault_in_a_thread_is_reported_in_words(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def act() -> None:
        thread = Thread(target=broken)
        thread.start()
        thread.join()

    usual = threading.excepthook
    result = ended(monkeypatch, act, "deploy")
    assert (result.exit_code, result.stdout) == (0, "{}\n")
    assert "a fault of productsapi" in result.stderr
    assert "Traceback" not in result.output
    assert threading.excepthook is usual


def test_a_reader_that_has_enough_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in `productsapi logs | head`: nothing is said."""

    def act() -> None:
        raise BrokenPipeError(32, "Broken pipe")

    result = ended(monkeypatch, act, "logs")
    assert (result.exit_code, result.stderr) == (1, "")
