"""Rows of a file: what each holds, or why it can't be read."""

from __future__ import annotations

import codecs
import dataclasses
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, BinaryIO, Protocol

from productsapi.errors import Refused

FORMATS = ("csv", "json", "jsonl", "dynamodb-json")
SUFFIXES = {".csv": "csv", ".tsv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl"}
SNIFFED = 64 * 1024
"""Bytes of a file's beginning that are looked at to find out how it is written."""
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Row:
    """`text` is the row as it was in the file, to be written to the rejects file."""

    line: int
    values: dict[str, Any]
    text: str = dataclasses.field(default="", repr=False)


@dataclass(frozen=True)
class BadRow:
    """`field` is the column or member at fault, as far as there is one."""

    line: int
    field: str
    why: str
    text: str = dataclasses.field(default="", repr=False)

    def __str__(self) -> str:
        return f"line {self.line}: {self.field + ': ' if self.field else ''}{self.why}"


class Reader(Protocol):
    """Gives a file's rows one after the other; `head` is what a file of its rejects begins with."""

    head: str

    def rows(self) -> Iterator[Row | BadRow]: ...


@dataclass(frozen=True)
class Text:
    """A file's text, and its first part, which was looked at already."""

    stream: io.TextIOWrapper
    begin: str


def opened(binary: BinaryIO, encoding: str | None = None) -> Text:
    """The text of a file or pipe, without its byte order mark. Raises Refused."""
    begin = binary.read(SNIFFED)
    found = next((name for bom, name in BOMS if begin.startswith(bom)), "utf-8")
    encoding = encoding or found
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(begin, False)
    except LookupError:
        raise Refused(f"no encoding is called {encoding}", "--encoding utf-8") from None
    except UnicodeDecodeError as error:
        raise undecodable(error) from None
    whole = io.BufferedReader(_Rejoined(begin, binary), SNIFFED)
    return Text(io.TextIOWrapper(whole, encoding=encoding, newline=""), text)


class _Rejoined(io.RawIOBase):
    """What was read of a pipe, and then the rest of it."""

    def __init__(self, begin: bytes, rest: BinaryIO) -> None:
        self.begin = memoryview(begin)
        self.rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self.begin[: len(buffer)] if self.begin else self.rest.read(len(buffer))
        self.begin = self.begin[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)


def undecodable(error: UnicodeDecodeError) -> Refused:
    hint = "name the file's encoding, such as --encoding cp1252 for a file of an older Excel"
    return Refused(f"the file isn't {error.encoding} text (byte {error.start})", hint)


def format_of(name: str, begin: str) -> str:
    """By the file's name, else by what it begins with."""
    if known := SUFFIXES.get(PurePath(name).suffix.lower()):
        return known
    first = begin.lstrip()[:1]
    return {"[": "json", "{": "jsonl"}.get(first, "csv")
