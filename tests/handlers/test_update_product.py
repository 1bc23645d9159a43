"""PUT /products/{productId}."""

from __future__ import annotations

from typing import Any

import pytest
from harness import ALICE, BOB, SMARTPHONE, TABLE, Api
from made_apis import MakeApi, memory_api
from memory_table import MemoryTable

BY_HAND = {"productId": {"S": "PROD001"}, "productPrice": {"N": "799"}, "stock": {"N": "1"}}


def test_changes_fields_and_answers_the_whole_product(api: Api) -> None:
    before = api.post(SMARTPHONE).json
    reply = api.as_user(BOB).put("PROD001", {"productPrice": 749.99, "colour": "red"})
    assert (reply.status, reply.headers["ETag"]) == (200, '"2"')
    assert reply.json == {
        **before,
        "productPrice": reply.json["productPrice"],
        "colour": "red",
        "updatedAt": "2026-11-22T18:00:01.000Z",
        "updatedBy": BOB,
        "version": 2,
    }
    assert '"productPrice":749.99' in reply.text
    assert api.get("PROD001").text == reply.text


def test_creates_nothing(api: Api) -> None:
    reply = api.put("PROD001", {"stock": 1})
    assert (reply.status, reply.code) == (404, "product_not_found")
    assert api.list().json == {"items": []}


def test_null_removes_what_is_optional(api: Api) -> None:
    api.post({**SMARTPHONE, "colour": "red"})
    reply = api.put("PROD001", {"description": None, "stock": None, "colour": None, "absent": None})
    assert reply.status == 200
    assert not {"description", "stock", "colour", "absent"} & set(reply.json)


def test_null_removes_nothing_that_is_required(api: Api) -> None:
    reply = api.put("PROD001", {"category": None, "productName": None, "productPrice": None})
    assert reply.violations == {
        ("category", "type"),
        ("productName", "type"),
        ("productPrice", "type"),
    }


def test_the_body_may_name_the_id_of_its_path(api: Api) -> None:
    api.post(SMARTPHONE)
    assert api.put("PROD001", {"productId": "PROD001", "stock": 7}).status == 200
    reply = api.put("PROD001", {"productId": "PROD002", "stock": 7})
    assert (reply.status, reply.violations) == (400, {("productId", "const")})


@pytest.mark.parametrize("body", [{}, {"productId": "PROD001"}, {"version": 1, "createdAt": 1}])
def test_a_body_that_changes_nothing_is_400(body: dict[str, Any]) -> None:
    reply = memory_api().put("PROD001", body)
    assert (reply.status, reply.code) == (400, "nothing_to_change")


def test_every_rule_of_a_new_product_holds_for_changes(api: Api) -> None:
    body = {"stock": -1, "productPrice": "x", "updatedAt": 1, "version": "1", "a": {"": 1}}
    assert api.put("PROD001", body).violations == {
        ("stock", "minimum"),
        ("productPrice", "type"),
        ("version", "type"),
        ("a", "minLength"),
    }


def test_a_product_that_was_read_may_be_sent_back(api: Api) -> None:
    read = api.post({**SMARTPHONE, "size": {"height": 15}}).json
    reply = api.as_user(BOB).put("PROD001", {**read, "stock": 7})
    assert (reply.status, reply.json["stock"], reply.json["version"]) == (200, 7, 2)
    assert (reply.json["createdBy"], reply.json["updatedBy"]) == (ALICE, BOB)


@pytest.mark.parametrize(
    ("version", "headers", "status"),
    [
        (1, {}, 412),
        (2, {}, 200),
        (2.0, {}, 200),
        (None, {}, 200),
        (0, {}, 412),
        (-2, {}, 412),
        (10**30, {}, 412),
        (1, {"If-Match": '"2"'}, 200),
        (1, {"if-match": "*"}, 200),
        (2, {"If-Match": '"1"'}, 412),
        (2, {"If-None-Match": '"2"'}, 412),
        (2, {"If-None-Match": '"1"'}, 200),
        (1, {"If-None-Match": '"1"'}, 412),
        ("2", {}, 400),
        (True, {}, 400),
        (1.5, {}, 400),
        ([2], {"If-Match": '"2"'}, 400),
    ],
)
def test_the_version_of_a_body_counts_as_if_match(
    api: Api, version: Any, headers: dict[str, str], status: int
) -> None:
    """Where there is no such header: 412 unless it is the stored one."""
    api.post(SMARTPHONE)
    api.put("PROD001", {"stock": 1})
    body = {"stock": 2, "version": version, "updatedAt": 1, "createdBy": None}
    assert api.put("PROD001", body, headers=headers).status == status
    assert api.get("PROD001").json["version"] == (3 if status == 200 else 2)


@pytest.mark.parametrize("tags", ['"1"', '"7", "1"', '"7","1" ,', "*", " * "])
def test_if_match_lets_through_who_knows_the_version(api: Api, tags: str) -> None:
    api.post(SMARTPHONE)
    assert api.put("PROD001", {"stock": 1}, headers={"If-Match": tags}).status == 200


