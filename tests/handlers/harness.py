"""The four handlers as API Gateway calls them, on any table; nothing but the stdlib.

`Api` makes the events a REST API with proxy integrations makes, from the samples in `events/`.
"""

from __future__ import annotations

import copy
import importlib.util
import itertools
import json
import sys
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parent.parent / "lambda_src"
EVENTS = HERE / "events"

TABLE = "ProductsTable"
CLIENT = "4h57client1example"
ALICE = "11111111-aaaa-4aaa-8aaa-111111111111"
BOB = "22222222-bbbb-4bbb-8bbb-222222222222"

SMARTPHONE = {
    "productId": "PROD001",
    "category": "Electronics",
    "productName": "Smartphone Model X",
    "description": "The latest model",
    "productPrice": 799,
    "stock": 150,
}


def load(name: str) -> Any:
    """`lambda_src/<name>_product/lambda_function.py`, as Lambda would: beside `shared`."""
    if str(SOURCES) not in sys.path:
        sys.path.insert(0, str(SOURCES))
    path = SOURCES / f"{name}_product" / "lambda_function.py"
    spec = importlib.util.spec_from_file_location(f"{name}_product_function", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HANDLERS = {name: load(name).lambda_handler for name in ("create", "get", "update", "delete")}


@cache
def _sample(name: str) -> str:
    return (EVENTS / f"{name}.json").read_text(encoding="utf-8")


def event(name: str) -> Any:
    return json.loads(_sample(name))


class Clock:
    """Each look is a second later."""

    def __init__(self) -> None:
        self.seconds = itertools.count()

    def __call__(self) -> str:
        minutes, seconds = divmod(next(self.seconds), 60)
        return f"2026-11-22T18:{minutes % 60:02}:{seconds:02}.000Z"


class Reply:
    """An answer, once it was found to be one API Gateway passes on."""

    def __init__(self, response: Any) -> None:
        well_formed(response)
        self.status: int = response["statusCode"]
        self.headers: dict[str, str] = response["headers"]
        self.text: str = response["body"]

    @property
    def json(self) -> Any:
        return json.loads(self.text, parse_float=Decimal) if self.text else None

    @property
    def code(self) -> Any:
        return self.json["code"]

    @property
    def violations(self) -> set[tuple[str, str]]:
        return {(each["field"], each["code"]) for each in self.json["errors"]}


class Api:
    """The API on one table, with one environment, as one user."""

    def __init__(self, client: Any, sub: str = ALICE, **environment: str) -> None:
        self.client = client
        self.sub = sub
        self.groups = ""
        self.environment = {"TABLE_NAME": TABLE, "CLIENT_IDS": CLIENT, **environment}
        clock = Clock()
        self.handlers = {
            name: handler.using(self.environment, lambda: lambda _: client, clock)
            for name, handler in HANDLERS.items()
        }

    def as_user(self, sub: str, groups: str = "") -> Api:
        other = copy.copy(self)
        other.sub, other.groups = sub, groups
        return other

    def post(self, body: Any, **more: Any) -> Reply:
        return self.call("create", "POST", body=body, **more)

    def get(self, product_id: str, **more: Any) -> Reply:
        return self.call("get", "GET", product_id, **more)

    def list(self, **query: Any) -> Reply:
        return self.call("get", "GET", query=query or None)

    def put(self, product_id: str, body: Any, **more: Any) -> Reply:
        return self.call("update", "PUT", product_id, body=body, **more)

    def patch(self, product_id: str, body: Any, **more: Any) -> Reply:
        headers = {"Content-Type": "application/merge-patch+json", **more.pop("headers", {})}
        return self.call("update", "PATCH", product_id, body=body, headers=headers, **more)

    def delete(self, product_id: str, **more: Any) -> Reply:
        return self.call("delete", "DELETE", product_id, **more)

    def call(
        self,
        handler: str,
        method: str,
        product_id: str | None = None,
        *,
        body: Any = None,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        **changes: Any,
    ) -> Reply:
        """Text goes as it is, any other body as JSON; `changes` replace parts of the event."""
        made = event("get_item" if product_id is not None else "get_list")
        made["httpMethod"] = made["requestContext"]["httpMethod"] = method
        if product_id is not None:
            made["path"] = f"/products/{product_id}"
            made["pathParameters"] = {"productId": product_id}
        made["queryStringParameters"] = query
        made["multiValueQueryStringParameters"] = query and {k: [v] for k, v in query.items()}
        made["headers"].update({"Content-Type": "application/json", **(headers or {})})
        made["body"] = body if body is None or isinstance(body, str) else json.dumps(body)
        claims = made["requestContext"]["authorizer"]["claims"]
        claims.update({"sub": self.sub, "aud": CLIENT})
        if self.groups:
            claims["cognito:groups"] = self.groups
        made.update(changes)
        return self.send(handler, made)

    def send(self, handler: str, made: Any) -> Reply:
        return Reply(self.handlers[handler](made, None))


def well_formed(response: Any) -> None:
    """What API Gateway asks of a proxy integration, and this API promises of every answer."""
    assert set(response) == {"statusCode", "headers", "body", "isBase64Encoded"}
    assert type(response["statusCode"]) is int
    assert 200 <= response["statusCode"] < 600
    assert response["isBase64Encoded"] is False
    assert type(response["body"]) is str
    response["body"].encode()
    for name, value in response["headers"].items():
        assert type(name) is str
        assert type(value) is str
        assert value.isascii()
        assert value.isprintable()
    named = response["headers"]
    assert named.get("Access-Control-Allow-Origin") or named["Vary"] == "Origin"
    json.dumps(response)
    if response["statusCode"] in (204, 304):
        assert response["body"] == ""
    elif response["statusCode"] >= 400:
        assert response["headers"]["Content-Type"] == "application/problem+json"
        problem = json.loads(response["body"])
        assert problem["status"] == response["statusCode"]
        assert problem["code"]
        assert problem["title"]
        assert TABLE not in response["body"]
    else:
        assert response["headers"]["Content-Type"] == "application/json"
        json.loads(response["body"])
