"""The API's own rules for a product, taken from the sources that a deploy would upload.

They are run here as Lambda runs them there, so that what is imported is what could be posted.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from productsapi.data.csv_rows import NoNumber, Number
from productsapi.data.rows import BadRow, Row
from productsapi.errors import ConfigError

MODULES = ("rules", "validation", "jsontext", "attributes")
Item = dict[str, dict[str, Any]]
"""Attribute values as DynamoDB's JSON has them; binaries as bytes, as boto3 takes them."""


@dataclass(frozen=True)
class Rules:
    """`types` are the known fields' types; `set_by_service` are those that nobody gives."""

    types: Mapping[str, str]
    set_by_service: frozenset[str]
    most_bytes: int
    _parse: Callable[[str], Any]
    _accepted: Callable[[Mapping[str, Any]], dict[str, Any]]
    _violations: Callable[[Mapping[str, Any]], list[Any]]
    item_of: Callable[[Mapping[str, Any]], Item]
    values_of: Callable[[Item], dict[str, Any]]
    dumps: Callable[[Any], str]

    def parse(self, text: str) -> Any:
        """JSON with exact numbers. Raises ValueError for what the API wouldn't take either."""
        if len(text.encode(errors="surrogatepass")) > self.most_bytes:
            raise ValueError(f"has more than {self.most_bytes:,} bytes")
        try:
            return self._parse(text)
        except RecursionError:
            raise ValueError("is nested too deep") from None

    def checked(self, row: Row) -> Row | list[BadRow]:
        """The row as it is stored, or every rule that it breaks.

        What the service sets itself, such as `version`, is left out and not refused: an export
        may hold it. A decimal text in JSON is a number, as the API takes it.
        """
        given = row.values.items()
        values = self._accepted({name: self._read(value) for name, value in given})
        values |= {name: value for name, value in given if isinstance(value, NoNumber)}
        broken = self._violations(values)
        if broken:
            return [BadRow(row.line, each.field, each.message, row.text) for each in broken]
        return Row(row.line, values, row.text)

    def _read(self, value: Any) -> Any:
        """A number of a CSV file, read as the API reads one: 007, +5 and .5 are numbers there."""
        if not isinstance(value, Number):
            return value
        try:
            number = Decimal(value)
        except InvalidOperation:
            return str(value)
        return self._parse(str(number)) if number.is_finite() else str(value)


def rules_of(sources: Path) -> Rules:
    """Raises ConfigError where the sources can't be run."""
    try:
        rules, validation, jsontext, attributes = _modules(sources)
        schema, depth = rules.PRODUCT, rules.MAX_DEPTH
        fields = schema["properties"]
        return Rules(
            {name: _type(each) for name, each in fields.items() if not each.get("readOnly")},
            frozenset(name for name, each in fields.items() if each.get("readOnly")),
            rules.MAX_BYTES,
            lambda text: jsontext.parse(text, depth),
            lambda values: rules.accepted(values, schema),
            lambda values: validation.violations(values, schema),
            attributes.item_of,
            attributes.values_of,
            jsontext.dumps,
        )
    except Exception as error:
        text = f"the rules in {sources} can't be used: {type(error).__name__}: {error}"
        raise ConfigError(text, "productsapi plan") from error


def _modules(sources: Path) -> list[Any]:
    """As the functions import them: `shared` beside the function's own file."""
    kept = {name: module for name, module in sys.modules.items() if _is_shared(name)}
    for name in kept:
        del sys.modules[name]
    sys.path.insert(0, str(sources))
    try:
        return [importlib.import_module(f"shared.{name}") for name in MODULES]
    finally:
        sys.path.remove(str(sources))
        for name in [name for name in sys.modules if _is_shared(name)]:
            del sys.modules[name]
        sys.modules.update(kept)


def _is_shared(name: str) -> bool:
    return name == "shared" or name.startswith("shared.")


def _type(field: Mapping[str, Any]) -> str:
    """The type that a cell is read as: of several the first that isn't null."""
    types = field.get("type", "string")
    return types if isinstance(types, str) else next((t for t in types if t != "null"), "string")
