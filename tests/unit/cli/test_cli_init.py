"""`productsapi init`: writes everything, and nothing over anything."""

from __future__ import annotations

import re
from pathlib import Path

import leaks
import pytest
from click.testing import CliRunner, Result

from productsapi.cli import main
from productsapi.config import load
from productsapi.starter import files


def init(*args: str) -> Result:
    result = CliRunner().invoke(main, ["init", *args])
    leaks.saw(f"productsapi init {' '.join(args)}", result.output)
    return result


def test_it_writes_the_starter_and_says_what_is_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = init("my-api")
    assert result.exit_code == 0
    assert "cd my-api && productsapi deploy --local" in result.stderr
    written = {
        path.relative_to(tmp_path / "my-api").as_posix(): path.read_bytes()
        for path in Path("my-api").resolve().rglob("*")
        if path.is_file()
    }
    assert written == files()
    assert set(written) >= {"config/dev.yaml", "config/prod.yaml"}


def test_into_the_current_folder_no_cd_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "Next: productsapi deploy --local" in init(".").stderr


@pytest.mark.parametrize("name", ["dev.yaml", "prod.yaml"])
def test_what_it_writes_is_a_good_configuration(tmp_path: Path, name: str) -> None:
    init(str(tmp_path / "new"))
    assert load(tmp_path / "new" / "config" / name).root == tmp_path / "new"


def test_one_file_in_the_way_and_nothing_is_written(tmp_path: Path) -> None:
    mine = tmp_path / "config" / "dev.yaml"
    mine.parent.mkdir()
    mine.write_text("mine", "utf-8")
    result = init(str(tmp_path))
    assert result.exit_code == 5
    assert str(mine) in result.stderr
    assert mine.read_text("utf-8") == "mine"
    assert [path.name for path in tmp_path.rglob("*")] == ["config", "dev.yaml"]


def test_it_writes_through_no_link(tmp_path: Path) -> None:
    """One that leads nowhere yet isn't seen as a file in the way."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "dev.yaml").symlink_to(tmp_path / "elsewhere")
    assert init(str(tmp_path)).exit_code == 5
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_can_not_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = init(str(tmp_path / "file" / "below"))
    assert result.exit_code == 5
    assert "can't be written" in result.stderr


def test_comments_point_only_to_what_it_brings() -> None:
    there = {*files(), *(Path(name).name for name in files())}
    for name, content in files().items():
        if name.endswith(".yaml"):
            pointed = re.findall(r"[\w./-]+\.(?:md|yaml|json|py)\b", content.decode())
            assert set(pointed) <= there, name
        assert b"docs/" not in content, name
