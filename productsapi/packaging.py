"""lambda_src → zips that are byte for byte the same from any checkout, machine, zlib and time."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from productsapi.errors import ConfigError
from productsapi.routes import FUNCTIONS

ENTRY = "lambda_function.py"
SHARED = "shared"
TEXT = {".py", ".json"}
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date a zip can carry; Lambda compares bytes, so any fixed one does."""
UNIX = 3
READABLE_FILE = 0o100644 << 16


def packages(sources: Path) -> Mapping[str, bytes]:
    """The zip of each function. Raises ConfigError where a source is missing."""
    _must_exist(sources, *FUNCTIONS)
    shared = _entries(sources, SHARED, f"{SHARED}/")
    return {function: _zip(_own(sources, function) | shared) for function in FUNCTIONS}


def package(sources: Path, function: str) -> bytes:
    """The zip of one function: its own folder at the root, and beside it what the four share."""
    _must_exist(sources, function)
    return _zip(_own(sources, function) | _entries(sources, SHARED, f"{SHARED}/"))


def code_sha256(package: bytes) -> str:
    """The hash in the form in which Lambda tells it (CodeSha256)."""
    return base64.b64encode(hashlib.sha256(package).digest()).decode()


def _must_exist(sources: Path, *functions: str) -> None:
    handlers = [sources / _folder(function) / ENTRY for function in functions]
    for needed in (*handlers, sources / SHARED):
        if not needed.exists():
            raise ConfigError(
                f"{needed} is missing: the functions' sources lie beside the configuration",
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


def _zip(entries: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(entries):
            archive.writestr(_entry(name), entries[name])
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.create_system = UNIX
    entry.external_attr = READABLE_FILE
    return entry
