"""Create, read, update, delete: the wire contract over real HTTP."""

from __future__ import annotations

import base64
import json
from decimal import Decimal

import pytest
from e2e_http import bearer, call, product
from e2e_project import Deployed


@pytest.fixture
def url(deployed: Deployed) -> str:
    return f"{deployed.reported['invoke_url']}/products"


def subject(token: str) -> str:
    payload = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"])


def test_a_product_from_its_creation_to_its_end(url: str, id_token: str, product_id: str) -> None:
    token = bearer(id_token)
    given = product(product_id, description="…", stock=150, colour={"name": "blue"})

    made = call("POST", url, token, json.dumps(given))
    assert made.status == 201
    assert {name: made.body[name] for name in given} == given
    assert made.body["createdBy"] == made.body["updatedBy"] == subject(id_token)
    assert (made.headers["etag"], made.body["version"]) == ('"1"', 1)

    again = call("POST", url, token, json.dumps(given))
    assert (again.status, again.body["code"]) == (409, "product_exists")

    read = call("GET", f"{url}/{product_id}", token)
    assert (read.status, read.body) == (200, made.body)
    listed = call("GET", f"{url}?limit=100", token)
    assert made.body in listed.body["items"]

    changed = call("PUT", f"{url}/{product_id}", token, '{"stock": 7, "description": null}')
    assert (changed.status, changed.body["stock"], changed.body["version"]) == (200, 7, 2)
    assert "description" not in changed.body
    late = call("PUT", f"{url}/{product_id}", {**token, "If-Match": '"1"'}, '{"stock": 9}')
    assert late.status == 412
    patch = '{"size": {"heightMm": 150.25}}'
    merged = call("PATCH", f"{url}/{product_id}", {**token, "If-Match": '"2"'}, patch)
    assert (merged.status, merged.headers["etag"]) == (200, '"3"')
    merged = call("PATCH", f"{url}/{product_id}", token, '{"size": {"widthMm": 71}}')
    assert {name: str(size) for name, size in merged.body["size"].items()} == {
        "heightMm": "150.25", "widthMm": "71",
    }  # fmt: skip

    gone = call("DELETE", f"{url}/{product_id}", token)
    assert (gone.status, gone.text) == (204, "")
    for method, body in (("GET", None), ("PUT", '{"stock": 1}'), ("PATCH", "{}"), ("DELETE", None)):
        answer = call(method, f"{url}/{product_id}", token, body)
        assert (answer.status, answer.body["code"]) == (404, "product_not_found"), method


def test_an_update_makes_no_product(url: str, id_token: str, product_id: str) -> None:
    assert call("PUT", f"{url}/{product_id}", bearer(id_token), '{"stock": 1}').status == 404
    assert call("GET", f"{url}/{product_id}", bearer(id_token)).status == 404


def test_every_violation_names_its_field(url: str, id_token: str) -> None:
    answer = call("POST", url, bearer(id_token), '{"productPrice": "cheap", "stock": -1}')
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body["code"] == "invalid_product"
    found = {(each["field"], each["code"]) for each in answer.body["errors"]}
    assert found == {
        ("productId", "required"), ("category", "required"), ("productName", "required"),
        ("productPrice", "type"), ("stock", "minimum"),
    }  # fmt: skip


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"a": NaN}'])
def test_what_is_no_product_is_a_400_and_never_a_502(url: str, id_token: str, body: str) -> None:
    assert call("POST", url, bearer(id_token), body).status == 400


@pytest.mark.parametrize(
    "price", ["799.99", "30.40", "0.1", "12345678901234567890.123456789012345678", "1E-7"]
)
def test_a_price_stays_the_exact_decimal_that_was_sent(
    url: str, id_token: str, product_id: str, price: str
) -> None:
    text = json.dumps(product(product_id, productPrice=0)).replace(
        '"productPrice": 0', f'"productPrice": {price}'
    )
    made = call("POST", url, bearer(id_token), text)
    assert made.status == 201, made
    for answer in (made, call("GET", f"{url}/{product_id}", bearer(id_token))):
        assert Decimal(answer.body["productPrice"]) == Decimal(price)


def test_a_price_that_cant_be_kept_exactly_is_refused(
    url: str, id_token: str, product_id: str
) -> None:
    digits = "1." + "1" * 38
    text = json.dumps(product(product_id)).replace("799", digits)
    answer = call("POST", url, bearer(id_token), text)
    assert (answer.status, answer.body["errors"][0]["field"]) == (400, "productPrice")
