"""PATCH /products/{productId}: JSON merge patches, as RFC 7396 has them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from harness import ALICE, BOB, SMARTPHONE, TABLE, Api
from made_apis import MakeApi, memory_api
from memory_table import MemoryTable
from shared.merge_patch import TRIES, merged

KEY = {"productId": {"S": "PROD001"}}
FILLER = {f"field{number}": 1 for number in range(64 - len(SMARTPHONE))}


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ('{"a":"b"}', '{"a":"c"}', '{"a":"c"}'),
        ('{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'),
        ('{"a":"b"}', '{"a":null}', "{}"),
        ('{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'),
        ('{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'),
        ('{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'),
        ('{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'),
        ('{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'),
        ('["a","b"]', '["c","d"]', '["c","d"]'),
        ('{"a":"b"}', '["c"]', '["c"]'),
        ('{"a":"foo"}', "null", "null"),
        ('{"a":"foo"}', '"bar"', '"bar"'),
        ('{"e":null}', '{"a":1}', '{"e":null,"a":1}'),
        ("[1,2]", '{"a":"b","c":null}', '{"a":"b"}'),
        ("{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'),
    ],
)
def test_the_examples_of_the_rfc(target: str, patch: str, result: str) -> None:
    """RFC 7396, appendix A; and the same within a stored product."""
    assert merged(json.loads(target), json.loads(patch)) == json.loads(result)
    if patch != "null":
        api = memory_api()
        api.post({**SMARTPHONE, "x": json.loads(target)})
        assert api.patch("PROD001", f'{{"x": {patch}}}').json["x"] == json.loads(result)


def test_changes_what_is_named_and_answers_all_of_it(api: Api) -> None:
    before = api.post({**SMARTPHONE, "size": {"heightMm": 147, "widthMm": 71}}).json
    body = {"stock": None, "size": {"heightMm": 150.25, "depthMm": 8}, "tags": ["new"]}
    reply = api.as_user(BOB).patch("PROD001", body)
    assert (reply.status, reply.headers["ETag"]) == (200, '"2"')
    del before["stock"]
    assert reply.json == {
        **before,
        "size": {"heightMm": reply.json["size"]["heightMm"], "widthMm": 71, "depthMm": 8},
        "tags": ["new"],
        "updatedAt": reply.json["updatedAt"],
        "updatedBy": BOB,
        "version": 2,
    }
    assert '"heightMm":150.25' in reply.text
    assert api.get("PROD001").json == reply.json


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"absent": None},
        {"size": {}},
        {"size": {"absent": None, "heightMm": 147}},
        {"productId": "PROD001", "stock": 150.0, "tags": [{"b": 2, "a": 1}]},
        {"createdAt": "never", "updatedBy": None, "version": 1},
    ],
)
def test_what_changes_nothing_is_not_written(api: Api, body: Any) -> None:
    made = {**SMARTPHONE, "size": {"heightMm": 147}, "tags": [{"a": 1, "b": 2}]}
    before = api.post(made)
    reply = api.as_user(BOB).patch("PROD001", body)
    assert (reply.status, reply.text) == (200, before.text)
    assert api.get("PROD001").headers["ETag"] == '"1"'


def test_true_is_another_value_than_1(api: Api) -> None:
    api.post({**SMARTPHONE, "flag": 1})
    assert api.patch("PROD001", {"flag": True}).json["flag"] is True


@pytest.mark.parametrize(
    ("body", "broken"),
    [
        ({"stock": -1, "productName": None}, {("stock", "minimum"), ("productName", "type")}),
        ({"productId": "PROD002"}, {("productId", "const")}),
        ({"a": {"b": {"": 1}}}, {("a.b", "minLength")}),
        ('{"a": {"b": 1e999}}', {("a.b", "number")}),
        ({"version": "1"}, {("version", "type")}),
        ([], {("", "type")}),
        (FILLER, None),
        ({**FILLER, "one": "more"}, {("", "maxProperties")}),
        ({**FILLER, "one": "more", "stock": None}, None),
    ],
)
def test_the_merged_fields_keep_the_rules(api: Api, body: Any, broken: Any) -> None:
    api.post(SMARTPHONE)
    reply = api.patch("PROD001", body)
    assert reply.status == (400 if broken else 200)
    assert not broken or (reply.code, reply.violations) == ("invalid_product", broken)


def test_what_is_there_already_is_not_looked_at_again(make_api: MakeApi) -> None:
    """Made elsewhere: it lacks fields, and has a set, which JSON doesn't know."""
    api = make_api()
    odd = {**KEY, "stock": {"N": "-5"}, "more": {"M": {"set": {"SS": ["a"]}, "n": {"N": "1"}}}}
    api.client.put_item(TableName=TABLE, Item=odd)
    reply = api.patch("PROD001", {"more": {"n": 2}}, headers={"If-Match": '"0"'})
    assert (reply.status, reply.json["version"], reply.json["stock"]) == (200, 1, -5)
    stored = api.client.get_item(TableName=TABLE, Key=KEY)["Item"]["more"]
    assert stored == {"M": {"set": {"SS": ["a"]}, "n": {"N": "2"}}}


def test_creates_nothing(api: Api) -> None:
    for body in ({"stock": 1}, {}):
        reply = api.patch("PROD001", body)
        assert (reply.status, reply.code) == (404, "product_not_found")
    assert api.list().json == {"items": []}


