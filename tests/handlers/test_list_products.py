"""GET /products."""

from __future__ import annotations

import base64
import itertools
import json
from types import SimpleNamespace
from typing import Any

import pytest
from harness import SMARTPHONE, TABLE, Api
from made_apis import INDEX, MakeApi, memory_api
from memory_table import MemoryTable
from shared import listing

SHAPES: list[dict[str, str]] = [
    {},
    {"CATEGORY_INDEX": INDEX},
    {"SORT_KEY": "category"},
    {"SORT_KEY": "category", "CATEGORY_INDEX": INDEX},
]


def fill(api: Api, count: int) -> None:
    for number in range(count):
        category = ("Books", "Electronics", "Toys")[number % 3]
        api.post({**SMARTPHONE, "productId": f"P{number:03}", "category": category})


def walk(api: Api, **query: str) -> list[str]:
    """The ids of all pages, in the order they came."""
    ids: list[str] = []
    for _ in range(1000):
        reply = api.list(**query)
        assert reply.status == 200, reply.text
        assert len(reply.json["items"]) <= int(query.get("limit", 20))
        ids += [item["productId"] for item in reply.json["items"]]
        if "nextToken" not in reply.json:
            return ids
        query["nextToken"] = reply.json["nextToken"]
    raise AssertionError("the walk has no end")


