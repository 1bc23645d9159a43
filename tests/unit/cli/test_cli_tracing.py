"""What --trace shows and --trace-file writes."""

from __future__ import annotations

import json
import os
import stat
from datetime import datetime, timezone
from io import FileIO
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from productsapi.aws.command_line import Command
from productsapi.aws.tracing import TracedCall
from productsapi.cli.target import Target
from productsapi.cli.tracing import trace_options

MADE = TracedCall(
    began=datetime(2026, 11, 27, 12, 0, 0, 5000, tzinfo=timezone.utc),
    seconds=0.0412,
    service="lambda",
    operation="CreateFunction",
    params={"FunctionName": "f", "Code": {"ZipFile": b"PK"}},
    command=Command("lambda", "create-function", (("--function-name", "f"),)),
    status=201,
    error="",
    request_id="abc-1",
)


def run(*words: str, calls: tuple[TracedCall, ...] = (MADE,)) -> Result:
    """A command that makes these calls."""

    @click.command()
    @trace_options
    def command(target: Target) -> None:
        for call in calls if target.trace else ():
            target.trace(call)  # type: ignore[misc]

    target: dict[str, Any] = {"target": Target(Path("dev.yaml"), None, None, local=True)}
    callback = command.callback
    assert callback
    command.callback = lambda **given: callback(**target, **given)
    return CliRunner().invoke(command, words)


def test_a_call_is_shown_as_a_line_to_paste() -> None:
    result = run("--trace")
    line, comment = result.stderr.strip().split("  # ")
    assert line == "aws lambda create-function --function-name f"
    assert comment.endswith(", 0.041 s, 201, request abc-1")
    assert result.stdout == ""


def test_nothing_is_traced_unasked() -> None:
    assert run().output == ""


def test_a_file_gets_json_lines_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    path.write_text("of a former run\n")
    path.chmod(0o644)
    result = run("--trace-file", str(path), calls=(MADE, MADE))
    assert result.output == ""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first, second = (json.loads(line) for line in path.read_text().splitlines())
    assert first == second == {
        "time": "2026-11-27T12:00:00.005Z",
        "seconds": 0.041,
        "service": "lambda",
        "operation": "CreateFunction",
        "params": {"FunctionName": "f", "Code": {"ZipFile": "2 bytes"}},
        "command": "aws lambda create-function --function-name f",
        "status": 201,
        "error": None,
        "request_id": "abc-1",
    }  # fmt: skip


def test_no_link_is_followed_and_no_fifo_waited_for(tmp_path: Path) -> None:
    target, link, fifo = tmp_path / "kept", tmp_path / "link", tmp_path / "fifo"
    target.write_text("kept")
    link.symlink_to(target)
    os.mkfifo(fifo)
    for path in (link, fifo, tmp_path / "no" / "folder"):
        result = run("--trace-file", str(path))
        assert result.exception is not None
        assert "can't be written" in str(result.exception)
    assert target.read_text() == "kept"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_disk_ends_the_trace_and_not_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = FileIO("/dev/full", "w")
    monkeypatch.setattr("productsapi.cli.tracing._opened", lambda _path: opened)
    result = run("--trace-file", str(tmp_path / "t"), calls=(MADE, MADE))
    assert result.exception is None
    assert result.stderr.count("it can't be written") == 1
    assert opened.closed
