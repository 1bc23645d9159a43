"""CSV with a header: the dialect is detected or given; cells get the type of their field."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TextIO

from productsapi.data.rows import BadRow, Row, undecodable
from productsapi.errors import Refused

DELIMITERS = ",;\t|"
NUMBERS = {"number", "integer"}
WITH_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+")
WITH_POINT = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)\.\d+")
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
"""1,234 may be either."""
BOOLEANS = {"true": True, "false": False}
LARGEST_CELL = 400 * 1024


@dataclass(frozen=True)
class Dialect:
    """`comma`: whether numbers have a decimal comma."""

    delimiter: str
    comma: bool


def dialect_of(
    begin: str, types: Mapping[str, str], delimiter: str | None, decimal: str | None
) -> Dialect:
    """From the options, or else from the file's beginning. Raises Refused rather than guess."""
    header = begin.partition("\n")[0]
    delimiter = delimiter or max(DELIMITERS, key=header.count)
    if decimal:
        return Dialect(delimiter, decimal == "comma")
    rows = list(csv.reader(io.StringIO(begin.rpartition("\n")[0], newline=""), delimiter=delimiter))
    names = [name.strip() for name in rows[0]] if rows else []
    numeric = [place for place, name in enumerate(names) if types.get(name) == "number"]
    cells = [row[place].strip() for row in rows[1:] for place in numeric if place < len(row)]
    commas = [cell for cell in cells if WITH_COMMA.fullmatch(cell) or THOUSANDS.fullmatch(cell)]
    points = [cell for cell in cells if WITH_POINT.fullmatch(cell)]
    unclear = commas and (points or all(THOUSANDS.fullmatch(cell) for cell in commas))
    if unclear:
        text = f"{commas[0]!r} may have a decimal comma, or one between thousands"
        raise Refused(text, "say which: --decimal comma, or --decimal point")
    return Dialect(delimiter, bool(commas))


class Csv:
    """Raises Refused for a header that names no fields, or one twice."""

    def __init__(self, stream: TextIO, types: Mapping[str, str], dialect: Dialect) -> None:
        csv.field_size_limit(LARGEST_CELL)
        self.types = types
        self.dialect = dialect
        self.lines = _Lines(stream)
        self.reader = csv.reader(self.lines, delimiter=dialect.delimiter, strict=True)
        self.names = self._header()
        self.head = self.lines.taken()

    def rows(self) -> Iterator[Row | BadRow]:
        while True:
            line = self.lines.number + 1
            try:
                cells = next(self.reader)
            except StopIteration:
                return
            except csv.Error as error:
                several = self.lines.reread_all_but_first()
                why = "a quote is opened and not closed" if several else f"can't be read: {error}"
                yield BadRow(line, "", why, self.lines.taken())
                continue
            except UnicodeDecodeError as error:
                raise undecodable(error) from None
            text = self.lines.taken()
            if cells:  # an empty line is none
                yield self._row(line, cells, text)

    @property
    def unknown(self) -> list[str]:
        """Columns that the schema doesn't know: kept as text."""
        return [name for name in self.names if name and name not in self.types]

    def _header(self) -> list[str]:
        try:
            names = [name.strip() for name in next(self.reader, [])]
        except csv.Error as error:
            raise Refused(f"the header can't be read: {error}") from None
        except UnicodeDecodeError as error:
            raise undecodable(error) from None
        twice = next((name for name in names if names.count(name) > 1), None)
        if not any(names):
            raise Refused("the file is empty: its first line names the fields")
        if twice is not None:
            raise Refused(f"the header names {twice or 'a field without a name'} twice")
        if not set(names) & set(self.types):
            shown = self.dialect.delimiter.replace("\t", "a tab")
            text = f"the first line names no field of a product (it was divided at {shown!r})"
            raise Refused(text, f"begin with {', '.join(list(self.types)[:4])}; or say --delimiter")
        return names

    def _row(self, line: int, cells: list[str], text: str) -> Row | BadRow:
        if len(cells) != len(self.names):
            why = f"has {len(cells)} cells, and the header {len(self.names)}"
            return BadRow(line, "", why, text)
        given = list(zip(self.names, cells, strict=True))
        if any(cell and not name for name, cell in given):
            return BadRow(line, "", "has a cell in the column without a name", text)
        values = {name: self._value(name, cell) for name, cell in given if name and cell != ""}
        return Row(line, values, text)

    def _value(self, name: str, cell: str) -> Any:
        """By the schema's type; what is no number stays text, so that the rules name the field."""
        kind = self.types.get(name)
        if kind in NUMBERS:
            number = self._number(cell.strip())
            return NoNumber(cell) if number is None else Number(number)
        if kind == "boolean":
            return BOOLEANS.get(cell.strip().lower(), cell)
        return cell

    def _number(self, cell: str) -> str | None:
        """With a point, and nothing between thousands; None where a separator is elsewhere."""
        between, decimal = (".", ",") if self.dialect.comma else (",", ".")
        if between in cell:
            if not re.fullmatch(rf"[+-]?\d{{1,3}}(\{between}\d{{3}})+(\{decimal}\d+)?", cell):
                return None
            cell = cell.replace(between, "")
        return cell.replace(decimal, ".")


class Number(str):
    """A number's text, not yet read: rules.py does it exactly."""

    __slots__ = ()


class NoNumber(str):
    """A cell that stays text: to whoever writes a decimal comma, 1.5 is a mistake."""

    __slots__ = ()


class _Lines:
    """The lines that the reader takes, kept until its row is whole; `number` is the last one's."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.number = 0
        self.kept: list[str] = []
        self.again: deque[str] = deque()

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.again.popleft() if self.again else self.stream.readline(LARGEST_CELL * 64)
        if not line:
            raise StopIteration
        self.kept.append(line)
        self.number += 1
        return line

    def reread_all_but_first(self) -> bool:
        """A quote that isn't closed makes one row of all that follow, and is to cost one line."""
        again = self.kept[1:]
        self.again.extendleft(reversed(again))
        self.kept = self.kept[:1]
        self.number -= len(again)
        return bool(again)

    def taken(self) -> str:
        text, self.kept = "".join(self.kept).rstrip("\r\n"), []
        return text
