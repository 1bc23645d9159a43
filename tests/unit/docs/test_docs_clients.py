"""docs/clients.md names what tests/clients/run.py runs, in the locked versions."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CLIENTS = ROOT / "tests" / "clients"
ROW = re.compile(r"^\| `([\w.-]+)` \| (.+?) \| .+? \| (.*?) \|$", re.MULTILINE)
PACKAGE = re.compile(r"([@\w/-]+) (\d[\w.]*)")
ROWS = ROW.findall((ROOT / "docs" / "clients.md").read_text("utf-8"))


def locked() -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for path in CLIENTS.glob("*/package.json"):
        found.update(json.loads(path.read_text("utf-8"))["devDependencies"].items())
    for path in CLIENTS.glob("*/requirements.txt"):
        for line in path.read_text("utf-8").split():
            name, _, version = line.partition("==")
            found.add((name, version))
    return found


def test_each_client_that_is_run_has_its_row() -> None:
    tools = runpy.run_path(str(CLIENTS / "run.py"))["TOOLS"]
    assert [name for name, _, _ in ROWS] == [tool.name for tool in tools]


@pytest.mark.parametrize(
    ("name", "versions"), [row[:2] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_a_row_has_the_versions_that_are_locked(name: str, versions: str) -> None:
    reported = set(PACKAGE.findall(versions))
    assert reported
    assert reported <= locked(), name


def test_lock_files_name_no_registry() -> None:
    """Whoever runs the clients has packages from the registry that their npm is set to."""
    locks = sorted(CLIENTS.glob("*/package-lock.json"))
    assert locks
    assert [lock for lock in locks if '"resolved"' in lock.read_text("utf-8")] == []
