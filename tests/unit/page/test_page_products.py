"""Products as the page sees them: exact, explained, and each violation at its field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from productsapi.errors import RequestFailed, SignInError
from productsapi.page.products import Products
from productsapi.page.user_session import SignIn

PRICE = "0.1234567890123456789012345678901234567"
PRODUCT = f'{{"productId": "P1", "category": "C", "productName": "N", "productPrice": {PRICE}}}'
DEEP = '{"a": ' * 5000 + "1" + "}" * 5000
STALE = (412, '{"code": "version_mismatch"}')


def test_a_price_goes_both_ways_to_the_last_digit(asked: Any) -> None:
    products, api = asked((200, PRODUCT, {"ETag": '"1"'}), (200, PRODUCT))
    shown = products.get({"id": "P1"})["product"]
    assert shown["fields"]["productPrice"] == PRICE
    assert shown["etag"] == '"1"'
    products.change({"id": "P1", "etag": '"1"', "productPrice": PRICE})
    assert api.bodies[1] == f'{{"productPrice": {PRICE}}}'
    assert api.headers[1]["if-match"] == '"1"'
    json.dumps(shown)  # no Decimal, no float


def test_further_fields_keep_their_digits_too(asked: Any) -> None:
    products, api = asked((201, PRODUCT))
    products.create({"productId": "P1", "further": f'{{"size": [{PRICE}]}}', "stock": ""})
    assert api.bodies == [f'{{"productId": "P1", "size": [{PRICE}]}}']


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"stock": "3"}, '{"stock": 3}'),
        ({"stock": ""}, '{"stock": null}'),
        ({"description": "", "had": ["category"]}, "{}"),
        ({"further": ""}, '{"colour": null}'),
        ({"further": '{"colour": 1}'}, '{"colour": 1}'),
        ({"productId": "P2"}, "{}"),
    ],
    ids=str,
)
def test_a_change_sends_what_was_changed(asked: Any, given: Any, sent: str) -> None:
    products, api = asked((200, PRODUCT))
    products.change({"had": ["stock", "colour"], "id": "P1", "etag": '"1"', **given})
    assert api.bodies == [sent]


def test_each_violation_stands_at_its_field(asked: Any) -> None:
    errors = [
        {"field": "stock", "message": "must be at least 0"},
        {"field": "dimensions.width", "message": "is odd"},
    ]
    body = json.dumps({"code": "invalid_product", "detail": "2", "errors": errors})
    products, _ = asked((400, body))
    reported = products.create({"stock": "-1"})
    assert reported["errors"] == [
        {"field": "stock", "message": "must be at least 0"},
        {"field": "further", "message": "dimensions.width is odd"},
    ]


@pytest.mark.parametrize(
    "further", ["[1]", "{", '{"a": 1, "a": 2}', '{"stock": 1}', '"x"', DEEP, '{"a": "\\ud800"}']
)
def test_wrong_further_fields_are_reported_unsent(asked: Any, further: str) -> None:
    products, api = asked()
    reported = products.create({"productId": "P1", "further": further})
    assert [each["field"] for each in reported["errors"]] == ["further"]
    assert not api.asked


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, '{"message": "Unauthorized"}', "isn't accepted"),
        (
            403,
            '{"type": "urn:productsapi:problem:not_owner", "code": "not_owner"}',
            "Only who made a product",
        ),
        (409, '{"code": "product_exists"}', "conflicts with what is stored"),
        (429, '{"message": "Too Many Requests"}', "More requests"),
        (500, "<html>", "function"),
    ],
)
def test_a_refusal_is_explained(asked: Any, status: int, body: str, words: str) -> None:
    products, _ = asked((status, body))
    reported = products.create({"productId": "P1"})
    assert reported["status"] == status
    assert words in reported["why"]
    assert "product" not in reported


def test_who_was_faster_is_shown_with_what_is_there(asked: Any) -> None:
    products, api = asked(STALE, (200, PRODUCT, {"ETag": '"7"'}))
    reported = products.change({"id": "P1", "etag": '"1"', "stock": "3"})
    assert reported["status"] == 412
    assert "read it again" in reported["why"]
    assert (reported["current"]["etag"], reported["gone"]) == ('"7"', False)
    assert api.asked == [("PUT", "/products/P1"), ("GET", "/products/P1")]


def test_what_was_deleted_meanwhile_is_reported(asked: Any) -> None:
    products, _ = asked(STALE, (404, "{}"))
    reported = products.delete({"id": "P1", "etag": '"1"'})
    assert (reported["current"], reported["gone"]) == (None, True)


def test_an_answer_without_its_product_is_none(asked: Any) -> None:
    """A proxy's page with status 200 is neither an empty list nor an empty product."""
    products, _ = asked((200, "<html>"), (200, "{}"), (200, '{"items": null}'))
    for reported in (products.get({"id": "P"}), products.get({"id": "P"}), products.list({})):
        assert reported["status"] == 502
        assert not {"product", "items"} & reported.keys()


def test_ids_and_categories_can_steer_no_path(asked: Any) -> None:
    products, api = asked((404, "{}"), (200, '{"items": []}'))
    products.get({"id": "a/x?y#z", "ofCategory": "A & B"})
    products.list({"category": "A & B", "nextToken": "t/+="})
    assert [path for _, path in api.asked] == [
        "/products/a%2Fx%3Fy%23z?category=A+%26+B",
        "/products?limit=10&category=A+%26+B&nextToken=t%2F%2B%3D",
    ]


@pytest.mark.parametrize("name", ["..", "../x", "a//b", "."])
def test_an_id_that_leads_elsewhere_is_not_sent(asked: Any, name: str) -> None:
    products, api = asked()
    with pytest.raises(RequestFailed, match="no path"):
        products.get({"id": name})
    assert not api.asked


def test_nobody_is_asked_for_nobody(asked: Any) -> None:
    products, api = asked()
    nobody = Products(products.url, SignIn(pool=None), send=api.send)  # type: ignore[arg-type]
    with pytest.raises(SignInError, match="Nobody is signed in"):
        nobody.list({})
    assert not api.asked
