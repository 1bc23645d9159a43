"""JSON, exactly: every number is a decimal from the wire to the table and back, never a float."""

from __future__ import annotations

import json
import re
from decimal import (
    Context,
    Decimal,
    DecimalException,
    Inexact,
    InvalidOperation,
    Overflow,
    Subnormal,
)
from typing import Any, NamedTuple

EXACT = Context(
    prec=38, Emax=125, Emin=-130, traps=[Inexact, InvalidOperation, Overflow, Subnormal]
)
"""The numbers DynamoDB stores: 38 significant digits, 1E-130 to 9.99E+125. Others raise."""

LONGEST_NUMBER = 400
"""Characters of a number that are looked at; all that fits EXACT is written in fewer."""

LONGEST_PLAIN = 20
"""Digits up to which zeros are written out: a list of 1E+125 may not grow to megabytes."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_BRACKETS = re.compile(r'"[^"]*"?|[\[{]|[\]}]')


class MalformedError(ValueError):
    """What was sent is not JSON as we take it. The text repeats nothing of it."""


class UnfitNumber(NamedTuple):
    """Stands where a number stood that can't be stored, so that validation can name the field."""

    message: str


class Encoded(str):
    """JSON text that was made before, to be written as it is."""

    __slots__ = ()


def parse(text: str, max_depth: int) -> Any:
    """Raises MalformedError; numbers come as Decimal or UnfitNumber."""
    if _nested_deeper(text, max_depth):
        raise MalformedError(f"nested deeper than {max_depth} levels")
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise MalformedError(f"not JSON from {where} on") from None


def dumps(value: Any) -> str:
    """Compact JSON, decimals exactly. Raises TypeError for what JSON doesn't know."""
    if isinstance(value, str):
        return value if isinstance(value, Encoded) else _quoted(value)
    if isinstance(value, dict):
        return "{" + ",".join([f"{_quoted(name)}:{dumps(value[name])}" for name in value]) + "}"
    if isinstance(value, list):
        return "[" + ",".join([dumps(element) for element in value]) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return number_text(value)
    raise TypeError(type(value).__name__)


def decimal_of(text: str) -> Any:
    """The number that a text tells as JSON would, Decimal or UnfitNumber; else the text."""
    return _number(text) if _NUMBER.fullmatch(text) else text


def number_text(value: Decimal) -> str:
    """30.4, 100, 1E+125: text that JSON and DynamoDB both take."""
    value = value.normalize(_WIDE)
    return format(value, "f") if -LONGEST_PLAIN < value.adjusted() < LONGEST_PLAIN else str(value)


def _number(text: str) -> Any:
    if len(text) <= LONGEST_NUMBER:
        try:
            value = EXACT.create_decimal(text)
        except DecimalException:
            pass
        else:
            return value.normalize(EXACT) if value else Decimal(0)
    return UnfitNumber(
        "must have at most 38 significant digits and lie between 1E-130 and 9.9E+125"
    )


def _constant(name: str) -> UnfitNumber:
    return UnfitNumber(f"must be a number, and JSON has no {name}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedError("an object has the same name twice")
    if not is_unicode("".join(result)):
        raise MalformedError("a name holds half of a surrogate pair")
    return result


def is_unicode(text: str) -> bool:
    r"""Whether it can be stored: "\ud800" passes for JSON, but not for UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _nested_deeper(text: str, limit: int) -> bool:
    """Checked before decoding, since the decoder would go down any depth."""
    if text.count("[") + text.count("{") <= limit:
        return False
    depth = 0
    for match in _BRACKETS.finditer(text.replace("\\\\", "").replace('\\"', "")):
        token = match[0]
        if token in ("[", "{"):
            depth += 1
            if depth > limit:
                return True
        elif token in ("]", "}"):
            depth -= 1
    return False


_WIDE = Context(prec=60)
_DECODER = json.JSONDecoder(
    parse_float=_number,
    parse_int=_number,
    parse_constant=_constant,
    object_pairs_hook=_object,
)
_quoted = json.JSONEncoder(ensure_ascii=False).encode
