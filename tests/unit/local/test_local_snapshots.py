"""Snapshots of the local cloud's state while it runs: in quiet moments, and only of changes."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from productsapi.local import state
from productsapi.local.saving import SHARE, Snapshots


class Cloud:
    """An emulator with a clock that stands still; a saving takes `seconds`."""

    def __init__(self, note: Path, seconds: float = 0.01) -> None:
        self.now = 100.0
        self.seconds = seconds
        self.failed: dict[str, str] = {}
        self.saved = 0
        self.snapshots = Snapshots(self._save, note, "mark", 30.0, lambda: self.now)

    def _save(self) -> dict[str, str]:
        self.saved += 1
        self.now += self.seconds
        return self.failed

    def asked(self, method: str = "POST") -> None:
        async def app(_scope: Any, _receive: Any, _send: Any) -> None:
            assert not self.snapshots.is_due(), "with a request under way"

        asyncio.run(self.snapshots.watching(app)({"type": "http", "method": method}, None, None))  # type: ignore[arg-type]

    def after(self, seconds: float) -> bool:
        """Whether a snapshot is due then; it is taken."""
        self.now += seconds
        if due := self.snapshots.is_due():
            self.snapshots.take()
        return due


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "snapshot.json"


def test_a_change_is_saved_in_a_quiet_moment(note: Path) -> None:
    cloud = Cloud(note)
    assert not cloud.after(60.0), "nothing was changed"
    cloud.asked("GET")
    assert not cloud.after(60.0), "nothing was changed"
    cloud.asked()
    assert not cloud.after(0.5), "others may be about to ask"
    assert cloud.after(0.6)
    assert not cloud.after(60.0), "that was saved"
    assert state.snapshot_at(note, "mark").endswith(" UTC")
    assert state.snapshot_at(note, "another run's") == ""


@pytest.mark.parametrize(("seconds", "pause"), [(0.01, 30.0), (2.0, 2.0 * SHARE)])
def test_a_slow_one_is_taken_less_often(note: Path, seconds: float, pause: float) -> None:
    cloud = Cloud(note, seconds)
    cloud.asked()
    assert cloud.after(31.0)
    cloud.asked()
    assert not cloud.after(pause - 1.0)
    assert cloud.after(1.0)


def test_one_that_failed_leaves_the_former_time(note: Path) -> None:
    cloud = Cloud(note)
    cloud.failed = {"dynamodb": "No space left"}
    cloud.asked()
    assert cloud.after(31.0)
    assert not note.exists()
    note.write_text(json.dumps({"mark": "mark", "at": "22:31:07 UTC"}))
    cloud.asked()
    assert cloud.after(31.0)
    assert state.snapshot_at(note, "mark") == "22:31:07 UTC"
    cloud.failed = {}
    assert not cloud.after(31.0), "as long as nothing more is changed: it would fail again"


def test_they_are_taken_for_as_long_as_it_runs(note: Path) -> None:
    saved = asyncio.Event()

    def save() -> dict[str, str]:
        saved.set()
        return {}

    snapshots = Snapshots(save, note, "mark", 0.001)

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        if scope["type"] == "lifespan":
            await saved.wait()

    async def lives() -> int:
        watched = snapshots.watching(app)
        await watched({"type": "http", "method": "POST"}, None, None)  # type: ignore[arg-type]
        await watched({"type": "lifespan"}, None, None)  # type: ignore[arg-type]
        await asyncio.sleep(0.01)
        return len(asyncio.all_tasks())

    assert asyncio.run(lives()) == 1, "the taking ends with the application"
