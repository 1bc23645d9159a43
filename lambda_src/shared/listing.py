"""Walks the table: each product once, a page at a time, each bounded in reads, time and size."""

from __future__ import annotations

import base64
import time
from json.encoder import encode_basestring_ascii as _escaped
from typing import Any, NamedTuple

from shared.attributes import Item, attribute_of, item_of
from shared.expressions import Expression
from shared.jsontext import Encoded, MalformedError, dumps, parse
from shared.problems import invalid_parameter
from shared.products import Products

MOST_READS = 6
LARGEST_READ = 1000
ENOUGH_SECONDS = 2.0
"""A filter may match little: a page then ends early, with a nextToken, rather than time out."""

ENOUGH_TEXT = 1_000_000
MOST_ESCAPED = 5
"""Characters, and at most five times as many bytes: Lambda answers 6 MB at most. Its runtimes for
Python 3.9 to 3.11 send each character beyond ASCII as \\uXXXX, or as two of these."""

LONGEST_TOKEN = 8192
LONGEST_KEY = {"productId": 2048, "category": 1024}
"""Bytes that DynamoDB takes."""


class Page(NamedTuple):
    items: list[Encoded]
    next_token: str | None


def page(products: Products, limit: int, category: str | None, token: str | None) -> Page:
    """Up to `limit` products. There is more behind them as long as there is a next token."""
    filtered = category is not None and not products.settings.category_index
    indexed = category is not None and not filtered
    # in an index every place has the category that was asked for
    names = ("productId", "category")[: 2 if products.settings.sort_key and not indexed else 1]
    # the scan and the index walk in different orders: neither goes on from the other's token
    walk: list[Any] = [category, indexed]
    start = None if token is None else _start_of(token, walk, names)
    if start and indexed:
        start["category"] = attribute_of(category)
    taken: list[Encoded] = []
    size, read = 0, limit
    last: Item = {}
    began = time.monotonic()
    for _ in range(MOST_READS if filtered else 1):
        reply = _read(products, category, start, read)
        for item in reply["Items"]:
            text = Encoded(dumps(products.answer(item)))
            size += max(len(text), len(_escaped(text)) // MOST_ESCAPED)
            if len(taken) == limit or (taken and size > ENOUGH_TEXT):
                return Page(taken, _token_of(walk, names, last))
            taken.append(text)
            last = item
        start = reply.get("LastEvaluatedKey")
        if not start or len(taken) == limit or time.monotonic() - began > ENOUGH_SECONDS:
            break
        read = min(read * 4, LARGEST_READ)  # few match: look at more, but never far too many
    return Page(taken, _token_of(walk, names, start) if start else None)


def _read(
    products: Products, category: str | None, start: Item | None, limit: int
) -> dict[str, Any]:
    expression = Expression()
    asked: dict[str, Any] = {"TableName": products.settings.table_name, "Limit": limit}
    if start:
        asked["ExclusiveStartKey"] = start
    if category is None:
        reply = products.client.scan(**asked)
    else:
        condition = f"{expression.name('category')} = {expression.value(category)}"
        asked.update(expression.parts())
        if products.settings.category_index:
            asked["IndexName"] = products.settings.category_index
            reply = products.client.query(KeyConditionExpression=condition, **asked)
        else:
            reply = products.client.scan(FilterExpression=condition, **asked)
    result: dict[str, Any] = reply
    return result


def _token_of(walk: list[Any], names: tuple[str, ...], place: Item) -> str:
    """Where to go on, and in which list."""
    return _encoded([*walk, *(place[name]["S"] for name in names)])


def _start_of(token: str, walk: list[Any], names: tuple[str, ...]) -> Item:
    """The place a token tells, if this very list could have given it."""
    try:
        if len(token) > LONGEST_TOKEN:
            raise MalformedError
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        content = parse(base64.urlsafe_b64decode(padded).decode(), max_depth=1)
        place = dict(zip(names, content[2:]))  # noqa: B905 - python3.9 has no strict=
        ours = (
            content[:2] == walk
            and all(_is_key(name, place.get(name)) for name in names)
            and _encoded([*walk, *place.values()]) == token
        )
    except (ValueError, TypeError, LookupError):  # no base64, no UTF-8, no JSON, no list, …
        ours = False
    if not ours:
        raise invalid_parameter("nextToken", "is none that this list gave")
    return item_of(place)


def _is_key(name: str, text: Any) -> bool:
    return isinstance(text, str) and 0 < len(text.encode()) <= LONGEST_KEY[name]


def _encoded(content: list[Any]) -> str:
    return base64.urlsafe_b64encode(dumps(content).encode()).decode().rstrip("=")
