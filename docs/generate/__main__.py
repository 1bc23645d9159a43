"""Write every generated page and file anew.

    python docs/generate

docs/configuration.md and the comments of config/*.yaml come from the configuration's model,
docs/commands.md from the click commands. tests/unit/docs is red while one of them is stale.
"""

from __future__ import annotations

from pathlib import Path

import commands
import configuration
import examples

ROOT = Path(__file__).parents[2]


def pages(root: Path = ROOT) -> dict[str, str]:
    """Each generated file's text by its path; the values of the examples are read from `root`."""
    return {
        "docs/configuration.md": configuration.page(),
        "docs/commands.md": commands.page(),
        **{f"config/{name}": examples.text(root / "config" / name) for name in examples.HEADS},
    }


if __name__ == "__main__":
    for path, text in pages().items():
        (ROOT / path).write_text(text, "utf-8")
