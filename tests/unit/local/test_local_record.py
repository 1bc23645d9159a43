"""What is remembered of the local cloud between two commands."""

from __future__ import annotations

import importlib.metadata
import os
import stat
from pathlib import Path

import pytest

from productsapi.errors import LocalCloudError
from productsapi.local import LocalCloud, emulator
from productsapi.local.record import Record, numbers_of


def test_a_record_is_read_as_its_owner_wrote_it(tmp_path: Path) -> None:
    record = Record(port=4566, pid=7, mark="m", version="1.5.33")
    record.write(tmp_path)
    assert Record.read(tmp_path) == record
    assert stat.S_IMODE((tmp_path / "local.json").stat().st_mode) == 0o600


GARBAGE = [
    "", "{", "[]", '{"port": "x"}', '{"pid": []}', "\x00\xff", "[" * 100_000,
    '{"port": 1e999}', '{"port": -1}', '{"port": 65536}', '{"port": NaN}', '{"port": true}',
    '{"pid": 1e308}', '{"pid": 99999999999999999999}', '{"pid": 0}', '{"pid": 1.5}',
]  # fmt: skip


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_a_garbled_record_counts_as_none(tmp_path: Path, garbage: str) -> None:
    (tmp_path / "local.json").write_text(garbage, "utf-8")
    assert Record.read(tmp_path) == Record()


def test_a_fifo_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "local.json")
    assert Record.read(tmp_path) == Record()


DOINGS = {
    "find": LocalCloud.find,
    "up": lambda cloud: cloud.up("eu-west-2"),
    "down": LocalCloud.down,
    "reset": LocalCloud.reset,
}


@pytest.mark.parametrize("doing", DOINGS)
@pytest.mark.parametrize("leads", ["to a folder", "nowhere"])
def test_a_folder_that_is_a_link_is_refused(tmp_path: Path, doing: str, leads: str) -> None:
    """What is behind it keeps its mode and all that is in it."""
    other = tmp_path / "other"
    if leads == "to a folder":
        (other / "state").mkdir(parents=True)
        (other / "state" / "kept").touch()
        other.chmod(0o755)
    (tmp_path / ".productsapi").symlink_to(other)
    with pytest.raises(LocalCloudError, match="a link, which isn't followed"):
        DOINGS[doing](LocalCloud(tmp_path))
    if leads == "nowhere":
        assert not other.exists()
        return
    assert stat.S_IMODE(other.stat().st_mode) == 0o755
    assert [path.name for path in other.rglob("*")] == ["state", "kept"]


@pytest.mark.parametrize("name", ["state", "tmp", "home"])
@pytest.mark.parametrize("doing", ["up", "reset"])
def test_a_folder_inside_that_is_a_link_is_refused(tmp_path: Path, doing: str, name: str) -> None:
    (tmp_path / ".productsapi").mkdir()
    (tmp_path / "other").mkdir(mode=0o755)
    (tmp_path / "other" / "kept").touch()
    (tmp_path / ".productsapi" / name).symlink_to(tmp_path / "other")
    with pytest.raises(LocalCloudError, match=f"{name}: it is a link"):
        DOINGS[doing](LocalCloud(tmp_path))
    assert (tmp_path / "other" / "kept").exists()
    assert stat.S_IMODE((tmp_path / "other").stat().st_mode) == 0o755


def test_a_log_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "local.log").symlink_to(tmp_path / "made")
    with pytest.raises(OSError, match="symbolic links"):
        emulator.launch("m", {"HOME": str(tmp_path)}, tmp_path / "local.log")
    assert not (tmp_path / "made").exists()


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


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("1.5.33", (1, 5, 33)), ("", ()), ("9" * 5000, ()), ("1.²", (1,)), ("\ud800", ())],
    ids=["usual", "none", "long", "superscript", "surrogate"],
)
def test_a_version_of_any_form_is_compared(version: str, numbers: tuple[int, ...]) -> None:
    assert numbers_of(version) == numbers


def test_packages_without_metadata_have_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where they are found by PYTHONPATH alone."""

    def version(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert emulator.installed_version() == ""


def test_an_unusable_folder_is_reported_in_words(tmp_path: Path) -> None:
    (tmp_path / ".productsapi").write_text("")
    with pytest.raises(LocalCloudError, match=r"can't use .*\.productsapi: File exists"):
        LocalCloud(tmp_path).up("eu-west-2")
