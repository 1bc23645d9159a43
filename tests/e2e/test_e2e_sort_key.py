"""Tables made with the guide's sort key: one id may exist in several categories."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from e2e_cloud import Clouds
from e2e_http import Answer, call, product
from e2e_project import Deployed
from e2e_shop import Shop, code_of, new_shop, new_user, signed_in

BY_CATEGORY = {"name: ProductsTable": "name: Guided", "sort_key: null": "sort_key: category"}
INDEXED = {**BY_CATEGORY, "category_index: false": "category_index: true"}
HOME = "Home & Garden"


class Caller(NamedTuple):
    url: str
    header: dict[str, str]

    def __call__(self, method: str, path: str, body: Any = None) -> Answer:
        text = None if body is None else json.dumps(body)
        return call(method, f"{self.url}{path}", self.header, text)

    def under(self, product_id: str, *categories: str) -> None:
        """Make this product under each of these categories."""
        for category in categories:
            made = self("POST", "", product(product_id, category=category))
            assert made.status == 201, made


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, clouds: Clouds) -> Iterator[Shop]:
    with new_shop(tmp_path_factory.mktemp("sort-key"), clouds) as shop:
        yield shop


@pytest.fixture(scope="module")
def deployed(shop: Shop) -> Deployed:
    deployed = shop.deploy(BY_CATEGORY)
    assert shop.to_do == []
    new_user(deployed, "guide")
    return deployed


@pytest.fixture(scope="module")
def api(deployed: Deployed) -> Caller:
    return Caller(f"{deployed.reported['invoke_url']}/products", signed_in(deployed, "guide"))


def of(category: str) -> str:
    return f"?category={quote(category)}"


def test_the_table_has_the_guides_keys(deployed: Deployed) -> None:
    table = deployed.client("dynamodb").describe_table(TableName=deployed.reported["table"])[
        "Table"
    ]
    keys = {each["AttributeName"]: each["KeyType"] for each in table["KeySchema"]}
    assert (table["TableName"], keys) == ("Guided", {"productId": "HASH", "category": "RANGE"})


@pytest.mark.parametrize("named", [False, True], ids=["no category", "category named"])
def test_every_route_works_where_an_id_stands_once(
    api: Caller, product_id: str, *, named: bool
) -> None:
    which = f"/{product_id}{of(HOME) if named else ''}"
    for method, body in (("GET", None), ("PUT", {"stock": 1}), ("DELETE", None)):
        assert code_of(api(method, which, body)) == (404, "product_not_found"), method
    made = api("POST", "", product(product_id, category=HOME))
    assert made.status == 201
    assert api("GET", which).text == made.text
    assert made.body in api("GET", f"{of(HOME)}&limit=100").body["items"]
    changed = api("PUT", which, {"stock": 5, "productId": product_id, "category": HOME})
    assert (changed.status, changed.body["stock"], changed.body["version"]) == (200, 5, 2)
    assert api("GET", which).headers["etag"] == changed.headers["etag"] == '"2"'
    late = call("DELETE", api.url + which, {**api.header, "If-Match": '"1"'})
    assert code_of(late) == (412, "version_mismatch")
    assert api("DELETE", which).status == 204
    assert api("GET", which).status == 404


def test_of_several_one_must_be_picked(api: Caller, product_id: str) -> None:
    api.under(product_id, "Books", HOME)
    one = f"/{product_id}"
    before = {category: api("GET", one + of(category)).text for category in ("Books", HOME)}
    assert {json.loads(text)["category"] for text in before.values()} == set(before)

    for method, body in (("GET", None), ("PUT", {"stock": 666}), ("DELETE", None)):
        answer = api(method, one, body)
        assert code_of(answer) == (409, "category_required"), method
        assert answer.body["categories"] == ["Books", HOME]
    assert before == {category: api("GET", one + of(category)).text for category in before}
    assert code_of(api("GET", one + of("Elsewhere"))) == (404, "product_not_found")

    changed = api("PUT", one + of("Books"), {"stock": 7})
    assert (changed.status, changed.body["category"], changed.body["stock"]) == (200, "Books", 7)
    assert api("GET", one + of(HOME)).text == before[HOME]
    assert api("DELETE", one + of(HOME)).status == 204
    assert api("GET", one).text == changed.text, "the only one is taken again"


def test_the_category_is_never_changed(api: Caller, product_id: str) -> None:
    api.under(product_id, "Books")
    for which in (f"/{product_id}", f"/{product_id}{of('Books')}"):
        answer = api("PUT", which, {"category": HOME, "stock": 1})
        assert code_of(answer) == (400, "invalid_product")
        assert [each["field"] for each in answer.body["errors"]] == ["category"]
    read = api("GET", f"/{product_id}").body
    assert (read["category"], read["version"]) == ("Books", 1)
    assert api("GET", f"/{product_id}{of(HOME)}").status == 404


def test_an_id_is_taken_under_its_category_only(api: Caller, product_id: str) -> None:
    api.under(product_id, "Books", HOME)
    for category in ("Books", HOME):
        again = api("POST", "", product(product_id, category=category, stock=666))
        assert code_of(again) == (409, "product_exists")
        assert "stock" not in api("GET", f"/{product_id}{of(category)}").body


def walked(api: Caller, query: str) -> Counter[tuple[str, str]]:
    """Every product that the pages of a list hold, by its key."""
    found: Counter[tuple[str, str]] = Counter()
    token = ""
    while True:
        page = api("GET", f"?{query}{token}")
        assert page.status == 200, page
        found.update((each["productId"], each["category"]) for each in page.body["items"])
        if "nextToken" not in page.body:
            return found
        token = f"&nextToken={page.body['nextToken']}"


def test_pages_hold_each_product_once_indexed_or_not(
    shop: Shop, deployed: Deployed, api: Caller, product_id: str
) -> None:
    """Also where pages end between the two that have the same id."""
    of_both = [f"{product_id}-{number}" for number in range(4)]
    for each in of_both:
        api.under(each, f"A-{product_id}", f"B-{product_id}")
    in_a = Counter((each, f"A-{product_id}") for each in of_both)
    in_b = Counter((each, f"B-{product_id}") for each in of_both)

    def check() -> None:
        for limit in (1, 3, 100):
            everything = walked(api, f"limit={limit}")
            assert set(everything.values()) == {1}
            assert (in_a | in_b).items() <= everything.items()
            assert walked(api, f"limit={limit}&category=A-{product_id}") == in_a
            assert walked(api, f"limit={limit}&category=B-{product_id}") == in_b

    check()
    shop.deploy(INDEXED)
    assert shop.to_do == []
    check()
    assert code_of(api("GET", f"/{of_both[0]}")) == (409, "category_required")


@pytest.mark.parametrize(
    ("function", "method", "body"),
    [("update", "PUT", {"stock": 1}), ("delete", "DELETE", None)],
    ids=["PUT", "DELETE"],
)
def test_by_its_right_a_role_finds_the_category(
    shop: Shop, deployed: Deployed, api: Caller, product_id: str,
    function: str, method: str, body: Any,
) -> None:  # fmt: skip
    """So what works above, works by that right; and a deploy gives it back."""
    api.under(product_id, HOME)
    name = deployed.reported["functions"][function]
    role = deployed.client("lambda").get_function_configuration(FunctionName=name)["Role"]
    iam, policy = deployed.client("iam"), {"RoleName": role.rpartition("/")[2]}
    (policy["PolicyName"],) = iam.list_role_policies(**policy)["PolicyNames"]
    document = iam.get_role_policy(**policy)["PolicyDocument"]
    (table,) = (each for each in document["Statement"] if each["Sid"] == "Table")
    table["Action"].remove("dynamodb:Query")
    iam.put_role_policy(**policy, PolicyDocument=json.dumps(document))

    refused = api(method, f"/{product_id}", body)
    assert code_of(refused) == (503, "busy"), "K6: new rights may come yet"
    assert "Query" not in refused.text
    assert api(method, f"/{product_id}{of(HOME)}", body).status in (200, 204), "needs no look"
    assert shop.to_do == [f"role policy {policy['RoleName']}"]
    shop.project.json(*shop.command("deploy"))
    assert api(method, f"/{product_id}", body).status == (200 if method == "PUT" else 404)
