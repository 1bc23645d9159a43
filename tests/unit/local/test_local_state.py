"""The local cloud's state: what can't be read is kept aside, what can't be saved is reported."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from productsapi.errors import LocalCloudError
from productsapi.local import state
from productsapi.local.gate import SAVE, guarded
from productsapi.local.saving import noting, reporting

GOOD = json.dumps({"__ministack_format__": 2, "payload": {"a": {}}})


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A state of which all can be read, closed to others as the emulator's is."""
    before = os.umask(0o077)
    folder = tmp_path / "state"
    (folder / "lambda-blobs").mkdir(parents=True)
    for name in ("dynamodb.json", "cognito.json", "lambda.json"):
        (folder / name).write_text(GOOD)
    code = b"PK"
    (folder / "lambda-blobs" / f"{hashlib.sha256(code).hexdigest()}.zip").write_bytes(code)
    (folder / "cognito-rsa-key.pem.lock").touch()
    yield folder
    os.umask(before)


@pytest.mark.parametrize(
    ("name", "holds", "what"),
    [
        ("dynamodb.json", b"", "tables and their items"),
        ("dynamodb.json", GOOD.encode()[:-5], "tables and their items"),
        ("cognito.json", b"\xff\xfe", "user pools and users"),
        ("cognito.json", b"[]", "user pools and users"),
        ("cognito.json", b'{"payload": []}', "user pools and users"),
        ("cognito-pool-keys/p-id.pem", b"nonsense", "keys that sign tokens"),
        (f"lambda-blobs/{'0' * 64}.zip", b"PK", "the functions' code"),
        ("newservice.json", b"{", "newservice"),
    ],
)
def test_what_cannot_be_read_is_kept_aside(
    folder: Path, name: str, holds: bytes, what: str
) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(holds)
    everything = sorted(p.relative_to(folder) for p in folder.rglob("*"))
    with pytest.raises(LocalCloudError) as raised:
        state.must_be_read(folder)
    assert name in raised.value.message
    assert f"Lost without the rest: {what}." in raised.value.message
    (aside,) = folder.parent.glob("state.unreadable-*")
    assert str(aside) in raised.value.message
    assert sorted(p.relative_to(aside) for p in aside.rglob("*")) == everything
    assert (aside / name).read_bytes() == holds
    left = sorted(p.relative_to(folder) for p in folder.rglob("*"))
    assert left == [path for path in everything if path != Path(name)]
    state.must_be_read(folder)  # the next command goes on with what is left


def test_a_state_that_can_be_read_stays(folder: Path) -> None:
    state.must_be_read(folder)
    assert [path.name for path in folder.parent.iterdir()] == ["state"]


def test_a_state_that_cannot_be_copied_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_paths: object, **_rest: object) -> None:
        raise state.shutil.Error([("a", "b", "No space left on device")])

    monkeypatch.setattr(state.shutil, "copytree", full)
    (folder / "dynamodb.json").write_text("{")
    with pytest.raises(LocalCloudError, match="No space left"):
        state.must_be_read(folder)
    assert (folder / "dynamodb.json").read_text() == "{"


def test_what_the_emulator_passes_over_is_seen() -> None:
    log = (
        "2026 [persistence] ERROR Persistence: failed to load iam: Expecting value\n"
        "2026 [persistence] ERROR Persistence: sns state is format v9 but this MiniStack only\n"
        "2026 [ministack] ERROR Failed to restore persisted state for ssm; continuing fresh\n"
        "2026 [ministack] WARNING something else about lambda\n"
    )
    assert list(state.load_failures_in_log(log)) == ["iam.json", "sns.json", "ssm.json"]


class Full:
    """MiniStack's saving on a disk that is full: it logs, and goes on."""

    def __call__(self, _services: object) -> None:
        logger = logging.getLogger("persistence")
        logger.error("Persistence: failed to save %s: %s", "dynamodb", OSError(28, "No space"))
        logger.error("Persistence: error getting state for %s: %s", "iam", "changed")


def test_a_saving_leaves_a_note_of_what_failed(tmp_path: Path) -> None:
    note = tmp_path / "saved.json"
    assert noting(reporting(Full()), note, "mark")({}) == {
        "dynamodb": "[Errno 28] No space",
        "iam": "changed",
    }
    assert state.noted(note, "mark") == {"dynamodb": "[Errno 28] No space", "iam": "changed"}
    assert noting(reporting(lambda _services: None), note, "mark")({}) == {}
    assert state.noted(note, "mark") == {}


@pytest.mark.parametrize("holds", [None, "", "[]", '{"mark": "another", "failed": {}}'])
def test_without_a_note_nothing_counts_as_saved(tmp_path: Path, holds: str | None) -> None:
    note = tmp_path / "saved.json"
    if holds is not None:
        note.write_text(holds)
    assert state.noted(note, "mark") is None


def test_a_note_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    assert noting(reporting(lambda _services: None), tmp_path / "no" / "folder", "mark")({}) == {}


@pytest.mark.parametrize(
    ("failed", "how", "says"),
    [
        ({"dynamodb": "No space"}, "", "couldn't save .* tables and their items .dynamodb: No sp"),
        ({}, "(process 1) was killed", "killed: what was stored since its start is lost"),
        ({}, "", "without saying that it saved"),
    ],
)
def test_what_is_lost_is_named(failed: dict[str, str], how: str, says: str) -> None:
    assert re.search(says, state.lost(failed, how, "since its start"))


def test_it_saves_when_asked_to_and_says_how() -> None:
    """Of the requests at the gate only this one, and none of a web page."""
    sent: list[dict[str, Any]] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "the emulator's"})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    def asked(method: str, **headers: str) -> None:
        pairs = [(n.encode(), v.encode()) for n, v in {"host": "127.0.0.1", **headers}.items()]
        scope = {"type": "http", "path": SAVE, "query_string": b"", "method": method}
        gate = guarded(app, lambda: {"iam": "no"})
        asyncio.run(gate({**scope, "headers": pairs}, None, send))

    asked("POST")
    assert json.loads(sent[-1]["body"]) == {"failed": {"iam": "no"}}
    asked("GET")
    assert sent[-1]["type"] == "the emulator's"
    asked("POST", origin="https://evil.example")
    assert b"web pages" in sent[-1]["body"]
