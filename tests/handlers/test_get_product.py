"""GET /products/{productId}."""

from __future__ import annotations

import pytest
from harness import SMARTPHONE, TABLE, Api
from made_apis import MakeApi, memory_api


def test_answers_the_product_and_its_etag(api: Api) -> None:
    api.post(SMARTPHONE)
    reply = api.get("PROD001")
    assert reply.status == 200
    assert reply.headers["ETag"] == '"1"'
    assert reply.headers["Cache-Control"] == "private, no-cache"


def test_absent_is_404(api: Api) -> None:
    reply = api.get("PROD001")
    assert (reply.status, reply.code) == (404, "product_not_found")
    assert reply.json["requestId"] == "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"


@pytest.mark.parametrize("tags", ['"1"', 'W/"1"', '"7", "1"', '"7",W/"1"', "*"])
def test_who_has_this_version_gets_304_without_a_body(api: Api, tags: str) -> None:
    api.post(SMARTPHONE)
    reply = api.get("PROD001", headers={"If-None-Match": tags})
    assert (reply.status, reply.text, reply.headers["ETag"]) == (304, "", '"1"')


@pytest.mark.parametrize("tags", ['"2"', "1", "", "W/1", '"'])
def test_who_has_another_version_gets_this_one(api: Api, tags: str) -> None:
    api.post(SMARTPHONE)
    assert api.get("PROD001", headers={"if-none-match": tags}).status == 200


@pytest.mark.parametrize("product_id", ["", "a b", "a/b", "PROD001\n", "x" * 129, "é"])
def test_ids_no_product_can_have_are_400(product_id: str) -> None:
    for method in (memory_api().get, memory_api().delete):
        reply = method(product_id)
        assert (reply.status, reply.code) == (400, "invalid_parameter")
        assert reply.json["errors"][0]["field"] == "productId"


def test_known_fields_come_first_in_the_schemas_order(api: Api) -> None:
    api.post(dict(reversed({**SMARTPHONE, "a": 1, "b": 2}.items())))
    assert list(api.get("PROD001").json) == [
        *SMARTPHONE,
        "createdAt",
        "createdBy",
        "updatedAt",
        "updatedBy",
        "version",
        "a",
        "b",
    ]


def test_what_was_written_by_other_means_is_readable(make_api: MakeApi) -> None:
    """No version, sets, binaries: all that DynamoDB knows has a form in JSON."""
    api = make_api()
    item = {
        "productId": {"S": "PROD001"},
        "tags": {"SS": ["a"]},
        "sizes": {"NS": ["1.50"]},
        "photo": {"B": "AP8="},
        "photos": {"BS": ["AA=="]},
        "more": {"M": {"null": {"NULL": True}, "list": {"L": [{"BOOL": False}]}}},
    }
    api.client.put_item(TableName=TABLE, Item=item)
    reply = api.get("PROD001")
    assert reply.headers["ETag"] == '"0"'
    assert {**reply.json, "sizes": [float(reply.json["sizes"][0])]} == {
        "productId": "PROD001",
        "tags": ["a"],
        "sizes": [1.5],
        "photo": "AP8=",
        "photos": ["AA=="],
        "more": {"null": None, "list": [False]},
    }


@pytest.mark.parametrize("given", ["A:1~x", "A%3A1~x", "A%3a1%7Ex"])
def test_g13_an_id_reads_alike_encoded_and_decoded(api: Api, given: str) -> None:
    """REST APIs hand path parameters on as they came, HTTP APIs and the local cloud decoded."""
    api.post({**SMARTPHONE, "productId": "A:1~x"})
    reply = api.get(given)
    assert (reply.status, reply.json["productId"]) == (200, "A:1~x")


@pytest.mark.parametrize("given", ["A%253A1", "A%2F1", "%", "A%00"])
def test_g13_what_no_id_may_hold_is_refused_decoded(api: Api, given: str) -> None:
    assert (api.get(given).status, api.get(given).code) == (400, "invalid_parameter")


@pytest.mark.parametrize(
    ("tags", "status"),
    [('"1"', 200), ('"7", "1"', 200), ("*", 200), ('"2"', 412), ('W/"1"', 412), ("1", 400)],
)
def test_if_match_asks_for_one_version(api: Api, tags: str, status: int) -> None:
    api.post(SMARTPHONE)
    assert api.get("PROD001", headers={"If-Match": tags}).status == status


def test_if_match_comes_before_if_none_match(api: Api) -> None:
    """RFC 9110, 13.2.2."""
    api.post(SMARTPHONE)
    both = {"If-Match": '"2"', "If-None-Match": '"1"'}
    assert api.get("PROD001", headers=both).status == 412
    assert api.get("PROD001", headers={**both, "If-Match": '"1"'}).status == 304
