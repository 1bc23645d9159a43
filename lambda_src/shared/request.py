"""What came in: API Gateway's proxy event as plain, trusted types. Reading one never fails."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import unquote

from shared.problems import invalid_parameter
from shared.rules import PRODUCT
from shared.validation import value_violations

PAGE = 20
LARGEST_PAGE = 100
LONGEST_NAME = 64


class Request(NamedTuple):
    id: str  # which a caller may choose, by an x-amzn-RequestId header that is a UUID (G15)
    extended_id: str  # which nobody can choose
    method: str
    resource: str  # the route: /products/{productId}
    path: str  # what was asked for: /products/PROD001
    headers: dict[str, str]  # names in lower case
    path_parameters: dict[str, str]  # names in lower case: some APIs say {productID}
    query: dict[str, str]
    repeated: frozenset[str]  # query parameters that came more than once
    claims: dict[str, Any]
    body: Any
    is_base64: bool

    @property
    def route(self) -> str:
        return f"{self.method} {self.resource}"

    @property
    def is_for_one_product(self) -> bool:
        return "{" in self.resource or bool(self.path_parameters)


def read(event: Any, context: Any = None) -> Request:
    """Whatever is absent, null or of another type reads as empty."""
    event = _object(event)
    gateway = _object(event.get("requestContext"))
    several = _object(event.get("multiValueQueryStringParameters"))
    request_id = _text(gateway.get("requestId")) or _text(getattr(context, "aws_request_id", ""))
    return Request(
        id=request_id[:128] if request_id.isascii() else "",
        extended_id=_text(gateway.get("extendedRequestId"))[:128],
        method=_text(event.get("httpMethod"))[:16],
        resource=_text(event.get("resource"))[:256],
        path=_text(event.get("path")),
        headers={name.lower(): text for name, text in _texts(event.get("headers")).items()},
        path_parameters={
            name.lower(): text for name, text in _texts(event.get("pathParameters")).items()
        },
        query=_texts(event.get("queryStringParameters")),
        repeated=frozenset(
            name for name, texts in several.items() if isinstance(texts, list) and len(texts) > 1
        ),
        claims=_object(_object(gateway.get("authorizer")).get("claims")),
        body=event.get("body"),
        is_base64=event.get("isBase64Encoded") is True,
    )


def product_id(request: Request) -> str:
    """The id in the path, percent-encoded as REST APIs hand it on (G13; `%3A` for a colon).

    HTTP APIs and the local cloud hand it on decoded. No id may hold a `%`, so both read alike.
    """
    given = unquote(request.path_parameters.get("productid", ""))
    return _held_to_the_rules("productId", given)


def category(request: Request) -> str | None:
    """`?category=`: filters the list, and picks one of several products of one id."""
    given = parameter(request, "category")
    return None if given is None else _held_to_the_rules("category", given)


def limit(request: Request) -> int:
    given = parameter(request, "limit")
    if given is None:
        return PAGE
    # isdecimal() alone takes the digits of every script
    if (
        len(given) <= len(str(LARGEST_PAGE))
        and given.isascii()
        and given.isdecimal()
        and 1 <= int(given) <= LARGEST_PAGE
    ):
        return int(given)
    raise invalid_parameter("limit", f"must be a whole number from 1 to {LARGEST_PAGE}")


def only(request: Request, *names: str) -> None:
    """Refuses query parameters of other names: who misspells one must not get another answer."""
    for given in sorted(request.query.keys() - {*names}):
        from difflib import get_close_matches  # where it is needed, which is seldom

        spelled = {_plain(name): name for name in names}
        near = get_close_matches(_plain(given), spelled, n=1)
        meant = f"; {spelled[near[0]]} is one" if near else ""
        raise invalid_parameter(given[:LONGEST_NAME], f"is no parameter of this route{meant}")


def parameter(request: Request, name: str) -> str | None:
    """API Gateway would tell the last of several; which one was meant, only the caller knows."""
    if name in request.repeated:
        raise invalid_parameter(name, "must be given once")
    return request.query.get(name)


def _plain(name: str) -> str:
    """next_token, next-token and NextToken are all meant for nextToken."""
    return "".join(filter(str.isalnum, name[:LONGEST_NAME])).lower()


def _held_to_the_rules(name: str, text: str) -> str:
    for violation in value_violations(name, text, PRODUCT["properties"][name]):
        raise invalid_parameter(name, violation.message, violation.code)
    return text


def _object(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> dict[str, str]:
    return {
        name: text
        for name, text in _object(value).items()
        if isinstance(name, str) and isinstance(text, str)
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
