"""POST /products."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

import pytest
from harness import ALICE, BOB, SMARTPHONE, Api
from made_apis import memory_api

LARGEST = "9." + "9" * 37


def test_answers_201_with_product_etag_and_location(api: Api) -> None:
    reply = api.post(SMARTPHONE)
    assert reply.status == 201
    assert reply.headers["ETag"] == '"1"'
    assert reply.headers["Location"] == "products/PROD001"
    assert reply.json == {
        **SMARTPHONE,
        "createdAt": "2026-11-22T18:00:00.000Z",
        "createdBy": ALICE,
        "updatedAt": "2026-11-22T18:00:00.000Z",
        "updatedBy": ALICE,
        "version": 1,
    }
    assert api.get("PROD001").json == reply.json


def test_overwrites_nothing(api: Api) -> None:
    api.post(SMARTPHONE)
    reply = api.post({**SMARTPHONE, "productName": "Another"})
    assert (reply.status, reply.code) == (409, "product_exists")
    assert api.get("PROD001").json["productName"] == "Smartphone Model X"


def test_optional_fields_may_be_left_out(api: Api) -> None:
    required = {key: SMARTPHONE[key] for key in SMARTPHONE if key not in ("description", "stock")}
    reply = api.post(required)
    assert reply.status == 201
    assert "stock" not in reply.json


def test_lists_every_violation_with_its_field(api: Api) -> None:
    body = {
        "productId": "a/b",
        "productName": " ",
        "description": 7,
        "productPrice": -0.01,
        "stock": 1.5,
        "version": 7,
        "createdBy": "me",
        "note": "x",
    }
    reply = api.post(body)
    assert (reply.status, reply.code) == (400, "invalid_product")
    assert reply.violations == {
        ("productId", "pattern"),
        ("category", "required"),
        ("productName", "pattern"),
        ("description", "type"),
        ("productPrice", "minimum"),
        ("stock", "type"),
    }
    assert reply.json["detail"] == "6 violations, each with its field."


def test_what_the_service_sets_is_ignored(api: Api) -> None:
    """AIP-203: a product that was read may be sent elsewhere as it is."""
    odd = {
        "version": "x",
        "createdAt": None,
        "createdBy": BOB,
        "updatedAt": 7,
        "updatedBy": [1e999],
    }
    reply = api.post({**SMARTPHONE, **odd})
    assert reply.status == 201
    assert (reply.json["version"], reply.json["createdBy"]) == (1, ALICE)
    assert api.post({**reply.json, "productId": "PROD002"}).status == 201


def test_what_the_service_sets_counts_as_no_field(api: Api) -> None:
    most = {**SMARTPHONE, **{f"field{number}": 1 for number in range(64 - len(SMARTPHONE))}}
    read = api.post(most).json
    assert len(read) == 69
    assert api.put("PROD001", read).status == 200
    assert api.post({**most, "one": "more"}).violations == {("", "maxProperties")}


def test_a_single_violation_is_reported_as_one(api: Api) -> None:
    reply = api.post({**SMARTPHONE, "productPrice": -1})
    assert reply.json["detail"] == "1 violation, each with its field."
    reported = [
        each["message"] for each in api.post({**SMARTPHONE, "productId": ""}).json["errors"]
    ]
    assert "must have at least 1 character" in reported
    long = api.post({**SMARTPHONE, "productId": "p" * 129}).json["errors"]
    assert "must have at most 128 characters" in [each["message"] for each in long]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("productId", "", "minLength"),
        ("productId", "x" * 129, "maxLength"),
        ("productId", "PROD001\n", "pattern"),
        ("productId", "..", "pattern"),
        ("productId", "é", "pattern"),
        ("productId", 1, "type"),
        ("productId", None, "type"),
        ("category", "", "minLength"),
        ("category", "\t \u00a0", "pattern"),
        ("category", "x" * 257, "maxLength"),
        ("productName", "", "minLength"),
        ("productName", ["x"], "type"),
        ("description", "x" * 4097, "maxLength"),
        ("description", None, "type"),
        ("productPrice", "799 EUR", "type"),
        ("productPrice", True, "type"),
        ("productPrice", float("nan"), "number"),
        ("productPrice", float("-inf"), "number"),
        ("stock", -1, "minimum"),
        ("stock", False, "type"),
        ("stock", "7", "type"),
        ("x" * 65, 1, "maxLength"),
        ("", 1, "minLength"),
        ("note", "\ud800", "unicode"),
        ("productName", "\udfff", "unicode"),
    ],
)
def test_refuses(field: str, value: Any, code: str) -> None:
    reply = memory_api().post({**SMARTPHONE, field: value})
    assert reply.status == 400
    assert (field, code) in reply.violations
    assert {name for name, _ in reply.violations} == {field}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("30.40", "30.4"),
        ("1e2", "100"),
        ("0", "0"),
        ("-0.0", "0"),
        ("0e999", "0"),
        ("799.99", "799.99"),
        ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
        ("0.12345678901234567890123456789012345678", "0.12345678901234567890123456789012345678"),
        (f"{LARGEST}e125", f"{LARGEST}E+125"),
        ("1e-130", "1E-130"),
        ("1" + "0" * 19, "1" + "0" * 19),
        ("1." + "0" * 100, "1"),
    ],
)
def test_prices_are_exact(api: Api, written: str, read: str) -> None:
    body = json.dumps({**SMARTPHONE, "productPrice": 0}).replace(": 0,", f": {written},")
    reply = api.post(body)
    assert reply.status == 201, reply.text
    for answer in (reply, api.get("PROD001")):
        assert f'"productPrice":{read},' in answer.text
        assert answer.json["productPrice"] == Decimal(written)


@pytest.mark.parametrize(
    "number",
    [
        "1" * 39,
        "0." + "1" * 39,
        "1e126",
        "1e-131",
        "1e400",
        "-1e400",
        "1e999999999999999999999",
        "9" * 10_000,
        "1" + "0" * 500,
    ],
)
@pytest.mark.parametrize(
    ("template", "field"),
    [
        ('{"productPrice": %s}', "productPrice"),
        ('{"stock": %s}', "stock"),
        ('{"weight": %s}', "weight"),
        ('{"sizes": [1, {"width": %s}]}', "sizes[1].width"),
    ],
)
def test_numbers_that_cannot_be_kept_are_refused(template: str, field: str, number: str) -> None:
    reply = memory_api().post(template % number)
    assert reply.status == 400
    assert (field, "number") in reply.violations


@pytest.mark.parametrize("stock", ["100.0", "1e2", "100"])
def test_whole_numbers_in_any_spelling_are_whole(stock: str) -> None:
    body = json.dumps({**SMARTPHONE, "stock": 0}).replace('"stock": 0', f'"stock": {stock}')
    assert '"stock":100,' in memory_api().post(body).text


def test_further_fields_are_kept_as_given(api: Api) -> None:
    further = {
        "tags": ["new", "sale", 1, True, None, {"deep": [[]]}],
        "dimensions": {"width": 7, "unit": "cm", "null": None, "empty": {}, "list": []},
        "name": "reserved words are no matter",
        "emoji 😀 \u0000 \u2028": "\U0001f600 \u0000 é \\ \" '",
        "nothing": None,
        "": "",
    }
    further.pop("")
    further["empty"] = ""
    api.post({**SMARTPHONE, **further})
    stored = api.get("PROD001").json
    assert {name: stored[name] for name in further} == further


def test_a_product_has_at_most_64_fields(api: Api) -> None:
    many = {f"f{i}": i for i in range(64 - len(SMARTPHONE))}
    assert api.post({**SMARTPHONE, **many}).status == 201
    reply = api.post({**SMARTPHONE, **many, "more": 1})
    assert reply.violations == {("", "maxProperties")}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 400, "invalid_json"),
        (" ", 400, "invalid_json"),
        ("{", 400, "invalid_json"),
        ("{}x", 400, "invalid_json"),
        ("\ufeff{}", 400, "invalid_json"),
        ('{"a": 1, "a": 2}', 400, "invalid_json"),
        ('{"a": {"b": 1, "b": 1}}', 400, "invalid_json"),
        ('{"\\ud800": 1}', 400, "invalid_json"),
        ('{"a": "\n"}', 400, "invalid_json"),
        ('{"a": "\ud800"}', 400, "invalid_json"),
        ("[" * 200_000, 400, "invalid_json"),
        ('{"a": ' + "[" * 8 + "]" * 8 + "}", 400, "invalid_json"),
        ("null", 400, "invalid_product"),
        ("[]", 400, "invalid_product"),
        ('"{}"', 400, "invalid_product"),
        ("7", 400, "invalid_product"),
        ("NaN", 400, "invalid_product"),
        ("x" * 262_145, 413, "body_too_large"),
        ('{"a": "' + "é" * 131_072 + '"}', 413, "body_too_large"),
        ("[" * 10_000_000, 413, "body_too_large"),
    ],
    ids=lambda value: str(value)[:20].encode("unicode_escape").decode(),
)
def test_bodies_that_are_no_product(body: str, status: int, code: str) -> None:
    reply = memory_api().post(body)
    assert (reply.status, reply.code) == (status, code)


def test_eight_levels_and_brackets_in_texts_are_fine(api: Api) -> None:
    deep = json.loads("[" * 7 + "]" * 7)
    text = '[[[[[[[[[[ \\" {{{{{{{{{{ \\'
    assert api.post({**SMARTPHONE, "deep": deep, "text": text}).status == 201
    assert api.get("PROD001").json["text"] == text


def test_a_body_of_256_kib_is_fine(api: Api) -> None:
    body = json.dumps({**SMARTPHONE, "note": ""})
    body = body.replace('"note": ""', '"note": "' + "x" * (262_144 - len(body)) + '"')
    assert len(body) == 262_144
    assert api.post(body).status == 201


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json;charset=UTF-8",
        'application/json ; x=y; charset="utf-8"',
    ],
)
def test_json_in_every_spelling_of_its_content_type(content_type: str) -> None:
    reply = memory_api().post(SMARTPHONE, headers={"Content-Type": content_type})
    assert reply.status == 201


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "application/json; charset=utf-16",
        "",
    ],
)
def test_other_content_types_are_415(content_type: str) -> None:
    reply = memory_api().post(SMARTPHONE, headers={"Content-Type": content_type})
    assert (reply.status, reply.code) == (415, "unsupported_media_type")


@pytest.mark.parametrize("coding", ["gzip", "br", "identity, GZIP", "x-unknown"])
def test_encoded_bodies_are_415_with_what_is_taken(coding: str) -> None:
    """RFC 9110, 15.5.16: Accept-Encoding tells it apart from a wrong media type."""
    reply = memory_api().post(SMARTPHONE, headers={"Content-Encoding": coding})
    assert (reply.status, reply.code) == (415, "unsupported_content_encoding")
    assert reply.headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("coding", ["identity", " Identity ", ""])
def test_bodies_said_not_to_be_encoded_are_taken(coding: str) -> None:
    reply = memory_api().post(SMARTPHONE, headers={"Content-Encoding": coding})
    assert reply.status == 201


def test_base64_bodies_are_decoded(api: Api) -> None:
    body = base64.b64encode(json.dumps({**SMARTPHONE, "productName": "é😀"}).encode()).decode()
    assert api.post(body, isBase64Encoded=True).status == 201
    assert api.get("PROD001").json["productName"] == "é😀"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("%%%", 400),
        ("é", 400),
        ("e30", 400),
        (base64.b64encode(b"\xff\xfe").decode(), 400),
        (base64.b64encode(b" " * 262_145).decode(), 413),
    ],
    ids=["garbage", "not ascii", "no padding", "not utf-8", "large"],
)
def test_base64_bodies_that_are_none(body: str, status: int) -> None:
    assert memory_api().post(body, isBase64Encoded=True).status == status


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/products", "products/a:b~c"),
        ("/v1/products", "products/a:b~c"),
        ("/products/", "./a:b~c"),
    ],
)
def test_location_leads_there_wherever_it_is_mounted(path: str, location: str) -> None:
    reply = memory_api().post({**SMARTPHONE, "productId": "a:b~c"}, path=path)
    assert reply.headers["Location"] == location
