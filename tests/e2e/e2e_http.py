"""The deployed API as any HTTP client sees it."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import leaks
from e2e_commands import PATIENCE

from productsapi.routes import Route, content_type


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]  # names in lower case
    text: str

    @property
    def body(self) -> Any:
        """The body with every number as the exact decimal that it says."""
        return json.loads(self.text, parse_float=Decimal, parse_int=Decimal)


THROTTLED = 429
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before a throttled call is repeated: a fast machine reaches the stage's limits."""


def call(
    method: str, url: str, headers: Mapping[str, str] | None = None, body: str | None = None
) -> Answer:
    """One call, repeated while the stage throttles it: then no function has seen it."""
    for pause in PAUSES:
        answer = _call(method, url, headers, body)
        if answer.status != THROTTLED:
            return answer
        time.sleep(pause)
    return _call(method, url, headers, body)


def _call(method: str, url: str, headers: Mapping[str, str] | None, body: str | None) -> Answer:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        sent = {"Content-Type": content_type(method)} if body is not None else {}
        connection.request(method, target, body, {**sent, **(headers or {})})
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        answer = Answer(response.status, names, response.read().decode())
        leaks.saw(f"the answer to {method} {parts.path}", f"{names} {answer.text}")
        return answer
    finally:
        connection.close()


def product(product_id: str, **fields: Any) -> dict[str, Any]:
    return {
        "productId": product_id,
        "category": "Electronics",
        "productName": "Smartphone Model X",
        "productPrice": 799,
        **fields,
    }


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def a_good_call(
    invoke_url: str, route: Route, product_id: str, headers: Mapping[str, str]
) -> Answer:
    """Call a route as it is meant to be called. An item's routes need that product to be there."""
    change = json.dumps({"stock": 3})
    bodies = {"POST": json.dumps(product(product_id)), "PUT": change, "PATCH": change}
    url = invoke_url + route.path.replace("{productId}", product_id)
    return call(route.method, url, headers, bodies.get(route.method))
