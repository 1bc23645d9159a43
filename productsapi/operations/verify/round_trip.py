"""A signed-in user's way through the API: a product made, read, listed, changed and removed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from productsapi import openapi
from productsapi.api_client import Answer
from productsapi.errors import ConfigError
from productsapi.openapi import examples
from productsapi.operations.finding import Finding, State
from productsapi.operations.verify.api import Api, Reply, by_function
from productsapi.operations.verify.cors import ORIGIN
from productsapi.routes import COLLECTION

MOST_PAGES = 10
PAGE = 100
PRICE, NEW_PRICE = 12.5, 13.75
FUNCTION_LOG = "productsapi logs"
EXAMPLES = "give such a field an example in product.schema.json: the throw-away product takes it"
LOOKS = 5
"""How often the list is read for a product just created: it may be listed late."""

Product = dict[str, Any]


def new_product(more: Product | None = None) -> Product:
    """`more` is what products of this project must have besides."""
    product_id = f"productsapi-verify-{secrets.token_hex(6)}"
    return {
        **(more or {}),
        "productId": product_id,
        "category": product_id,
        "productName": "Throw-away product of productsapi verify",
        "productPrice": PRICE,
        "stock": 1,
    }


def required_fields(sources: Path) -> Product:
    """Examples of the fields that a project's product.schema.json requires, as far as they go."""
    try:
        return examples.required(openapi.read(sources))
    except ConfigError:  # verify needs no sources
        return {}


class RoundTrip:
    """`token` is of a user who may write. Each part gives its finding."""

    def __init__(self, api: Api, token: str, product: Product, origin: str) -> None:
        self.api = api
        self.token = token
        self.product = product
        self.origin = origin
        self.path = f"{COLLECTION}/{product['productId']}"

    def create(self) -> Finding:
        reply = self._ask("POST", COLLECTION, self.product)
        if reply.repeated and reply.answer.status == HTTPStatus.CONFLICT:
            return Finding("creates", State.OK, "made, by a request that was answered late")
        return _finding("creates", reply, HTTPStatus.CREATED, self._same(reply.answer, PRICE))

    def read(self, price: float = PRICE) -> Finding:
        reply = self._ask("GET", self.path)
        fault = self._same(reply.answer, price) or self._unreadable_by_pages(reply.answer)
        return _finding("reads", reply, HTTPStatus.OK, fault)

    def update(self) -> Finding:
        reply = self._ask("PUT", self.path, {"productPrice": NEW_PRICE})
        fault = self._same(reply.answer, NEW_PRICE)
        return _finding("updates", reply, HTTPStatus.OK, fault)

    def delete(self) -> Finding:
        reply = self._ask("DELETE", self.path)
        if reply.repeated and reply.answer.status == HTTPStatus.NOT_FOUND:
            return Finding("deletes", State.OK, "gone, by a request that was answered late")
        if reply.answer.status == HTTPStatus.NO_CONTENT:
            left = self._ask("GET", self.path)
            there = left.answer.status != HTTPStatus.NOT_FOUND
            fault = f"it is still there ({left.answer.status})" if there else ""
            if left.crash:
                fault = f"whether it is gone isn't known: {left.crash}"
            return _finding("deletes", reply, HTTPStatus.NO_CONTENT, fault)
        return _finding("deletes", reply, HTTPStatus.NO_CONTENT, "")

    def list(self) -> Finding:
        """By its own category, page after page, as far as that is no great cost."""
        for pause in (*([1.0] * (LOOKS - 1)), None):
            found, more, reply = self._listed()
            if reply.answer.status != HTTPStatus.OK or found:
                return _finding("lists", reply, HTTPStatus.OK, "")
            if more:
                text = f"answers; not looked for beyond {MOST_PAGES} pages"
                return Finding("lists", State.OK, text)
            if pause:
                self.api.wait(pause, "the list doesn't contain the new product yet")
        return Finding("lists", State.FAILED, "the new product isn't listed", FUNCTION_LOG)

    def _listed(self) -> tuple[bool, bool, Reply]:
        """Whether it is listed, whether there is more behind, and the last answer."""
        query: dict[str, str] = {"category": self.product["category"], "limit": str(PAGE)}
        for _ in range(MOST_PAGES):
            reply = self._ask("GET", f"{COLLECTION}?{urlencode(query)}")
            page = _object(reply.answer)
            items = page.get("items") or []
            if any(item.get("productId") == self.product["productId"] for item in items):
                return True, False, reply
            if "nextToken" not in page:
                return False, False, reply
            query["nextToken"] = page["nextToken"]
        return False, True, reply

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Reply:
        asking = {"Origin": self.origin} if self.origin != "*" else None
        return self.api.patiently(method, path, self.token, body=body, headers=asking)

    def _same(self, answer: Answer, price: float) -> str:
        reported = _object(answer)
        wanted = {**self.product, "productPrice": price}
        differing = sorted(
            name
            for name, value in wanted.items()
            if reported.get(name) not in (value, str(value))  # by api.decimals
        )
        return f"the response has a different value for {', '.join(differing)}" if differing else ""

    def _unreadable_by_pages(self, answer: Answer) -> str:
        given = {n.lower(): v for n, v in answer.headers.items()}.get(ORIGIN.lower(), "missing")
        return "" if given == self.origin else f"{ORIGIN} is {given}, not {self.origin}"


def _finding(check: str, reply: Reply, wanted: HTTPStatus, fault: str) -> Finding:
    answer = reply.answer
    if reply.crash:
        return Finding(check, State.FAILED, f"answers 502: {reply.crash}", FUNCTION_LOG)
    if answer.status != wanted:
        code = by_function(answer)
        text = f"answers {answer.status}{f' {code}' if code else ''} instead of {wanted.value}"
        if broken := _broken_rules(answer):
            return Finding(check, State.FAILED, f"{text}: {broken}", EXAMPLES)
        return Finding(check, State.FAILED, text, FUNCTION_LOG)
    if fault:
        return Finding(check, State.FAILED, fault, FUNCTION_LOG)
    return Finding(check, State.OK, str(wanted.value))


def _broken_rules(answer: Answer) -> str:
    """What a refused product breaks: the project's own rules may ask for more than is known."""
    errors = _object(answer).get("errors")
    reported = (
        [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    )
    return "; ".join(f"{each.get('field')} {each.get('message')}" for each in reported)


def _object(answer: Answer) -> dict[str, Any]:
    reported = answer.json()
    return reported if isinstance(reported, dict) else {}
