"""The contents of wheels, as files of the functions' zips; and whether any wheel lacks another."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from email.parser import BytesHeaderParser
from pathlib import Path, PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from productsapi import archive
from productsapi.archive import Entry
from productsapi.dependencies.fetching import Wheels
from productsapi.dependencies.requirements import HINT, Wanted
from productsapi.dependencies.target import Target
from productsapi.errors import ConfigError

LIBRARIES = ("purelib", "platlib")
"""Folders of NAME.data whose files belong beside the others; scripts and headers are left out."""


def files(path: Path, found: Wheels) -> Mapping[str, Entry]:
    """All files, by their names in a zip. Raises ConfigError where two wheels hold different ones.

    `path` is the requirements.txt, for messages.
    """
    taken: dict[str, Entry] = {}
    owner: dict[str, str] = {}
    for name in sorted(found):
        for file, entry in _files(path, found[name]):
            if file in taken and taken[file] != entry:
                both = f"{owner[file]} and {name}"
                raise ConfigError(f"{path}: {both} both bring {file}, and not the same one")
            taken[file], owner[file] = entry, name
    return taken


def must_be_whole(path: Path, wanted: Wanted, found: Wheels, target: Target) -> None:
    """Raises ConfigError where a package needs one that isn't in the file."""
    versions = {name: parse_wheel_filename(wheel.name)[1] for name, wheel in found.items()}
    problems = []
    for each in wanted.pinned:
        for needed in _needed(found[each.name], each.requirement.extras, target):
            version = versions.get(canonicalize_name(needed.name))
            if version is None:
                problems.append(f"{path}: {each.name} needs {needed.name}, which isn't in it")
            elif not needed.specifier.contains(version, prereleases=True):
                problems.append(f"{path}: {each.name} needs {needed}, and it has {version}")
    if problems:
        raise ConfigError("\n".join(dict.fromkeys(problems)), HINT)


def _files(path: Path, wheel: Path) -> Iterator[tuple[str, Entry]]:
    try:
        for name, entry in archive.entries(wheel):
            parts = PurePosixPath(name).parts
            if ".." in parts or name.startswith("/") or "\\" in name:
                raise ConfigError(f"{path}: {wheel.name} holds a file outside of itself, {name}")
            if parts[0].endswith(".data"):
                if len(parts) < 3 or parts[1] not in LIBRARIES:  # noqa: PLR2004
                    continue
                parts = parts[2:]
            if "__pycache__" not in parts and not name.endswith(".pyc"):
                yield "/".join(parts), entry
    except (zipfile.BadZipFile, OSError) as error:
        raise ConfigError(f"{path}: {wheel.name} can't be read: {error}") from error


def _needed(wheel: Path, extras: set[str], target: Target) -> Iterator[Requirement]:
    with zipfile.ZipFile(wheel) as opened:
        names = [name for name in opened.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = BytesHeaderParser().parsebytes(opened.read(names[0])) if names else None
    for text in (metadata.get_all("Requires-Dist") or []) if metadata else []:
        try:
            requirement = Requirement(str(text))
        except InvalidRequirement:
            continue  # an old spelling, which pip ignores too
        marker = requirement.marker
        wanted = ({**target.markers, "extra": extra} for extra in ("", *sorted(extras)))
        if marker is None or any(marker.evaluate(dict(each)) for each in wanted):
            yield requirement
