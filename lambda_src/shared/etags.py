"""Versions as ETags: what a client saw, sent back with what it wants done."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from shared.jsontext import number_text
from shared.problems import invalid_parameter
from shared.request import Request

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_LIST = re.compile(rf"[ \t,]*{_TAG}[ \t]*(?:,[ \t]*(?:{_TAG}[ \t]*)?)*\Z")
_TAGS = re.compile(_TAG)
_STRONG = re.compile(r'"(0|[1-9][0-9]{0,37})"')

MOST_TAGS = 50


def etag_of(product: dict[str, Any]) -> str:
    """Products made elsewhere have no version, which counts as 0."""
    version = product.get("version")
    return f'"{number_text(version) if isinstance(version, Decimal) else 0}"'


def if_match(request: Request) -> frozenset[int] | None:
    """The versions one of which must stand; None: any. Weak and foreign tags match none."""
    header = request.headers.get("if-match")
    if header is None or header.strip() == "*":
        return None
    tags = _TAGS.findall(header) if _LIST.match(header) else []
    if not 1 <= len(tags) <= MOST_TAGS:
        message = f'must be * or a list of at most {MOST_TAGS} entity tags such as "3", with quotes'
        raise invalid_parameter("If-Match", message)
    return frozenset(int(strong[1]) for strong in map(_STRONG.fullmatch, tags) if strong)


def is_known(product: dict[str, Any], request: Request) -> bool:
    """If-None-Match names this state of the product. It compares weakly, as the RFC has it."""
    header = request.headers.get("if-none-match", "")
    return header.strip() == "*" or etag_of(product) in [
        tag.removeprefix("W/") for tag in _TAGS.findall(header)
    ]
