"""Items as text: JSON for programs, CSV for people, DynamoDB's JSON to restore from."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from productsapi.data.rules import Item

Values = Mapping[str, Any]


class Writer(Protocol):
    """`lost` are fields that the form can't hold, each with how many products had it."""

    lost: dict[str, int]

    def pieces(self, items: Iterable[Item]) -> Iterator[str]: ...


class JsonLines:
    def __init__(self, values_of: Callable[[Item], Values], dumps: Callable[[Any], str]) -> None:
        self.values_of = values_of
        self.dumps = dumps
        self.lost: dict[str, int] = {}

    def pieces(self, items: Iterable[Item]) -> Iterator[str]:
        for item in items:
            yield self.dumps(self.values_of(item)) + "\n"


class JsonArray(JsonLines):
    def pieces(self, items: Iterable[Item]) -> Iterator[str]:
        yield "["
        for number, item in enumerate(items):
            yield (",\n" if number else "\n") + self.dumps(self.values_of(item))
        yield "\n]\n"


class Csv:
    """The fields that are named, one a column; of a list or an object the JSON."""

    def __init__(
        self,
        names: Sequence[str],
        values_of: Callable[[Item], Values],
        dumps: Callable[[Any], str],
    ) -> None:
        self.names = names
        self.values_of = values_of
        self.dumps = dumps
        self.lost: dict[str, int] = {}

    def pieces(self, items: Iterable[Item]) -> Iterator[str]:
        yield self._line(self.names)
        for item in items:
            values = self.values_of(item)
            for name in values.keys() - set(self.names):
                self.lost[name] = self.lost.get(name, 0) + 1
            yield self._line([cell_text(values.get(name), self.dumps) for name in self.names])

    @staticmethod
    def _line(cells: Sequence[str]) -> str:
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerow(cells)
        return written.getvalue()


def cell_text(value: Any, dumps: Callable[[Any], str]) -> str:
    """A value in one cell of a table: a text as it is, anything else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else dumps(value)


class DynamoDbJson:
    """`{"Item": …}` a line, as DynamoDB's own exports have it."""

    def __init__(self) -> None:
        self.lost: dict[str, int] = {}

    def pieces(self, items: Iterable[Item]) -> Iterator[str]:
        for item in items:
            yield json.dumps({"Item": as_text(item)}, ensure_ascii=False) + "\n"


def as_text(item: Item) -> Item:
    """Binaries as base64, which is what DynamoDB sends and takes."""
    return {
        name: _binaries(value, lambda b: base64.b64encode(b).decode())
        for name, value in item.items()
    }


def as_sent(reported: Any) -> Item:
    """An item of a line of DynamoDB's JSON, as boto3 takes it. Raises ValueError."""
    item = reported.get("Item", reported) if isinstance(reported, dict) else None
    if not isinstance(item, dict) or not all(map(_is_attribute, item.values())):
        raise ValueError("is no item of DynamoDB's JSON")
    try:
        return {
            name: _binaries(value, lambda b: base64.b64decode(b, validate=True))
            for name, value in item.items()
        }
    except (binascii.Error, TypeError) as error:
        raise ValueError(f"holds a binary that is no base64 ({error})") from None


KINDS: Mapping[str, type] = {
    "S": str, "N": str, "B": str, "BOOL": bool, "NULL": bool,
    "M": dict, "L": list, "SS": list, "NS": list, "BS": list,
}  # fmt: skip


def _is_attribute(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) != 1:
        return False
    kind: str = next(iter(value))
    if type(value[kind]) is not KINDS.get(kind):
        return False
    held: Any = value[kind]
    if kind in ("M", "L"):
        inner: Iterable[Any] = held.values() if kind == "M" else held
        return all(map(_is_attribute, inner))
    return not isinstance(held, list) or all(isinstance(each, str) for each in held)


def _binaries(value: dict[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    [(kind, held)] = value.items()
    if kind == "B":
        return {kind: change(held)}
    if kind == "BS":
        return {kind: [change(each) for each in held]}
    if kind == "L":
        return {kind: [_binaries(each, change) for each in held]}
    if kind == "M":
        return {kind: {name: _binaries(each, change) for name, each in held.items()}}
    return value
