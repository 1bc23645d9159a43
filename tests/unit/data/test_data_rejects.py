"""Bad rows are kept as they were, in their file's own encoding, or nothing is kept at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from productsapi.cli.rejects import rejects
from productsapi.data.rows import BadRow
from productsapi.errors import Refused


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_rejects_are_read_as_their_file_was(tmp_path: Path, encoding: str) -> None:
    """The same command is to take them, with the same --encoding."""
    path = tmp_path / "bad.csv"
    with rejects(path) as kept:
        for why in ("no number", "no text"):  # one row, told twice
            kept.write(BadRow(7, "stock", why, "K\u00e4se;x"), "name;stock", encoding)
        kept.write(BadRow(9, "stock", "no number", '"two\nlines";y'), "name;stock", encoding)
    text = path.read_bytes().decode(encoding)
    assert text == 'name;stock\nK\u00e4se;x\n"two\nlines";y\n'


def test_no_bad_row_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    with rejects(path):
        pass
    with pytest.raises(Refused, match="no header"), rejects(path):
        raise Refused("no header")
    assert not path.exists()


def test_what_is_there_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("mine")
    with pytest.raises(Refused, match="exists"), rejects(path):
        pytest.fail("it was opened")
    assert path.read_text() == "mine"


def test_a_full_disk_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="can't be written"), rejects(tmp_path / "no" / "bad.csv"):
        pytest.fail("it was opened")

    class Full:
        def write(self, _: object) -> int:
            raise OSError(28, "No space left on device")

    with rejects(tmp_path / "bad.csv") as kept:
        monkeypatch.setattr(kept, "out", Full())
        with pytest.raises(Refused, match="No space left"):
            kept.write(BadRow(1, "", "why", "row"), "", "utf-8")
