"""Versions as ETags: what a client saw, sent back with what it wants done.

A strong validator differs wherever the representation does (RFC 9110, 8.8.1). So beside the version
it holds the `form` in which decimals are told: with the other one a GET is no 304, and If-Match
does not match.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, NamedTuple, Union

from shared.jsontext import number_text
from shared.problems import Problem, invalid_parameter
from shared.request import Request

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_LIST = re.compile(rf"[ \t,]*{_TAG}[ \t]*(?:,[ \t]*(?:{_TAG}[ \t]*)?)*\Z")
_TAGS = re.compile(_TAG)
_STRONG = re.compile(r'"(0|[1-9][0-9]{0,37})(-string)?"')

MOST_TAGS = 50

Number = Union[int, Decimal]


def etag_of(product: dict[str, Any], form: str) -> str:
    """Products made elsewhere have no version, which counts as 0."""
    version = product.get("version")
    return f'"{number_text(version) if isinstance(version, Decimal) else 0}{form}"'


class Versions(NamedTuple):
    """Of what version a product must be, and of what it mustn't, for something to be done."""

    required: frozenset[Number] | None  # None: any
    refused: frozenset[Number]


def versions_asked_for(request: Request, form: str, version: int | None = None) -> Versions:
    """If-Match and If-None-Match of a change. `If-None-Match: *` lets no version through.

    The `version` of a body that was read and is sent back counts as an If-Match without one.
    """
    required = if_match(request, form)
    if version is not None and request.headers.get("if-match") is None:
        required = frozenset({version})
    header = request.headers.get("if-none-match")
    if header is None:
        return Versions(required, frozenset())
    if header.strip() == "*":
        return Versions(frozenset(), frozenset())
    tags = [tag.removeprefix("W/") for tag in _listed("If-None-Match", header)]
    return Versions(required, _numbers(tags, form))


def if_match(request: Request, form: str) -> frozenset[int] | None:
    """The versions one of which must stand; None: any. Weak and foreign tags match none."""
    header = request.headers.get("if-match")
    if header is None or header.strip() == "*":
        return None
    return _numbers(_listed("If-Match", header), form)


def must_match(product: dict[str, Any], request: Request, form: str) -> None:
    """Raises Problem where If-Match names no version that the product is of (RFC 9110, 13.1.1)."""
    required = if_match(request, form)
    if required is not None and _number(etag_of(product, form), form) not in required:
        raise Problem("version_mismatch", "It is of none of the versions that If-Match names.")


def _listed(name: str, header: str) -> list[str]:
    tags: list[str] = _TAGS.findall(header) if _LIST.match(header) else []
    if not 1 <= len(tags) <= MOST_TAGS:
        message = f'must be * or a list of at most {MOST_TAGS} entity tags such as "3", with quotes'
        raise invalid_parameter(name, message)
    return tags


def _numbers(tags: list[str], form: str) -> frozenset[int]:
    numbers = (_number(tag, form) for tag in tags)
    return frozenset(number for number in numbers if number is not None)


def _number(tag: str, form: str) -> int | None:
    strong = _STRONG.fullmatch(tag)
    return int(strong[1]) if strong and (strong[2] or "") == form else None


def is_known(product: dict[str, Any], request: Request, form: str) -> bool:
    """If-None-Match names this state of the product. It compares weakly, as the RFC has it."""
    header = request.headers.get("if-none-match", "")
    return header.strip() == "*" or etag_of(product, form) in [
        tag.removeprefix("W/") for tag in _TAGS.findall(header)
    ]