@pytest.mark.parametrize(
    ("version", "headers", "status"),
    [
        (None, {"If-Match": '"1"'}, 200),
        (None, {"If-Match": "*"}, 200),
        (None, {"If-Match": '"7"'}, 412),
        (None, {"If-None-Match": "*"}, 412),
        (None, {"If-None-Match": '"1"'}, 412),
        (None, {"If-None-Match": '"7"'}, 200),
        (1, {}, 200),
        (7, {}, 412),
        (7, {"If-Match": '"1"'}, 200),
    ],
)
def test_preconditions_hold_also_where_nothing_changes(
    api: Api, version: Any, headers: dict[str, str], status: int
) -> None:
    api.post(SMARTPHONE)
    assert api.patch("PROD001", {"version": version}, headers=headers).status == status
    assert api.patch("PROD001", {"version": version, "a": 1}, headers=headers).status == status


@pytest.mark.parametrize(
    ("body", "reported"),
    [
        ([], "must be a JSON object"),
        ({**FILLER, "one": "more"}, "must have at most 64 fields"),
        ({"stock": -1}, "must be at least 0"),
    ],
)
def test_what_is_wrong_is_reported_in_words(api: Api, body: Any, reported: str) -> None:
    api.post(SMARTPHONE)
    assert [each["message"] for each in api.patch("PROD001", body).json["errors"]] == [reported]


@pytest.mark.parametrize("type_", ["application/json", "application/json-patch+json", "text/plain"])
def test_another_type_is_415_and_names_what_is_taken(type_: str) -> None:
    reply = memory_api().patch("PROD001", {}, headers={"Content-Type": type_})
    assert (reply.status, reply.code) == (415, "unsupported_media_type")
    assert reply.headers["Accept-Patch"] == "application/merge-patch+json"
    assert reply.json["detail"] == "Content-Type must be application/merge-patch+json, in UTF-8."
    reply = memory_api().put("PROD001", {}, headers={"Content-Type": "text/plain"})
    assert "Accept-Patch" not in reply.headers


@pytest.mark.parametrize("type_", ['Application/Merge-Patch+JSON; charset="UTF-8"', None])
def test_its_type_has_no_case_and_may_be_left_away(api: Api, type_: str | None) -> None:
    api.post(SMARTPHONE)
    assert api.patch("PROD001", {}, headers={"Content-Type": type_}).status == 200


def test_a_put_takes_no_patch(api: Api) -> None:
    headers = {"Content-Type": "application/merge-patch+json"}
    assert api.put("PROD001", {"stock": 1}, headers=headers).status == 415


def test_only_the_owner_patches(make_api: MakeApi) -> None:
    api = make_api(OWNER_ONLY="true", OWNER_GROUPS="managers")
    api.post(SMARTPHONE)
    for body in ({}, {"stock": 1}):
        assert api.as_user(BOB).patch("PROD001", body).code == "not_owner"
    assert api.patch("PROD001", {"stock": 1}).status == 200
    assert api.as_user(BOB, "managers").patch("PROD001", {"stock": 2}).status == 200


def test_only_writers_patch(make_api: MakeApi) -> None:
    api = make_api(WRITE_GROUPS="managers")
    assert api.patch("PROD001", {}).code == "write_group_required"


def test_the_category_of_the_key_stays(make_api: MakeApi) -> None:
    api = make_api(SORT_KEY="category")
    api.post(SMARTPHONE)
    assert api.patch("PROD001", {"category": "Electronics", "stock": 1}).status == 200
    assert api.patch("PROD001", {"category": "Toys"}).violations == {("category", "const")}
    api.post({**SMARTPHONE, "category": "Toys"})
    assert api.patch("PROD001", {"stock": 2}).code == "category_required"
    assert api.patch("PROD001", {"stock": 2}, query={"category": "Toys"}).json["stock"] == 2


class Busy:
    """The table, before each change of which somebody else is faster, `times` times."""

    def __init__(self, table: MemoryTable, others: Api, times: int, *, removes: bool) -> None:
        self.table, self.others, self.times, self.removes = table, others, times, removes

    def __getattr__(self, name: str) -> Any:
        return getattr(self.table, name)

    def update_item(self, **asked: Any) -> Any:
        if self.times:
            self.times -= 1
            if self.removes:
                self.others.delete("PROD001")
            else:
                self.others.patch("PROD001", {"size": {"heightMm": self.times}})
        return self.table.update_item(**asked)


@pytest.mark.parametrize(
    ("times", "headers", "status", "code"),
    [
        (TRIES - 1, {}, 200, None),
        (TRIES - 1, {"If-Match": "*"}, 200, None),
        (TRIES, {}, 409, "write_conflict"),
        (1, {"If-Match": '"1"'}, 412, "version_mismatch"),
    ],
)
def test_it_is_merged_anew_where_another_was_faster(
    times: int, headers: dict[str, str], status: int, code: str | None
) -> None:
    table = MemoryTable(TABLE)
    others = Api(table, sub=BOB)
    others.post({**SMARTPHONE, "size": {"heightMm": 147}})
    api = Api(Busy(table, others, times, removes=False), sub=ALICE)
    reply = api.patch("PROD001", {"size": {"widthMm": 71}}, headers=headers)
    assert (reply.status, reply.json.get("code")) == (status, code)
    if status == 200:
        assert reply.json["size"] == {"heightMm": 0, "widthMm": 71}
        assert reply.json["version"] == 1 + times + 1


def test_what_another_removes_meanwhile_is_404() -> None:
    table = MemoryTable(TABLE)
    others = Api(table)
    others.post(SMARTPHONE)
    reply = Api(Busy(table, others, 1, removes=True)).patch("PROD001", {"stock": 1})
    assert (reply.status, reply.code) == (404, "product_not_found")
