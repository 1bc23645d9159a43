"""The example configurations and the Lambda sources, for `productsapi init`.

In a wheel they are in this package; in a checkout they are the folders beside it.
"""

from __future__ import annotations

from pathlib import Path

FOLDERS = ("config", "lambda_src")
SUFFIXES = {".yaml", ".py", ".json"}


def files() -> dict[str, bytes]:
    """Each file's content by its path inside a project."""
    here = Path(__file__).parent
    base = here if (here / FOLDERS[0]).is_dir() else here.parents[1]
    return {
        path.relative_to(base).as_posix(): path.read_bytes()
        for folder in FOLDERS
        for path in sorted((base / folder).rglob("*"))
        if path.suffix in SUFFIXES and "__pycache__" not in path.parts
    }
