"""Which configuration is meant: by its path or its environment's name, from subfolders too."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.shell_completion import CompletionItem

DEFAULT_CONFIG = Path("config/dev.yaml")
ENVIRONMENT = re.compile(r"[a-z][a-z0-9-]*")
"""What `-c` takes for an environment's name; its file is config/NAME.yaml."""


class ConfigFile(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    """A path; NAME is config/NAME.yaml. A relative one is looked for in the folders above too."""

    name = "file"

    def convert(self, value: Any, param: Any, ctx: Any) -> Path:
        return found(Path(value))

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Environments by name; whatever else is typed is a file."""
        from click.shell_completion import CompletionItem

        names = environments(nearest(DEFAULT_CONFIG.parent))
        items = [CompletionItem(name) for name in names if name.startswith(incomplete)]
        return items or [CompletionItem(incomplete, type="file")]


def found(typed: Path) -> Path:
    """The file that is meant; where there is none, the one that would be, for the error to name."""
    folder = os.path.isdir(typed)  # noqa: PTH112 - Path's own raises where it may not look
    if typed.is_absolute() or (_is_there(typed) and not folder):
        return typed
    if ENVIRONMENT.fullmatch(str(typed)):
        typed = environment_file(str(typed))
    return nearest(typed)


def environment_file(name: str) -> Path:
    return DEFAULT_CONFIG.parent / f"{name}.yaml"


def environments(folder: Path) -> list[str]:
    """The names of those that have a file in a `config` folder."""
    names = (path.stem for path in folder.glob("*.yaml"))
    return sorted(name for name in names if ENVIRONMENT.fullmatch(name))


def nearest(relative: Path) -> Path:
    """`relative` as seen from this folder, or else in the nearest one above that has it.

    Above only a project that belongs to you, or to whom this folder belongs: what others put into
    /tmp isn't deployed by whoever works in a folder of theirs there.
    """
    if _is_there(relative) or ".." in relative.parts:
        return relative
    for above in _above():
        path = above / relative
        if _is_there(path) and _trusted(above, path.parent, path):
            return path
    return relative


def _is_there(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110 - Path's own raises where it may not look


def _above() -> Iterator[Path]:
    try:
        depth = len(Path.cwd().parts) - 1
    except OSError:  # the folder that we are in was removed
        return
    yield from (Path(*[".."] * steps) for steps in range(1, depth + 1))


def _trusted(*paths: Path) -> bool:
    """By the owners; a link's is its own, for the sources are looked for beside it."""
    return {path.lstat().st_uid for path in paths} <= {os.geteuid(), Path().stat().st_uid}
