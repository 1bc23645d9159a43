"""JSON Lines and arrays of JSON, an element at a time, however many there are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, TextIO

from productsapi.data.rows import BadRow, Row, undecodable
from productsapi.errors import Refused

PIECE = 64 * 1024
LONGEST = 1024 * 1024
"""Characters of one element of an array: a product has at most 256 KiB."""
LONGEST_LINE = 8 * LONGEST
"""Up to that it is one bad row, whole in memory to be written back, and others follow."""

Parse = Callable[[str], Any]
"""Reads an element exactly. Raises ValueError with a text for people."""


class JsonLines:
    head = ""

    def __init__(self, stream: TextIO, parse: Parse) -> None:
        self.stream = stream
        self.parse = parse

    def rows(self) -> Iterator[Row | BadRow]:
        number = 0
        try:
            while line := self.stream.readline(LONGEST_LINE):
                number += 1
                if len(line) == LONGEST_LINE:
                    raise Refused(f"line {number} is longer than {LONGEST_LINE:,} characters")
                if line.strip():
                    yield _row(number, line.rstrip("\r\n"), self.parse)
        except UnicodeDecodeError as error:
            raise undecodable(error) from None


class JsonArray:
    """An element that can't be read as JSON ends the file: where the next begins nobody knows."""

    head = ""

    def __init__(self, stream: TextIO, parse: Parse) -> None:
        self.stream = stream
        self.parse = parse
        self.buffer = ""
        self.line = 1

    def rows(self) -> Iterator[Row | BadRow]:
        try:
            self._expect("[")
            if self._next() == "]":
                self._skip(1)
            else:
                yield from self._elements()
            if rest := self._next():
                raise Refused(f"line {self.line}: {rest!r} follows the end of the array")
        except UnicodeDecodeError as error:
            raise undecodable(error) from None

    def _elements(self) -> Iterator[Row | BadRow]:
        while True:
            self._next()
            text = self._element()
            yield _row(self.line, text, self.parse)
            self._skip(len(text))
            if self._next() == "]":
                self._skip(1)
                return
            self._expect(",")

    def _element(self) -> str:
        decoder = json.JSONDecoder()
        while True:
            try:
                _, end = decoder.raw_decode(self.buffer)
            except json.JSONDecodeError as error:
                if not self._fill() or len(self.buffer) > LONGEST:
                    where = self.line + error.lineno - 1
                    text = f"line {where}: this is no JSON ({error.msg})"
                    raise Refused(
                        text,
                        "fix the file and import it again: rows that are already stored are "
                        "recognised as imported",
                    ) from None
                continue
            except RecursionError:
                raise Refused(f"line {self.line}: nested too deep") from None
            if end < len(self.buffer) or not self._fill():  # a number may go on in the next piece
                return self.buffer[:end]

    def _expect(self, sign: str) -> None:
        found = self._next()
        if found != sign:
            message = repr(found) if found else "the end"
            raise Refused(f"line {self.line}: {sign!r} is expected here, not {message}")
        self._skip(1)

    def _next(self) -> str:
        """The next character but white space, to which the buffer is moved; "" at the end."""
        while True:
            rest = self.buffer.lstrip(" \t\r\n")
            self._skip(len(self.buffer) - len(rest))
            if self.buffer or not self._fill():
                return self.buffer[:1]

    def _skip(self, count: int) -> None:
        self.line += self.buffer.count("\n", 0, count)
        self.buffer = self.buffer[count:]

    def _fill(self) -> bool:
        piece = self.stream.read(PIECE)
        self.buffer += piece
        return bool(piece)


def _row(line: int, text: str, parse: Parse) -> Row | BadRow:
    try:
        values = parse(text)
    except ValueError as error:
        return BadRow(line, "", str(error), text)
    if not isinstance(values, dict):
        return BadRow(line, "", "must be a JSON object", text)
    return Row(line, values, text)
