"""Each row of what AWS does late, in part or twice has a test that names it, or needs none.

The rows are those of docs/aws-behaviour.md. A test names one by its own name (`test_g7_…`), in its
docstring, or in a comment beside its line of a table.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NUMBERS = {"G": 19, "L": 4, "C": 10, "D": 3, "S": 1, "W": 4, "O": 2, "B": 1, "K": 17}
ROWS = [f"{letter}{number}" for letter, last in NUMBERS.items() for number in range(1, last + 1)]
NEEDS_NONE = "## What needs no handling"
TESTS = sorted(path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__))


def rows_in(text: str) -> set[str]:
    """`G7`, `test_d2_d3_…`: as words, whatever the underscores round them."""
    return set(re.findall(r"(?<![A-Z0-9])[A-Z]\d{1,2}(?![A-Z0-9])", text.upper())) & set(ROWS)


def named_in(path: Path) -> set[str]:
    somewhere = rows_in(path.read_text("utf-8"))
    return set().union(*map(rows_in, _telling(path))) if somewhere else set()


@cache
def named() -> set[str]:
    """By all tests; looked for when it is asked for, not whenever a worker collects this file."""
    return set().union(*map(named_in, TESTS))


def _telling(path: Path) -> Iterator[str]:
    """Names and docstrings of tests, and all comments; no value that may look like a row."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield from (node.name, ast.get_docstring(node) or "")
    with tokenize.open(path) as file:
        tokens = tokenize.generate_tokens(file.readline)
        yield from (token.string for token in tokens if token.type == tokenize.COMMENT)


def rows_on(page: str) -> tuple[set[str], set[str]]:
    """The rows that a page's tables tell, and those of them that it says need nothing."""
    _, _, after = page.partition(NEEDS_NONE)
    return _first_cells(page), _first_cells(after.partition("\n## ")[0])


def _first_cells(text: str) -> set[str]:
    lines = (line.split("|") for line in text.splitlines() if line.startswith("|"))
    return set().union(*(rows_in(cells[1]) for cells in lines))


EXPLAINED, NEEDING_NONE = rows_on((ROOT / "docs" / "aws-behaviour.md").read_text("utf-8"))


@pytest.mark.parametrize("row", ROWS)
def test_each_row_is_tested_or_explained(row: str) -> None:
    assert row in EXPLAINED, "docs/aws-behaviour.md has no row for it"
    assert (row in named()) != (row in NEEDING_NONE), "one of both, a test or a reason for none"


def test_a_row_in_a_value_is_not_a_test_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "test_x.py"
    path.write_text('def test_d2_d3_x():\n    """K1."""\n    assert "G4"  # W2\n', "utf-8")
    assert named_in(path) == {"D2", "D3", "K1", "W2"}


def test_a_row_is_named_in_its_tables_first_cell_only() -> None:
    page = f"| G1, K2 | as G3 |\n{NEEDS_NONE}\n| K16 | x |\n## More\n| L1 | y |\n"
    assert rows_on(page) == ({"G1", "K2", "K16", "L1"}, {"K16"})
