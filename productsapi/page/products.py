"""The products as the page asks for them: calls to the deployed API, and what it says in words.

The page's side of a product is a list of fields, each with its value as text; numbers are never
anything else. An answer of the API's is a result, whatever its status: `why` explains a refusal as
`productsapi request` does, `errors` are the violations by field.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from productsapi.api_client import Answer
from productsapi.api_client.explain import Caller, Key, explain
from productsapi.api_client.request_target import request_target
from productsapi.config.access import Auth
from productsapi.errors import RequestFailed
from productsapi.page import exact_json
from productsapi.page.user_session import SignIn

TEXTS = ("productId", "category", "productName", "description")
NUMBERS = ("productPrice", "stock")
OWN = (*TEXTS, *NUMBERS)
"""The fields that have an input of their own; whatever else one may set is JSON in one."""
SET_BY_THE_SERVICE = ("createdAt", "createdBy", "updatedAt", "updatedBy", "version")
PAGE = "10"


@dataclass(frozen=True)
class Products:
    """The deployed API as the signed-in user sees it."""

    url: Callable[[], str]
    sign_in: SignIn
    send: Callable[..., Answer]
    """As `productsapi.api_client.send`, on a network."""
    key: Callable[[], tuple[str | None, Key]] = field(
        repr=False, default=lambda: (None, Key.NOT_ASKED)
    )
    """The API key where one is asked for, and where it came from."""
    auth: Auth = field(default_factory=Auth)
    completed: Callable[[str], str] = str
    """Commands in an explanation, with the options that lead to this stack."""

    def list(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """A page of them: `category` and `nextToken` may be given."""
        query = {"limit": asked.get("limit", PAGE)}
        query |= {n: asked[n] for n in ("category", "nextToken") if asked.get(n)}
        answer, reported = self._asked("GET", f"/products?{urlencode(query)}")
        body = _body(answer)
        if answer.status == HTTPStatus.OK:
            if not isinstance(body.get("items"), list):
                return _no_answer("the list holds no items")
            reported["items"] = [_shown(item) for item in body["items"] if isinstance(item, dict)]
            token = body.get("nextToken")
            reported["nextToken"] = token if isinstance(token, str) else None
        return reported

    def get(self, asked: Mapping[str, str]) -> dict[str, Any]:
        return self._one("GET", _path(asked))

    def create(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return self._saved("POST", "/products", given, {})

    def change(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """With If-Match. Where someone was faster, the product as it is now comes along."""
        path = _path(given)
        reported = self._saved("PUT", path, given, {"if-match": str(given.get("etag", ""))})
        return self._with_current(reported, path)

    def delete(self, given: Mapping[str, Any]) -> dict[str, Any]:
        path = _path(given)
        _, reported = self._asked("DELETE", path, headers={"if-match": str(given.get("etag", ""))})
        return self._with_current(reported, path)

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """Any call as who is signed in, as it is. Raises as `_asked` does."""
        return self._sent(method, path, body, headers)[1]

    def _asked(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] = {}
    ) -> tuple[Answer, dict[str, Any]]:
        """Raises SignInError where nobody is signed in, RequestFailed where nothing answers."""
        sent = dict(headers) if body is None else {**headers, "content-type": "application/json"}
        caller, answer = self._sent(method, path, None if body is None else body.encode(), sent)
        why = explain(answer, method, path, caller, time.time())
        return answer, _describe(answer, self.completed(why))

    def _sent(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[Caller, Answer]:
        try:
            url = self.url() + request_target(path)
        except ValueError as error:
            raise RequestFailed(f"that is no path: {error}") from None
        token = self.sign_in.token()
        sent = {**headers, "authorization": f"Bearer {token}"}
        key, kept = self.key()
        if key:
            sent["x-api-key"] = key
        caller = Caller(token, self.sign_in.user, kept, self.auth)
        return caller, self.send(method, url, headers=sent, body=body)

    def _saved(
        self, method: str, path: str, given: Mapping[str, Any], headers: Mapping[str, str]
    ) -> dict[str, Any]:
        try:
            body = exact_json.write(_to_send(given, changing=method == "PUT"))
            body.encode()
        except (ValueError, RecursionError) as error:
            wrong = {"field": "further", "message": f"isn't a JSON object: {error}"}
            return {"status": 400, "why": "Nothing was sent.", "errors": [wrong]}
        return self._one(method, path, body, headers)

    def _one(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] = {}
    ) -> dict[str, Any]:
        answer, reported = self._asked(method, path, body, headers)
        if not answer.refused:
            product = _body(answer)
            if "productId" not in product:
                return _no_answer("it holds no product")
            reported["product"] = _shown(product, _etag(answer))
        return reported

    def _with_current(self, described: dict[str, Any], path: str) -> dict[str, Any]:
        if described["status"] == HTTPStatus.PRECONDITION_FAILED:
            now = self._one("GET", path)
            described |= {
                "current": now.get("product"),
                "gone": now["status"] == HTTPStatus.NOT_FOUND,
            }
        return described


def _describe(answer: Answer, why: str) -> dict[str, Any]:
    body = _body(answer) if answer.refused else {}
    found = body.get("errors")
    errors = found if isinstance(found, list) else []
    return {
        "status": answer.status,
        "why": why,
        "detail": str(body.get("detail") or body.get("message") or ""),
        "code": str(body.get("code") or ""),
        "requestId": str(body.get("requestId") or ""),
        "errors": [_violation(each) for each in errors if isinstance(each, dict)],
    }


def _no_answer(why: str) -> dict[str, Any]:
    return {"status": 502, "why": f"This isn't the API's own answer: {why}.", "errors": []}


def _path(asked: Mapping[str, Any]) -> str:
    """With the category, which picks one of several where the table has it as its sort key."""
    of = str(asked.get("ofCategory") or "")
    query = f"?{urlencode({'category': of})}" if of else ""
    return f"/products/{quote(str(asked.get('id', '')), safe='')}{query}"


def _to_send(given: Mapping[str, Any], *, changing: bool) -> dict[str, Any]:
    """The body that the inputs say. An empty one isn't sent; or, changing, removes the field.

    A change has the inputs that differ from what was read: what isn't given stays as it is.
    """
    body: dict[str, Any] = {}
    for name in OWN:
        text = given.get(name)
        if not isinstance(text, str) or (changing and name == "productId"):
            continue
        if text:
            body[name] = exact_json.typed(text) if name in NUMBERS else text
        elif changing and name in given.get("had", ()):
            body[name] = None
    further = exact_json.read(str(given.get("further") or "").strip() or "{}")
    if not isinstance(further, dict):
        raise ValueError("it must begin with {")  # noqa: TRY004 - what was typed
    if doubled := sorted(further.keys() & set(OWN)):
        raise ValueError(f"{', '.join(doubled)} has an input of its own")
    reported = changing and "further" in given
    gone = [n for n in given.get("had", ()) if reported and n not in OWN and n not in further]
    return {**body, **further, **dict.fromkeys(gone)}


def _shown(product: Mapping[str, Any], etag: str | None = None) -> dict[str, Any]:
    """What was stored without the API may lack fields or have other types: shown as it is."""
    own = {name: _text(product[name]) for name in OWN if product.get(name) is not None}
    meta = {n: _text(product[n]) for n in SET_BY_THE_SERVICE if product.get(n) is not None}
    further = {n: v for n, v in product.items() if n not in (*OWN, *SET_BY_THE_SERVICE)}
    return {
        "fields": own,
        "further": exact_json.write(further, "  ") if further else "",
        "had": [*own, *further],
        "meta": meta,
        "etag": etag,
    }


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str) else exact_json.write(value)


def _violation(error: Mapping[str, Any]) -> dict[str, str]:
    """With the input that it belongs to, and the field in full where that isn't the same."""
    name, message = str(error.get("field", "")), str(error.get("message", ""))
    if name in OWN:
        return {"field": name, "message": message}
    return {"field": "further", "message": f"{name} {message}"}


def _body(answer: Answer) -> dict[str, Any]:
    try:
        reported = exact_json.read(answer.body)
    except ValueError:
        return {}
    return reported if isinstance(reported, dict) else {}


def _etag(answer: Answer) -> str | None:
    return next((v for n, v in answer.headers.items() if n.lower() == "etag"), None)
