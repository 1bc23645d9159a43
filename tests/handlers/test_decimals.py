"""Money for clients whose numbers are floats: decimals as texts, taken and given."""

from __future__ import annotations

import json
from typing import Any

import pytest
from harness import SMARTPHONE, TABLE, Api
from made_apis import MakeApi, memory_api
from shared.rules import accepted, spelled

EXACT = "12345678901234567890.123456789012345678"


@pytest.mark.parametrize(
    ("given", "reported"),
    [
        ("799.99", "799.99"),
        ("30.40", "30.4"),
        ("0", "0"),
        ("-0", "0"),
        ("1E+2", "100"),
        ("9e125", "9E+125"),
        (EXACT, EXACT),
    ],
)
def test_a_price_may_be_a_decimal_text(api: Api, given: str, reported: str) -> None:
    made = api.post({**SMARTPHONE, "productPrice": given})
    assert made.status == 201
    assert f'"productPrice":{reported},' in made.text
    for change in (api.put, api.patch):
        assert f'"productPrice":{reported},' in change("PROD001", {"productPrice": given}).text
    assert api.client.get_item(TableName=TABLE, Key={"productId": {"S": "PROD001"}})["Item"][
        "productPrice"
    ].keys() == {"N"}


@pytest.mark.parametrize(
    ("price", "code"),
    [
        *(
            (text, "type")
            for text in ("", "x", "+1", ".5", "1.", "01", " 1", "1,5", "NaN", "\u0661")
        ),
        ("-1", "minimum"),
        ("1e126", "number"),
        ("1" * 39, "number"),
        ("9" * 100_000, "number"),
    ],
    ids=lambda text: text[:10],
)
def test_what_is_no_decimal_is_refused(price: str, code: str) -> None:
    api = memory_api()
    assert api.post({**SMARTPHONE, "productPrice": price}).violations == {("productPrice", code)}


def test_other_texts_stay_texts(api: Api) -> None:
    body = {**SMARTPHONE, "productName": "1", "note": "2"}
    assert (api.post(body).json["productName"], api.get("PROD001").json["note"]) == ("1", "2")
    assert api.put("PROD001", {"stock": "1"}).violations == {("stock", "type")}


def test_answers_have_texts_throughout(make_api: MakeApi) -> None:
    api = make_api(DECIMALS="string")
    body = json.dumps({**SMARTPHONE, "n": 1.5}).replace("799", EXACT)
    made = api.post(body)
    answers = [
        made.json,
        api.get("PROD001").json,
        api.list().json["items"][0],
        api.put("PROD001", {"stock": 1}).json,
        api.patch("PROD001", {"stock": 2}).json,
        api.patch("PROD001", {}).json,
    ]
    assert {each["productPrice"] for each in answers} == {EXACT}
    assert [each["version"] for each in answers] == [1, 1, 1, 2, 3, 3]
    assert isinstance(answers[-1]["stock"], int)
    assert not isinstance(made.json["n"], str), "of any JSON, kept as it is given"


def test_what_came_as_text_may_be_sent_back(make_api: MakeApi) -> None:
    api = make_api(DECIMALS="string")
    read = api.post({**SMARTPHONE, "productPrice": 0.1}).json
    assert api.patch("PROD001", read).json == read, "nothing is another"
    assert api.put("PROD001", read).json["productPrice"] == "0.1"


def test_a_price_made_elsewhere_is_reported_as_it_is(make_api: MakeApi) -> None:
    api = make_api(DECIMALS="string")
    item: dict[str, Any] = {"productId": {"S": "PROD001"}, "productPrice": {"S": "free"}}
    api.client.put_item(TableName=TABLE, Item=item)
    assert api.get("PROD001").json["productPrice"] == "free"


def test_decimals_inside_follow_their_rules() -> None:
    number = {"type": ["number", "null"]}
    rules = {"properties": {"a": {"items": number}, "b": {"type": ["number", "string"]}, "c": {}}}
    taken = accepted({"a": ["1.50", None, "x"], "b": "1", "c": "1"}, rules)
    assert [str(each) for each in taken["a"]] == ["1.5", "None", "x"]
    assert (taken["b"], taken["c"]) == ("1", "1")
    assert spelled(taken, rules) == {"a": ["1.5", None, "x"], "b": "1", "c": "1"}


@pytest.mark.parametrize(("old", "new"), [("number", "string"), ("string", "number")])
def test_the_other_form_has_another_etag(make_api: MakeApi, old: str, new: str) -> None:
    """A strong validator differs where the representation does (RFC 9110, 8.8.1)."""
    before = make_api(DECIMALS=old)
    etag = before.post(SMARTPHONE).headers["ETag"]
    assert before.get("PROD001", headers={"If-None-Match": etag}).status == 304
    after = Api(before.client, DECIMALS=new)
    read = after.get("PROD001", headers={"If-None-Match": etag})
    assert (read.status, read.json["version"]) == (200, 1)
    stale = {"If-Match": etag}
    assert after.get("PROD001", headers=stale).status == 412
    assert after.put("PROD001", {"stock": 1}, headers=stale).status == 412
    assert after.patch("PROD001", {"stock": 1}, headers=stale).status == 412
    assert after.delete("PROD001", headers=stale).status == 412
    current = {"If-Match": read.headers["ETag"]}
    assert after.put("PROD001", {"stock": 1}, headers=current).status == 200
