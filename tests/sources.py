"""What the program's sources say, parsed once for all tests of a process that look at them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "productsapi"


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text("utf-8"))))


def texts(path: Path) -> list[str]:
    """Every constant text, wherever it stands."""
    constants = (node.value for node in nodes(path) if isinstance(node, ast.Constant))
    return [value for value in constants if isinstance(value, str)]
