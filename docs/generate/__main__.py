"""Rewrite every generated page and file.

    python docs/generate

docs/configuration.md and the comments of config/*.yaml come from the configuration's model,
docs/commands.md from the click commands. tests/unit/docs is red while one of them is stale.
"""

from __future__ import annotations

from pathlib import Path

import commands_page
import configuration_page
import example_files

ROOT = Path(__file__).parents[2]


def pages(root: Path = ROOT) -> dict[str, str]:
    """Each generated file's text by its path; the values of the examples are read from `root`."""
    configs = [f"config/{name}" for name in example_files.HEADS]
    return {
        "docs/configuration.md": configuration_page.page(),
        "docs/commands.md": commands_page.page(),
        **{path: example_files.text(root / path) for path in configs},
    }


if __name__ == "__main__":
    for path, text in pages().items():
        (ROOT / path).write_text(text, "utf-8")
