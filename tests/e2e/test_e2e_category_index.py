"""`table.category_index` on and off under callers: filtered lists stay right all the while."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, NamedTuple

import pytest
from e2e_http import Answer, call, product
from e2e_project import Deployed
from e2e_shop import Shop, code_of, meanwhile, new_user, shop_of, signed_in

ON = {"category_index: false": "category_index: true"}
IN_EACH = {"Books": 7, "Home & Garden": 3, "Electronics": 5}
LIMITS = (1, 2, 3, 100)


class Lists(NamedTuple):
    url: str
    header: dict[str, str]

    def page(self, query: str) -> Answer:
        return call("GET", f"{self.url}?{query}", self.header)

    def walk(self, category: str, limit: int) -> Counter[str]:
        """Every id that the pages of a category hold."""
        found: Counter[str] = Counter()
        token = ""
        while True:
            page = self.page(f"category={in_url(category)}&limit={limit}{token}")
            assert page.status == 200, page
            assert len(page.body["items"]) <= limit
            assert {each["category"] for each in page.body["items"]} <= {category}
            found.update(each["productId"] for each in page.body["items"])
            if "nextToken" not in page.body:
                return found
            token = f"&nextToken={page.body['nextToken']}"


def in_url(category: str) -> str:
    return category.replace("&", "%26").replace(" ", "%20")


@pytest.fixture(scope="module")
def shop(deployed_alone: Deployed) -> Shop:
    return shop_of(deployed_alone.project)


@pytest.fixture(scope="module")
def deployed(deployed_alone: Deployed) -> Deployed:
    new_user(deployed_alone, "reader")
    return deployed_alone


@pytest.fixture(scope="module")
def lists(deployed: Deployed) -> Lists:
    lists = Lists(f"{deployed.reported['invoke_url']}/products", signed_in(deployed, "reader"))
    for category, count in IN_EACH.items():
        for number in range(count):
            body = json.dumps(product(f"{category[0]}-{number}", category=category))
            assert call("POST", lists.url, lists.header, body).status == 201
    return lists


def check(lists: Lists) -> None:
    for limit in LIMITS:
        for category, count in IN_EACH.items():
            expected = Counter(f"{category[0]}-{number}" for number in range(count))
            assert lists.walk(category, limit) == expected
        assert lists.walk("Nothing", limit) == Counter()


def indexes(deployed: Deployed) -> list[dict[str, Any]]:
    table = deployed.client("dynamodb").describe_table(TableName=deployed.reported["table"])[
        "Table"
    ]
    found: list[dict[str, Any]] = table.get("GlobalSecondaryIndexes", [])
    return found


@pytest.mark.long
def test_the_filter_is_right_by_scan_and_by_index(
    shop: Shop, deployed: Deployed, lists: Lists
) -> None:
    check(lists)
    assert indexes(deployed) == []
    for changes, count in ((ON, 1), ({}, 0), (ON, 1), ({}, 0)):
        with meanwhile(lambda: lists.page("category=Books&limit=100")) as answers:
            reported = shop.deploy(changes).reported
        assert {each.status for each in answers} == {200}, "a switch that callers notice"
        assert {len(each.body["items"]) for each in answers} == {IN_EACH["Books"]}
        assert reported["table"] == deployed.reported["table"]
        assert shop.to_do == []
        assert [each["IndexStatus"] for each in indexes(deployed)] == ["ACTIVE"] * count
        check(lists)


def test_it_really_is_the_index_that_is_asked(shop: Shop, deployed: Deployed, lists: Lists) -> None:
    """Without its right on the index the function can't filter; all else it still can."""
    shop.deploy(ON)
    name = deployed.reported["functions"]["get"]
    role = deployed.client("lambda").get_function_configuration(FunctionName=name)["Role"]
    iam, policy = deployed.client("iam"), {"RoleName": role.rpartition("/")[2]}
    (policy["PolicyName"],) = iam.list_role_policies(**policy)["PolicyNames"]
    document = iam.get_role_policy(**policy)["PolicyDocument"]
    rest = [each for each in document["Statement"] if each["Sid"] != "Index"]
    assert len(rest) == len(document["Statement"]) - 1
    iam.put_role_policy(
        **policy, PolicyDocument=json.dumps({**document, "Statement": rest})
    )  # fmt: skip

    refused = lists.page("category=Books")
    assert code_of(refused) == (503, "busy"), "K6: new rights may come yet"
    assert lists.page("limit=1").status == 200
    assert call("GET", f"{lists.url}/B-1", lists.header).status == 200
    assert shop.to_do == [f"role policy {policy['RoleName']}"]
    shop.project.json(*shop.command("deploy"))
    check(lists)


def test_changes_show_in_the_index_at_once_or_soon(
    shop: Shop, deployed: Deployed, lists: Lists, product_id: str
) -> None:
    """A product that moves to another category leaves the list of its old one."""
    shop.deploy(ON)
    one = f"{lists.url}/{product_id}"
    call("POST", lists.url, lists.header, json.dumps(product(product_id, category="From")))
    assert lists.walk("From", 1) == {product_id: 1}
    moved = call("PUT", one, lists.header, '{"category": "To"}')
    assert (moved.status, moved.body["category"]) == (200, "To")
    assert (lists.walk("From", 1), lists.walk("To", 1)) == ({}, {product_id: 1})
    assert call("DELETE", one, lists.header).status == 204
    assert lists.walk("To", 1) == {}


def test_a_token_opens_only_the_list_that_gave_it(
    shop: Shop, deployed: Deployed, lists: Lists
) -> None:
    shop.deploy(ON)
    token = lists.page("category=Books&limit=2").body["nextToken"]
    assert lists.page(f"category=Books&nextToken={token}").status == 200
    for other in ("", "category=Electronics&"):
        answer = lists.page(f"{other}nextToken={token}")
        assert code_of(answer) == (400, "invalid_parameter")
