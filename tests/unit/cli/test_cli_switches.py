"""`--quiet`, `--debug` and `completion`: habits that every command has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from productsapi.cli import COMMANDS, main
from productsapi.cli.options import target_options
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import Target


@click.command("plan")
@target_options
def reported(target: Target) -> None:
    print_unless_quiet("beside it", fg="green")
    click.echo(f"result, debugging: {target.trace is not None}")


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    monkeypatch.setattr(type(main), "get_command", lambda *_: reported)
    return CliRunner().invoke(main, [*words])


@pytest.mark.parametrize(
    ("words", "err"),
    [
        (["plan"], "beside it\n"),
        (["plan", "--quiet"], ""),
        (["plan", "-q"], ""),
        (["--quiet", "plan"], ""),
    ],
)
def test_quiet_leaves_the_result(
    monkeypatch: pytest.MonkeyPatch, words: list[str], err: str
) -> None:
    result = run(monkeypatch, *words)
    assert (result.stdout, result.stderr) == ("result, debugging: False\n", err)


@pytest.mark.parametrize("words", [["plan", "--debug"], ["--debug", "plan"]])
def test_debug_has_each_call_shown(monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    assert "debugging: True" in run(monkeypatch, *words).stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_script(shell: str) -> None:
    if shell == "bash" and not shutil.which("bash"):
        pytest.skip("click asks bash for its version")
    result = CliRunner().invoke(main, ["completion", shell])
    assert f"_PRODUCTSAPI_COMPLETE={shell}_complete" in result.stdout


def completed(folder: Path, words: str) -> list[str]:
    """What bash is given for the last of these words."""
    given = words.split(" ")
    own = {"COMP_WORDS": words, "COMP_CWORD": str(len(given) - 1)}
    asked = {**os.environ, **own, "_PRODUCTSAPI_COMPLETE": "bash_complete"}
    command = [sys.executable, "-m", "productsapi"]
    ran = subprocess.run(command, cwd=folder, env=asked, capture_output=True, check=True, text=True)
    return [line.partition(",")[2] for line in ran.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("productsapi comp", ["completion"]),
        ("productsapi user log", ["login", "logout"]),
        ("productsapi plan -c st", ["staging"]),
        ("productsapi completion f", ["fish"]),
        ("productsapi deploy --mess", ["--message"]),
    ],
)
def test_words_are_completed(tmp_path: Path, words: str, expected: list[str]) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "staging.yaml").touch()
    assert completed(tmp_path, words) == expected


def test_all_commands_are_offered(tmp_path: Path) -> None:
    assert completed(tmp_path, "productsapi ") == list(COMMANDS)
