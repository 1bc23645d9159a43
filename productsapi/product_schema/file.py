"""The file: JSON as the functions read it, and held to what they can enforce."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import (
    Context,
    Decimal,
    DecimalException,
    Inexact,
    InvalidOperation,
    Overflow,
    Subnormal,
)
from pathlib import Path
from typing import Any

from productsapi.errors import ConfigError
from productsapi.product_schema.product import problems

SCHEMA = "shared/product.schema.json"
DEEPEST = 60
"""The functions read 64 levels."""
LONGEST_NUMBER = 400
"""Characters of a number that the functions look at."""
MAX_REPORTED = 10
STORABLE = Context(
    prec=38, Emax=125, Emin=-130, traps=[Inexact, InvalidOperation, Overflow, Subnormal]
)
"""The numbers that the functions, and DynamoDB, can represent exactly."""

HINT = "docs/api.md lists what is enforced; `productsapi init DIR` writes the schema as it was"


def read(sources: Path) -> dict[str, Any]:
    """The product's schema, numbers as Decimal. Raises ConfigError where it can't be enforced."""
    path = sources / SCHEMA
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror}", HINT) from error
    return check(path, content)


def check(path: Path, content: bytes, keys: tuple[str, ...] = ("productId",)) -> dict[str, Any]:
    """The same of a file's content; `keys` are attributes of the table's keys and its index's."""
    schema = _parsed(path, content)
    if not isinstance(schema, dict):
        raise ConfigError(f"{path} holds no JSON object", HINT)
    found = [f"{pointer or '/'}: {message}" for pointer, message in problems(schema, keys)]
    if found:
        more = [f"… and {len(found) - MAX_REPORTED} more"] if len(found) > MAX_REPORTED else []
        lines = "".join(f"\n  {line}" for line in (*found[:MAX_REPORTED], *more))
        raise ConfigError(f"{path}: the functions can't enforce this:{lines}", HINT)
    return schema


def _parsed(path: Path, content: bytes) -> Any:
    try:
        found = json.loads(
            content.decode("utf-8"),
            parse_float=_number,
            parse_int=_number,
            parse_constant=_number,
            object_pairs_hook=_object,
        )
        too_deep = max(_depths(found)) > DEEPEST
        json.dumps(found, ensure_ascii=False, default=str).encode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: not UTF-8 text", "save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        where = f"{path}:{error.lineno}: column {error.colno}"
        raise ConfigError(f"{where}: is no JSON: {error.msg}", HINT) from None
    except UnicodeEncodeError:
        raise ConfigError(
            f"{path} holds half of a surrogate pair (\\ud800 to \\udfff)", HINT
        ) from None
    except ValueError as error:
        raise ConfigError(f"{path} is no JSON that the functions take: {error}", HINT) from None
    except RecursionError:
        too_deep = True
    if too_deep:
        raise ConfigError(f"{path} is nested deeper than {DEEPEST} levels", HINT)
    return found


def _number(text: str) -> Decimal:
    try:
        value = STORABLE.create_decimal(text)
    except DecimalException:
        value = Decimal("NaN")
    if not value.is_finite() or len(text) > LONGEST_NUMBER:
        raise ValueError(f"{text[:40]} isn't a number of at most 38 digits")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"an object has the name {json.dumps(twice)} twice")
    return dict(pairs)


def _depths(value: Any, depth: int = 0) -> Iterator[int]:
    yield depth
    if isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _depths(each, depth + 1)