@pytest.mark.parametrize("tags", ['"2"', 'W/"1"', '"x"', '"01"', '"2", W/"1"', '""', '"1.0"'])
def test_if_match_stops_who_does_not(api: Api, tags: str) -> None:
    api.post(SMARTPHONE)
    for change in (api.put("PROD001", {"stock": 1}, headers={"iF-mAtCh": tags}),
                   api.delete("PROD001", headers={"IF-MATCH": tags})):  # fmt: skip
        assert (change.status, change.code) == (412, "version_mismatch")
    assert api.get("PROD001").json["version"] == 1


@pytest.mark.parametrize("tags", ["1", "", '"1', '"1" "2"', "W/*", ",", '"a",' * 60 + '"b"'])
def test_if_match_that_is_none_is_400(tags: str) -> None:
    reply = memory_api().put("PROD001", {"stock": 1}, headers={"If-Match": tags})
    assert (reply.status, reply.code) == (400, "invalid_parameter")


def test_if_match_on_an_absent_product_is_404(api: Api) -> None:
    assert api.put("PROD001", {"stock": 1}, headers={"If-Match": '"1"'}).status == 404
    assert api.put("PROD001", {"stock": 1}, headers={"If-Match": 'W/"1"'}).status == 404


@pytest.mark.parametrize(
    ("tags", "status"),
    [("*", 412), ('"1"', 412), ('W/"1"', 412), ('"7", "1"', 412), ('"2"', 200), ('"x"', 200)],
)
def test_if_none_match_stops_who_has_that_version(api: Api, tags: str, status: int) -> None:
    """RFC 9110, 13.1.2: of a change it asks that there is none of these."""
    api.post(SMARTPHONE)
    change = api.put("PROD001", {"stock": 1}, headers={"If-None-Match": tags})
    assert change.status == status
    assert api.get("PROD001").json["version"] == (2 if status == 200 else 1)
    if status == 412:
        assert api.delete("PROD001", headers={"If-None-Match": tags}).code == "version_mismatch"


def test_if_none_match_counts_no_version_as_0(api: Api) -> None:
    api.client.put_item(TableName=TABLE, Item={"productId": {"S": "PROD001"}})
    change = {"stock": 1}
    assert api.put("PROD001", change, headers={"If-None-Match": '"0"'}).status == 412
    assert api.put("PROD001", change, headers={"If-None-Match": '"1"'}).status == 200


@pytest.mark.parametrize("tags", ["*", '"1"'])
def test_if_none_match_makes_no_product(api: Api, tags: str) -> None:
    assert api.put("PROD001", {"stock": 1}, headers={"If-None-Match": tags}).status == 404


@pytest.mark.parametrize("tags", ["1", "", '"1', "W/*"])
def test_if_none_match_that_is_none_is_400(tags: str) -> None:
    reply = memory_api().put("PROD001", {"stock": 1}, headers={"If-None-Match": tags})
    assert (reply.status, reply.code) == (400, "invalid_parameter")


def test_of_two_who_read_the_same_version_one_wins(api: Api) -> None:
    tag = api.post(SMARTPHONE).headers["ETag"]
    first = api.put("PROD001", {"stock": 1}, headers={"If-Match": tag})
    second = api.put("PROD001", {"stock": 2}, headers={"If-Match": tag})
    assert (first.status, second.status) == (200, 412)
    assert api.get("PROD001").json["stock"] == 1


def test_a_product_made_by_hand_gets_a_version(make_api: MakeApi) -> None:
    api = make_api()
    api.client.put_item(TableName=TABLE, Item=BY_HAND)
    tag = api.get("PROD001").headers["ETag"]
    assert tag == '"0"'
    reply = api.put("PROD001", {"stock": 2}, headers={"If-Match": tag})
    assert (reply.status, reply.json["version"], reply.json["updatedBy"]) == (200, 1, ALICE)
    assert "createdBy" not in reply.json
    assert api.put("PROD001", {"stock": 3}, headers={"If-Match": tag}).status == 412


def test_a_version_that_is_no_number_is_409(make_api: MakeApi) -> None:
    """A product made by hand may have a field of its own of this name."""
    api = make_api()
    api.client.put_item(TableName=TABLE, Item={**BY_HAND, "version": {"S": "2.0"}})
    assert api.get("PROD001").headers["ETag"] == '"0"'
    for headers in ({}, {"If-Match": '"0"'}):
        reply = api.put("PROD001", {"stock": 2}, headers=headers)
        assert (reply.status, reply.code) == (409, "unusable_version")
    assert api.delete("PROD001").status == 204


def test_growing_beyond_what_dynamodb_keeps_is_413(api: Api) -> None:
    api.post(SMARTPHONE)
    assert api.put("PROD001", {"a": "x" * 250_000}).status == 200
    reply = api.put("PROD001", {"b": "x" * 250_000})
    assert (reply.status, reply.code) == (413, "product_too_large")
    if isinstance(api.client, MemoryTable):  # moto refuses, but keeps the change
        assert api.get("PROD001").json["version"] == 2


def test_sixty_four_changes_at_once(api: Api) -> None:
    api.post(SMARTPHONE)
    changes = {"x" * 60 + f"{i:04}": i for i in range(64)}
    assert api.put("PROD001", changes).status == 200
    assert api.put("PROD001", dict.fromkeys(changes)).json["version"] == 3
