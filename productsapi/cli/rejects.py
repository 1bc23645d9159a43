"""`products import --rejects FILE`: the rejected rows as they were, to be corrected."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from productsapi.errors import Refused

if TYPE_CHECKING:
    from productsapi.data.rows import BadRow


class Rejects(Protocol):
    def write(self, row: BadRow, head: str, encoding: str) -> None: ...


@contextmanager
def rejects(path: Path | None) -> Iterator[Rejects]:
    """A file that is there is never written over. Raises Refused, as where a disk is full."""
    if path is None:
        yield _Nowhere()
        return
    try:
        out = path.open("xb", buffering=0)  # a failed write is reported at once
    except FileExistsError as error:
        raise Refused(f"{path} exists already", "name another file for the rejects") from error
    except OSError as error:
        raise _unwritable(path, error) from error
    file = _File(path, out)
    try:
        with out:
            yield file
    finally:
        if file.last < 0:
            path.unlink()


def _unwritable(path: Path, error: OSError) -> Refused:
    text = f"{path} can't be written: {error.strerror}"
    return Refused(text, "name another file for the rejects")


class _Nowhere:
    def write(self, row: BadRow, head: str, encoding: str) -> None:
        """Without --rejects they are only printed."""


class _File:
    """In the imported file's encoding, so that the same options read it again."""

    def __init__(self, path: Path, out: FileIO) -> None:
        self.path = path
        self.out = out
        self.last = -1
        self.encoder: codecs.IncrementalEncoder | None = None

    def write(self, row: BadRow, head: str, encoding: str) -> None:
        if row.line == self.last:  # reported once for each rule that it breaks
            return
        if self.encoder is None:
            self.encoder = codecs.getincrementalencoder(encoding)("backslashreplace")
            self._line(head)
        self.last = row.line
        self._line(row.text if head else row.text.replace("\r", "").replace("\n", " "))

    def _line(self, text: str) -> None:
        if not text or self.encoder is None:
            return
        left = memoryview(self.encoder.encode(text + "\n"))
        try:
            while left:
                left = left[self.out.write(left) :]
        except OSError as error:
            raise _unwritable(self.path, error) from error
