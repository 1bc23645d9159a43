"""Tables with the guide's sort key: one id may stand under several categories."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from harness import SMARTPHONE, Api
from made_apis import MakeApi, memory_api


@pytest.fixture
def sorted_api(make_api: MakeApi) -> Api:
    return make_api(SORT_KEY="category")


def test_every_route_works_where_an_id_stands_once(sorted_api: Api) -> None:
    created = sorted_api.post(SMARTPHONE)
    assert created.status == 201
    assert sorted_api.get("PROD001").json == created.json
    assert sorted_api.put("PROD001", {"stock": 7}).json["stock"] == 7
    assert [item["productId"] for item in sorted_api.list().json["items"]] == ["PROD001"]
    assert sorted_api.delete("PROD001").status == 204
    assert sorted_api.get("PROD001").status == 404


def test_absent_is_404_with_and_without_a_category(sorted_api: Api) -> None:
    for query in (None, {"category": "Toys"}):
        assert sorted_api.get("PROD001", query=query).status == 404
        assert sorted_api.put("PROD001", {"stock": 1}, query=query).status == 404
        assert sorted_api.delete("PROD001", query=query).status == 404
    assert sorted_api.list().json["items"] == []


def test_an_id_may_be_created_in_another_category(sorted_api: Api) -> None:
    assert sorted_api.post(SMARTPHONE).status == 201
    assert sorted_api.post({**SMARTPHONE, "category": "Toys"}).status == 201
    assert sorted_api.post({**SMARTPHONE, "category": "Toys"}).status == 409


def test_an_id_in_several_categories_asks_which(sorted_api: Api) -> None:
    sorted_api.post(SMARTPHONE)
    sorted_api.post({**SMARTPHONE, "category": "Toys"})
    for reply in (
        sorted_api.get("PROD001"),
        sorted_api.put("PROD001", {"stock": 1}),
        sorted_api.put("PROD001", {"stock": 1, "category": "Toys"}),
        sorted_api.delete("PROD001"),
    ):
        assert (reply.status, reply.code) == (409, "category_required")
        assert reply.json["categories"] == ["Electronics", "Toys"]


def test_category_picks_one(sorted_api: Api) -> None:
    sorted_api.post(SMARTPHONE)
    sorted_api.post({**SMARTPHONE, "category": "Toys"})
    toys = {"category": "Toys"}
    assert sorted_api.put("PROD001", {"stock": 1}, query=toys).json["category"] == "Toys"
    assert sorted_api.get("PROD001", query=toys).json["stock"] == 1
    assert sorted_api.get("PROD001", query={"category": "Electronics"}).json["stock"] == 150
    assert sorted_api.delete("PROD001", query=toys).status == 204
    assert sorted_api.get("PROD001").json["category"] == "Electronics"


def test_a_category_cannot_be_changed(sorted_api: Api) -> None:
    sorted_api.post(SMARTPHONE)
    for query in (None, {"category": "Electronics"}):
        reply = sorted_api.put("PROD001", {"category": "Toys", "stock": 1}, query=query)
        assert (reply.status, reply.violations) == (400, {("category", "const")})
        same = sorted_api.put("PROD001", {"category": "Electronics", "stock": 1}, query=query)
        assert same.status == 200


def test_without_a_sort_key_a_category_is_a_field(api: Api) -> None:
    api.post(SMARTPHONE)
    assert api.put("PROD001", {"category": "Toys"}).json["category"] == "Toys"


@pytest.mark.parametrize("query", [{"category": ""}, {"category": " "}])
def test_a_category_that_is_none_is_400(sorted_api: Api, query: dict[str, str]) -> None:
    assert sorted_api.get("PROD001", query=query).status == 400
    assert sorted_api.delete("PROD001", query=query).status == 400


@pytest.mark.parametrize(
    ("sort_key", "index"), [("", ""), ("", "by-category"), ("category", ""), ("category", "i")]
)
def test_only_the_calls_the_roles_allow_are_made(sort_key: str, index: str) -> None:
    """The sources' own docstrings tell them; a call beside them is an AccessDenied on AWS."""
    api = memory_api(SORT_KEY=sort_key, CATEGORY_INDEX=index)
    extra = {"query"} if sort_key else set()

    def calls(*requests: Callable[[], object]) -> set[str]:
        api.client.calls.clear()
        for request in requests:
            request()
        return {name for name, _ in api.client.calls}

    assert calls(lambda: api.post(SMARTPHONE)) == {"put_item"}
    assert calls(lambda: api.get("PROD001")) == {"get_item"} | extra
    assert calls(api.list) == {"scan"}
    assert calls(lambda: api.list(category="Toys")) == ({"query"} if index else {"scan"})
    assert calls(lambda: api.put("PROD001", {"stock": 1})) == {"update_item"} | extra
    assert calls(lambda: api.delete("PROD001")) == {"delete_item"} | extra
