"""How far an import is, on a terminal and elsewhere."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from productsapi.cli.import_progress import progress
from productsapi.data.importing import Tally


class Terminal(io.TextIOWrapper):
    """With bytes below, as a real one: past which what is said must not be written."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "prices.csv"
    path.write_text("productId\nA\nB\n")
    return path


def test_a_terminal_shows_how_many_are_in(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", terminal := Terminal(io.BytesIO(), "utf-8"))
    with source.open("rb") as binary, progress(binary) as shown:
        shown.tick(Tally(read=1200, new=1200))
        shown.say("line 2: [red] is required")
        shown.tick(Tally(read=1300, new=1250))
    terminal.seek(0)
    written = terminal.read()
    assert "1,250 products, " in written
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written).split("\n")
    assert "line 2: [red] is required" in [each.split("\r")[-1] for each in lines], written


def test_elsewhere_only_what_is_said_is_written(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with source.open("rb") as binary, progress(binary) as shown:
        shown.tick(Tally(read=1200, new=1200))
        shown.say("line 2: productId: is required")
    assert capsys.readouterr().err == "line 2: productId: is required\n"
