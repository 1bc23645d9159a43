"""Of which commit a release is: by git itself, where there is git."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from productsapi.cli import git_commit
from productsapi.cli.git_commit import commit_of, note, one_line
from productsapi.config import Config
from productsapi.stack.release_note import ReleaseNote

SUBJECT = "Stock can be negative: \N{LATIN SMALL LETTER A WITH DIAERESIS}, 100 %h"


def git(folder: Path, *words: str) -> None:
    own = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        **{
            f"GIT_{who}_{what}": "a@b"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    }
    subprocess.run(
        ["git", "-C", str(folder), *words],  # noqa: S607 - the one that the command finds
        check=True,
        capture_output=True,
        env=os.environ | own,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("config/dev.yaml", "lambda_src/a.py", "README.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("1", "utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", f"{SUBJECT}\n\nmore of it")
    return tmp_path


def files(project: Path) -> list[Path]:
    return [project / "lambda_src", project / "config" / "dev.yaml"]


def test_it_is_the_one_that_is_checked_out(project: Path) -> None:
    commit, subject = commit_of(project, files(project))
    assert subject == SUBJECT
    assert int(commit, 16)
    assert len(commit) >= 7


@pytest.mark.parametrize(
    ("changed", "dirty"),
    [
        ("lambda_src/a.py", True),
        ("lambda_src/new.py", True),
        ("config/dev.yaml", True),
        ("README.md", False),
        ("config/other.yaml", False),
        ("lambda_src/__pycache__/a.pyc", False),
    ],
)
def test_only_what_is_deployed_makes_it_dirty(project: Path, changed: str, dirty: bool) -> None:
    (project / changed).parent.mkdir(exist_ok=True)
    (project / changed).write_text("2", "utf-8")
    commit, _ = commit_of(project, files(project))
    assert commit.endswith("+dirty") is dirty


def test_what_git_does_not_keep_is_of_no_commit(project: Path) -> None:
    """Such as a project in a home folder that is a repository of dot files."""
    inside = project / "another"
    (inside / "lambda_src").mkdir(parents=True)
    (inside / "lambda_src" / "a.py").write_text("1", "utf-8")
    assert commit_of(inside, files(inside)) == ("", "")


@pytest.mark.parametrize("reason", ["no repository", "no git"])
def test_without_git_there_is_just_the_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    if reason == "no git":
        monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "config").mkdir()
    config = Config(
        schema=1, stack="shop", region="eu-west-2", path=tmp_path / "config" / "dev.yaml"
    )
    assert note(config, "why") == ReleaseNote("", "why")
    assert note(config, None) == ReleaseNote()


def test_a_slow_git_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def slow(command: Sequence[str], **_: object) -> None:
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(subprocess, "run", slow)
    assert git_commit.git(tmp_path, ["log"]) is None


def test_a_message_is_one_line_that_steers_nothing() -> None:
    assert one_line(" a\n\n b\tc\x1b[31m ") == "a b c\\x1b[31m"
