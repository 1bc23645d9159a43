"""lambda_src → zips that are byte for byte the same from any checkout, machine, zlib and time."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from productsapi import archive
from productsapi.archive import Entry
from productsapi.dependencies import Target
from productsapi.dependencies import files as dependencies
from productsapi.errors import ConfigError
from productsapi.routes import FUNCTIONS

ENTRY = "lambda_function.py"
SHARED = "shared"
TEXT = {".py", ".json"}
MEGABYTE = 1024 * 1024
LARGEST = 50 * MEGABYTE
LARGEST_UNZIPPED = 250 * MEGABYTE
"""What Lambda takes in one call, and has room for (its quotas page)."""


def packages(sources: Path, target: Target | None = None) -> Mapping[str, bytes]:
    """The zip of each function: its own folder at the root, beside it what the four share.

    And the packages of `requirements.txt`, for `target` (this Python, unless one is given). Raises
    ConfigError where a source is missing, a package can't be had, or Lambda wouldn't take it.
    """
    _must_exist(sources, *FUNCTIONS)
    shared = _entries(sources, SHARED, f"{SHARED}/")
    others = dependencies(sources, target or Target())
    return {f: _zip(sources, f, _own(sources, f) | shared, others) for f in FUNCTIONS}


def package(sources: Path, function: str) -> bytes:
    """The zip of one function, without others' packages."""
    _must_exist(sources, function)
    own = _own(sources, function) | _entries(sources, SHARED, f"{SHARED}/")
    return _zip(sources, function, own, {})


def code_sha256(package: bytes) -> str:
    """The hash in the form in which Lambda reports it (CodeSha256)."""
    return base64.b64encode(hashlib.sha256(package).digest()).decode()


def _must_exist(sources: Path, *functions: str) -> None:
    handlers = [sources / _folder(function) / ENTRY for function in functions]
    for needed in (*handlers, sources / SHARED):
        if not needed.exists():
            raise ConfigError(
                f"{needed} is missing: the functions' sources are beside the configuration",
                "`productsapi init DIR` writes a configuration and the sources",
            )


def _folder(function: str) -> str:
    return f"{function}_product"


def _own(sources: Path, function: str) -> dict[str, bytes]:
    return _entries(sources, _folder(function))


def _entries(sources: Path, folder: str, prefix: str = "") -> dict[str, bytes]:
    """Raises ConfigError for what can't be read, or mustn't."""
    try:
        return dict(_files(sources.resolve(), sources / folder, prefix))
    except OSError as error:
        raise ConfigError(f"{error.filename} can't be read: {error.strerror}") from error


def _files(inside: Path, folder: Path, prefix: str) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        hidden = any(part.startswith((".", "__pycache__")) for part in name.parts)
        if path.is_file() and not hidden and path.suffix != ".pyc":
            _refuse_leaving(path, inside)
            content = path.read_bytes()
            if path.suffix in TEXT:  # a checkout on Windows may have rewritten the line ends
                content = content.replace(b"\r\n", b"\n")
            yield prefix + name.as_posix(), content


def _refuse_leaving(path: Path, sources: Path) -> None:
    """A link could put any file of this machine, such as a key, where the functions read it."""
    if not path.resolve().is_relative_to(sources):
        raise ConfigError(
            f"{path} is a link out of the functions' sources: what it leads to isn't uploaded",
            "put the file itself there",
        )


def _zip(
    sources: Path, function: str, own: Mapping[str, bytes], others: Mapping[str, Entry]
) -> bytes:
    taken = sorted({_module(name) for name in own} & {_module(name) for name in others})
    if taken:
        raise ConfigError(
            f"{sources}: {', '.join(taken)} of the {function} function has the name of what a "
            "package in requirements.txt brings: one of them couldn't be imported",
            "rename it, or leave the package out",
        )
    files = {**others, **{name: archive.stored(content) for name, content in own.items()}}
    made = archive.written(files)
    unzipped = sum(file.size for file in files.values())
    for size, largest, what in (
        (len(made), LARGEST, "zipped"),
        (unzipped, LARGEST_UNZIPPED, "unzipped"),
    ):
        if size > largest:
            raise ConfigError(
                f"{sources}: the code of the {function} function is {size / MEGABYTE:.1f} MB "
                f"{what}, with its packages, and Lambda takes {largest // MEGABYTE}",
                "leave packages out of requirements.txt that the functions don't import",
            )
    return made


def _module(name: str) -> str:
    """What is imported for a file: its folder, or it itself."""
    return name.partition("/")[0].removesuffix(".py")
