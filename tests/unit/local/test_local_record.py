"""What is remembered of the local cloud between two commands."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from productsapi.errors import LocalCloudError
from productsapi.local import LocalCloud
from productsapi.local.record import Record


def test_a_record_is_read_as_its_owner_wrote_it(tmp_path: Path) -> None:
    record = Record(port=4566, pid=7, mark="m", version="1.5.33")
    record.write(tmp_path)
    assert Record.read(tmp_path) == record
    assert stat.S_IMODE((tmp_path / "local.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("garbage", ["", "{", "[]", '{"port": "x"}', '{"pid": []}', "\x00\xff"])
def test_a_garbled_record_counts_as_none(tmp_path: Path, garbage: str) -> None:
    (tmp_path / "local.json").write_text(garbage, "utf-8")
    assert Record.read(tmp_path) == Record()


def test_looking_for_a_cloud_that_never_was_writes_not(tmp_path: Path) -> None:
    cloud = LocalCloud(tmp_path)
    assert cloud.find() is None
    assert cloud.down() is False
    cloud.reset()
    assert list(tmp_path.iterdir()) == []


def test_state_of_a_newer_emulator_is_refused(tmp_path: Path) -> None:
    """An older emulator would start empty, and overwrite it when it stops."""
    folder = tmp_path / ".productsapi"
    folder.mkdir()
    Record(port=4566, version="999.10.0").write(folder)
    with pytest.raises(LocalCloudError, match=r"written by MiniStack\s999\.10\.0") as caught:
        LocalCloud(tmp_path).up("eu-west-2")
    assert "productsapi local reset" in caught.value.hint


def test_a_folder_that_cannot_be_used_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / ".productsapi").write_text("")
    with pytest.raises(LocalCloudError, match=r"can't use .*\.productsapi: File exists"):
        LocalCloud(tmp_path).up("eu-west-2")
