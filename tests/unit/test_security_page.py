"""docs/security.md names tests that exist, and one at least for every boundary."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")

BOUNDARIES = {
    "HTTP body", "HTTP headers", "Path and query", "Token", "Deployed surface",
    "YAML configuration", "`@file` and other arguments", "Environment variables", "Token cache",
    "Local state", "The local cloud's control plane", "AWS credentials and endpoint", "The lease",
    "Logs", "Functions to DynamoDB",
}  # fmt: skip
"""Those that must stand there; more may."""


def boundaries(page: str) -> dict[str, list[tuple[str, str]]]:
    """The tests that each boundary names, as file and function."""
    _, *parts = re.split(r"^### ", page.partition("## The boundaries")[2], flags=re.MULTILINE)
    return {part.partition("\n")[0]: NAMED.findall(part) for part in parts}


PAGE = boundaries((ROOT / "docs" / "security.md").read_text("utf-8"))


def stale(tests: list[tuple[str, str]]) -> list[str]:
    """Those that don't exist."""
    return [f"{file}::{name}" for file, name in tests if name not in functions_in(ROOT / file)]


def functions_in(file: Path) -> set[str]:
    if not file.is_file():
        return set()
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def test_every_boundary_stands_there() -> None:
    assert set(PAGE) >= BOUNDARIES


@pytest.mark.parametrize("boundary", PAGE)
def test_every_boundary_names_tests_that_exist(boundary: str) -> None:
    assert PAGE[boundary], f"{boundary}: no test is named"
    assert stale(PAGE[boundary]) == []


def test_a_name_that_is_stale_or_missing_is_found() -> None:
    page = "## The boundaries\n### A\n`tests/unit/test_house.py::test_gone`\n### B\nNothing.\n"
    found = boundaries(page)
    assert stale(found["A"]) == ["tests/unit/test_house.py::test_gone"]
    assert found["B"] == []
    assert stale([("tests/unit/test_nowhere.py", "test_x")]) == [
        "tests/unit/test_nowhere.py::test_x"
    ]