def token_of(content: Any) -> str:
    text = json.dumps(content, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_an_empty_table_is_an_empty_page(api: Api) -> None:
    assert api.list().json == {"items": []}


def test_a_page_has_20_products_and_a_token(api: Api) -> None:
    fill(api, 21)
    reply = api.list()
    assert len(reply.json["items"]) == 20
    assert reply.json["nextToken"]
    assert reply.json["items"][0] == api.get(reply.json["items"][0]["productId"]).json


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_walk_meets_every_product_once(make_api: MakeApi, shape: dict[str, str]) -> None:
    api = make_api(**shape)
    fill(api, 12)
    toys = [f"P{number:03}" for number in range(2, 12, 3)]
    for limit in ("1", "3", "7", "100"):
        assert sorted(walk(api, limit=limit)) == [f"P{number:03}" for number in range(12)]
        assert sorted(walk(api, limit=limit, category="Toys")) == toys
        assert walk(api, limit=limit, category="None") == []


def test_with_an_index_a_page_costs_a_page(make_api: MakeApi) -> None:
    api = make_api(CATEGORY_INDEX=INDEX)
    fill(api, 30)
    if isinstance(api.client, MemoryTable):
        api.client.calls.clear()
        api.list(limit="5", category="Toys")
        ((name, asked),) = api.client.calls
        assert (name, asked["Limit"], asked["IndexName"]) == ("query", 5, INDEX)
    assert walk(api, limit="4", category="Toys") == [f"P{n:03}" for n in range(2, 30, 3)]


def passing(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Time, by so many seconds from one look at the clock to the next."""
    looks = itertools.count()
    clock = SimpleNamespace(monotonic=lambda: next(looks) * seconds)
    monkeypatch.setattr(listing, "time", clock)


def test_a_filter_that_matches_little_ends_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """After some reads, or when they take long, rather than time out."""
    api = memory_api()
    for number in range(4500):
        key = f"P{number}"
        api.client.items[(key,)] = {"productId": {"S": key}, "category": {"S": "Common"}}
    api.client.items[("rare",)] = {"productId": {"S": "rare"}, "category": {"S": "Rare"}}
    for seconds, reads in ((3, 1), (0, 6)):
        passing(monkeypatch, seconds)
        api.client.calls.clear()
        assert "nextToken" in api.list(limit="20", category="Rare").json
        assert len(api.client.calls) == reads
    assert sum(asked["Limit"] for _, asked in api.client.calls) < 4500
    assert walk(api, limit="20", category="Rare") == ["rare"]


def test_a_page_stays_below_what_lambda_can_answer() -> None:
    """Four hundred KB of text each, and control characters that grow sixfold in JSON."""
    table = MemoryTable(TABLE, page_bytes=10_000_000)
    for number in range(6):
        item = {"productId": {"S": f"P{number}"}, "note": {"S": "\u0001" * 400_000}}
        table.items[(f"P{number}",)] = item
    api = Api(table)
    reply = api.list()
    assert len(json.dumps(reply.text)) < 6_000_000
    assert len(reply.json["items"]) == 1
    assert len(set(walk(api))) == 6


@pytest.mark.parametrize("letter", ["\U0001f600", "\u4e2d", "\xe9", '"', "\x7f"])
def test_a_page_is_counted_as_old_runtimes_send_it(letter: str) -> None:
    """Lambda's for Python 3.9 to 3.11 escape all that isn't ASCII, on top of JSON's own."""
    table = MemoryTable(TABLE, page_bytes=10_000_000)
    text = letter * (390_000 // len(letter.encode()))
    for number in range(12):
        key = f"P{number}"
        table.items[(key,)] = {"productId": {"S": key}, "note": {"S": text}}
    api = Api(table)
    reply = api.list(limit="100")
    assert len(json.dumps(reply.text)) < 6_000_000
    assert len(set(walk(api))) == 12


def test_pages_that_dynamodb_cuts_by_size_lose_nothing() -> None:
    table = MemoryTable(TABLE, page_bytes=1)
    api = Api(table)
    fill(api, 12)
    assert sorted(walk(api, limit="5")) == [f"P{number:03}" for number in range(12)]
    assert sorted(walk(api, limit="2", category="Toys")) == ["P002", "P005", "P008", "P011"]


@pytest.mark.parametrize(
    "limit", ["0", "101", "-1", "+5", " 5", "5.0", "", "1e1", "x", "٣", "9" * 99]
)
def test_limits_that_are_none_are_400(limit: str) -> None:
    reply = memory_api().list(limit=limit)
    assert (reply.status, reply.code) == (400, "invalid_parameter")
    assert reply.json["errors"][0]["field"] == "limit"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "e30",
        "%%%",
        "é",
        "\ud800",
        "A" * 10_000,
        token_of(None),
        token_of([]),
        token_of({}),
        token_of([None]),
        token_of([None, ""]),
        token_of([None, None]),
        token_of([None, 7]),
        token_of([None, ["x"]]),
        token_of([None, "x" * 3000]),
        token_of([None, "\ud800"]),
        token_of([None, "x", "x", "x"]),
        token_of(["Toys", "x"]),
        token_of([7, "x"]),
        token_of([None, "x"]) + "=",
        token_of([None, "x", "y"]) + "=",
        token_of([None, "x"]) + "\n",
        base64.urlsafe_b64encode(b'[null, "x"]').decode().rstrip("="),
        base64.urlsafe_b64encode(b'[null,"x"' + b"]" * 3000).decode().rstrip("="),
        base64.urlsafe_b64encode(b"[" * 6000).decode().rstrip("="),
        base64.urlsafe_b64encode(b"\xff").decode().rstrip("="),
    ],
    ids=lambda token: token[:24].encode("unicode_escape").decode(),
)
def test_tokens_that_are_none_are_400(token: str) -> None:
    for shape in SHAPES:
        reply = memory_api(**shape).list(nextToken=token)
        assert (reply.status, reply.code) == (400, "invalid_parameter"), reply.text
        assert reply.json["errors"][0]["field"] == "nextToken"


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_token_belongs_to_the_list_with_its_filter(
    make_api: MakeApi, shape: dict[str, str]
) -> None:
    api = make_api(**shape)
    fill(api, 9)
    whole = api.list(limit="1").json["nextToken"]
    toys = api.list(limit="1", category="Toys").json["nextToken"]
    assert api.list(limit="2", nextToken=whole).status == 200
    assert api.list(limit="2", category="Toys", nextToken=toys).status == 200
    for query in (
        {"category": "Toys", "nextToken": whole},
        {"category": "Books", "nextToken": toys},
        {"nextToken": toys},
    ):
        assert api.list(**query).code == "invalid_parameter"


def test_a_token_outside_the_filter_gets_nowhere() -> None:
    """With an index a forged place in another category is none of this list."""
    api = memory_api(CATEGORY_INDEX=INDEX)
    assert api.list(category="Toys", nextToken=token_of(["Toys", "x", "Books"])).status == 400


def test_a_token_outlives_the_product_it_tells(api: Api) -> None:
    fill(api, 6)
    page = api.list(limit="2").json
    api.delete(page["items"][1]["productId"])
    assert len(walk(api, limit="2", nextToken=page["nextToken"])) == 4


@pytest.mark.parametrize(
    ("category", "code"), [("", "minLength"), (" ", "pattern"), ("x" * 257, "maxLength")]
)
def test_categories_no_product_can_have_are_400(category: str, code: str) -> None:
    reply = memory_api().list(category=category)
    assert (reply.status, reply.violations) == (400, {("category", code)})


@pytest.mark.parametrize("name", ["limit", "category", "nextToken"])
def test_a_parameter_given_twice_is_400(name: str) -> None:
    api = memory_api()
    several = {"multiValueQueryStringParameters": {name: ["5", "6"]}}
    reply = api.call("get", "GET", query={name: "6"}, **several)
    assert (reply.status, reply.json["errors"][0]["field"]) == (400, name)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("next_token", "is no parameter of this route; nextToken is one"),
        ("NextToken", "is no parameter of this route; nextToken is one"),
        ("categroy", "is no parameter of this route; category is one"),
        ("colour", "is no parameter of this route"),
        ("", "is no parameter of this route"),
        ("x" * 9000, "is no parameter of this route"),
    ],
)
def test_a_parameter_that_there_is_not_is_400(name: str, says: str) -> None:
    """Misspelt and ignored, next_token would give the first page for ever."""
    reply = memory_api().list(**{name: "6"})
    assert (reply.status, reply.code) == (400, "invalid_parameter")
    assert reply.json["errors"] == [{"field": name[:64], "code": "invalid", "message": says}]


@pytest.mark.parametrize("method", ["POST", "GET", "PUT", "DELETE"])
def test_no_other_route_takes_the_lists_parameters(method: str) -> None:
    api = memory_api()
    function = {"POST": "create", "GET": "get", "PUT": "update", "DELETE": "delete"}[method]
    which = {} if method == "POST" else {"product_id": "PROD001"}
    reply = api.call(function, method, query={"limit": "5"}, **which)
    assert (reply.status, reply.json["errors"][0]["field"]) == (400, "limit")


def test_a_scans_token_is_none_of_the_indexs() -> None:
    """The two walk in different orders: one that went on in the other would skip products."""
    scanned, indexed = memory_api(), memory_api(CATEGORY_INDEX=INDEX)
    for api in (scanned, indexed):
        fill(api, 9)
    for one, other in ((scanned, indexed), (indexed, scanned)):
        token = one.list(category="Toys", limit="1").json["nextToken"]
        assert one.list(category="Toys", nextToken=token).status == 200
        refused = other.list(category="Toys", nextToken=token)
        assert (refused.status, refused.json["code"]) == (400, "invalid_parameter")
