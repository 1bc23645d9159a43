"""Packages of others that the functions import: `requirements.txt` beside their sources.

requirements.py  the file → pinned lines, or why it is refused
target.py        the Python, machine and glibc that they are for
fetching.py      lines → wheels, by pip, kept by their hash
wheels.py        wheels → the files that go into the functions' zips

Wheels only, so that no package's build script runs; each is checked by the hash in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from productsapi.archive import Entry
from productsapi.dependencies.target import Target

FILE = "requirements.txt"
__all__ = ["FILE", "Target", "files"]


def files(sources: Path, target: Target, cache: Path | None = None) -> Mapping[str, Entry]:
    """What `requirements.txt` adds to each function's zip; nothing where there is none.

    Raises ConfigError where the file is refused, or what it names can't be had. Only what isn't in
    the cache is asked for.
    """
    path = sources / FILE
    if not path.exists():
        return {}
    from productsapi.dependencies import fetching, wheels  # only where there are any
    from productsapi.dependencies.requirements import parse

    wanted = parse(path, target)
    found = fetching.wheels(path, wanted, target, cache or fetching.cache_folder())
    wheels.must_be_whole(path, wanted, found, target)
    return wheels.files(path, found)
