"""What an editor saves is noticed, however it does that."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Semaphore
from typing import Any

import pytest

from productsapi.config import Config
from productsapi.dev.watching import watching

watchfiles = pytest.importorskip("watchfiles.main")

LATE_S = 600
NOTHING_S = 1.5
"""Longer than the watched are looked at again."""


@pytest.fixture
def watches(monkeypatch: pytest.MonkeyPatch) -> Semaphore:
    """Released for each watch that the system has set up: what is saved before isn't reported."""
    begun, begin = Semaphore(0), watchfiles.RustNotify

    def beginning(*given: Any) -> Any:
        watch = begin(*given)
        begun.release()
        return watch

    monkeypatch.setattr(watchfiles, "RustNotify", beginning)
    return begun


@pytest.fixture
def saved(config: Config, watches: Semaphore) -> Iterator[Event]:
    """Set after each burst."""
    config.path.parent.mkdir()
    config.path.write_text("stack: shop\n", "utf-8")
    heard = Event()
    with watching(config.sources, config.path, heard.set, lambda: pytest.fail("refused")):
        for _ in ("sources", "configuration"):
            _settle(watches, heard)
        yield heard


def _settle(watches: Semaphore, heard: Event) -> None:
    """The next watch is there, and what was done before is over."""
    assert watches.acquire(timeout=LATE_S)
    while sys.platform != "linux" and heard.wait(NOTHING_S):  # others tell of what was before, too
        heard.clear()
    heard.clear()


def in_place(path: Path) -> None:
    path.write_text("# other\n", "utf-8")


def by_rename(path: Path) -> None:
    new = path.with_name(f".{path.name}.tmp")
    new.write_text("# other\n", "utf-8")
    new.replace(path)


def moved_away_first(path: Path) -> None:
    path.rename(path.with_name(f"{path.name}~"))
    path.write_text("# other\n", "utf-8")


@pytest.mark.parametrize("save", [in_place, by_rename, moved_away_first])
@pytest.mark.parametrize("name", ["lambda_src/shared/rules.py", "config/dev.yaml"])
def test_each_way_to_save_is_noticed(
    config: Config, saved: Event, save: Callable[[Path], None], name: str
) -> None:
    save(config.root / name)
    assert saved.wait(LATE_S)


def test_what_lies_beside_is_not(config: Config, saved: Event) -> None:
    (config.path.parent / "other.yaml").write_text("", "utf-8")
    (config.sources / "shared" / ".rules.py.swp").write_text("", "utf-8")
    (config.sources / "shared" / "__pycache__").mkdir()
    assert not saved.wait(NOTHING_S)


def test_a_folder_that_was_replaced_is_watched_on(
    config: Config, saved: Event, watches: Semaphore
) -> None:
    moved = config.root / "moved"
    config.sources.rename(moved)
    shutil.copytree(moved, config.sources)
    assert saved.wait(LATE_S)
    _settle(watches, saved)
    in_place(config.sources / "shared" / "rules.py")
    assert saved.wait(LATE_S)
