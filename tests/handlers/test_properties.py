"""What holds for any input, found by hypothesis."""

from __future__ import annotations

import json
import math
import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from examples import json_values, patiently
from harness import CLIENT, HANDLERS, SMARTPHONE, TABLE, Api, event
from hypothesis import given, settings
from hypothesis import strategies as st
from made_apis import INDEX, memory_api
from memory_table import MemoryTable
from shared.jsontext import EXACT, dumps, parse
from shared.rules import PRODUCT

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=12)
TEXT = st.text(max_size=12)


def stored(product: dict[str, Any]) -> Any:
    """A product as POST puts it into the table."""
    api = memory_api()
    assert api.post(product).status == 201
    return api.client.items["PROD001",]


ANY_JSON = json_values(ANY_TEXT, st.integers() | st.floats())
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False).filter(
    lambda number: number == 0 or fits(number)
)
FIELD = st.text(min_size=1, max_size=12)
STORED = stored(SMARTPHONE)
VISIBLE = re.compile(PRODUCT["properties"]["productName"]["pattern"])


def fits(number: Decimal) -> bool:
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    return len(digits) <= 38 and -130 <= number.adjusted() <= 125


@patiently
@given(body=ANY_JSON, handler=st.sampled_from(sorted(HANDLERS)))
def test_any_json_in_a_well_formed_answer_out(body: Any, handler: str) -> None:
    api = memory_api()
    api.post(SMARTPHONE)
    assert api.call(handler, "PUT", "PROD001", body=json.dumps(body)).status < 500


@patiently
@given(changes=st.dictionaries(st.sampled_from([*SMARTPHONE, "version", "x", ""]), ANY_JSON))
def test_any_field_in_a_well_formed_answer_out(changes: dict[str, Any]) -> None:
    api = memory_api()
    assert api.post({**SMARTPHONE, **changes}).status in (201, 400)
    assert api.put("PROD001", changes).status in (200, 400, 404)


@patiently
@given(body=ANY_TEXT, base64=st.booleans(), content_type=ANY_TEXT | st.just("application/json"))
def test_any_text_in_a_well_formed_answer_out(body: str, base64: bool, content_type: str) -> None:
    api = memory_api()
    headers = {"Content-Type": content_type}
    reply = api.post(body, isBase64Encoded=base64, headers=headers)
    assert reply.status in (201, 400, 415)


@patiently
@given(odd=ANY_JSON, handler=st.sampled_from(sorted(HANDLERS)))
def test_any_event_in_a_well_formed_answer_out(odd: Any, handler: str) -> None:
    assert memory_api().send(handler, odd).status == 401


@patiently
@given(
    part=st.sampled_from(sorted(event("put"))),
    odd=ANY_JSON,
    handler=st.sampled_from(sorted(HANDLERS)),
)
def test_any_part_of_an_event_may_be_anything(part: str, odd: Any, handler: str) -> None:
    made = event("put")
    made[part] = odd
    assert memory_api().send(handler, made).status < 500


@patiently
@given(
    headers=st.dictionaries(
        st.sampled_from(["If-Match", "If-None-Match", "content-type", "CONTENT-TYPE"]),
        ANY_TEXT | st.from_regex(r'(W/)?"[0-9]*"(,"[0-9]*")*', fullmatch=True),
    ),
    query=st.dictionaries(st.sampled_from(["limit", "category", "nextToken"]), ANY_TEXT),
    claims=st.dictionaries(
        st.sampled_from(["sub", "aud", "token_use", "cognito:groups"]), ANY_JSON
    ),
)
def test_any_header_parameter_and_claim_is_answered(headers: Any, query: Any, claims: Any) -> None:
    for shape in ({}, {"SORT_KEY": "category", "CATEGORY_INDEX": INDEX, "WRITE_GROUPS": "a"}):
        api = memory_api(**shape)
        for handler, name in (("get", "get_list"), ("get", "get_item"), ("update", "put")):
            made = event(name)
            made["headers"].update(headers)
            made["queryStringParameters"] = query
            made["requestContext"]["authorizer"]["claims"].update({"aud": CLIENT, **claims})
            assert api.send(handler, made).status < 500 or not encodable(claims.get("sub"))


def encodable(sub: Any) -> bool:
    """Cognito gives a UUID; half a surrogate pair can't be stored."""
    return not isinstance(sub, str) or sub.isprintable()


@patiently
@given(
    further=st.dictionaries(
        FIELD.filter(lambda name: name not in PRODUCT["properties"]),
        json_values(TEXT.filter(bool), NUMBERS),
        max_size=6,
    ),
    price=NUMBERS.filter(lambda number: number >= 0),
    name=st.text(min_size=1, max_size=256).filter(VISIBLE.search),
)
def test_what_was_created_reads_back_equal(
    further: dict[str, Any], price: Decimal, name: str
) -> None:
    """To the last digit, by what the body's own JSON says."""
    api = memory_api()
    product = {**further, **SMARTPHONE, "productName": name, "productPrice": price}
    reply = api.post(dumps_any(product))
    assert reply.status == 201, reply.text
    read = json.loads(api.get("PROD001").text, parse_float=Decimal, parse_int=Decimal)
    assert {key: read[key] for key in product} == product
    listed = json.loads(api.list().text, parse_float=Decimal, parse_int=Decimal)
    assert listed["items"] == [read]


def dumps_any(value: Any) -> str:
    """Writes decimals as they come, not in the handlers' own form."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{dumps_any(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dumps_any, value)) + "]"
    return json.dumps(value)


@patiently
@given(number=st.from_regex(r"-?(0|[1-9][0-9]{0,45})(\.[0-9]{1,45})?([eE][-+]?[0-9]{1,4})?", fullmatch=True))  # fmt: skip  # noqa: E501
def test_a_number_is_kept_exactly_or_refused(number: str) -> None:
    value = parse(number, 1)
    exact = Decimal(number)
    if exact == 0 or fits(exact):
        assert value == exact
        assert Decimal(dumps(value)) == exact
        assert EXACT.create_decimal(dumps(value)) == exact
    else:
        assert "38 significant digits" in value.message


@patiently
@given(number=st.floats())
def test_floats_come_back_as_the_same_float(number: float) -> None:
    value = parse(json.dumps(number), 1)
    if math.isfinite(number) and (number == 0 or 1e-130 <= abs(number) < 1e126):
        assert float(dumps(value)) == number
    else:
        assert value.message


@patiently
@given(text=st.text(alphabet='[]{}"\\a:,', max_size=60))
def test_depth_is_counted_as_the_decoder_would(text: str) -> None:
    """Whatever stands in quotes: deeper than was said is refused, and nothing else."""

    def depth(value: Any) -> int:
        inner = value.values() if isinstance(value, dict) else value
        return 1 + max(map(depth, inner), default=0) if isinstance(value, (dict, list)) else 0

    try:
        expected = depth(json.loads(text))
    except ValueError:
        return
    try:
        parse(text, 3)
        refused = ""
    except ValueError as error:
        refused = str(error)
    assert ("nested" in refused) == (expected > 3)


@settings(patiently, max_examples=30)
@given(writers=st.integers(2, 8), rounds=st.integers(1, 4))
def test_updates_with_if_match_never_both_win(writers: int, rounds: int) -> None:
    api = memory_api()
    tag = api.post(SMARTPHONE).headers["ETag"]
    with ThreadPoolExecutor(writers) as pool:
        for _ in range(rounds):

            def write(writer: int, tag: str = tag) -> Any:
                return api.put("PROD001", {f"by{writer}": 1}, headers={"If-Match": tag})

            replies = list(pool.map(write, range(writers)))
            (winner,) = [reply for reply in replies if reply.status == 200]
            assert {reply.status for reply in replies if reply is not winner} == {412}
            tag = winner.headers["ETag"]
    product = api.get("PROD001").json
    assert product["version"] == 1 + rounds
    assert api.get("PROD001").headers["ETag"] == tag


@settings(patiently, max_examples=30)
@given(writers=st.integers(2, 20))
def test_without_if_match_every_change_counts(writers: int) -> None:
    api = memory_api()
    api.post(SMARTPHONE)
    with ThreadPoolExecutor(writers) as pool:
        replies = list(pool.map(lambda n: api.put("PROD001", {f"by{n}": n}), range(writers)))
    assert {reply.status for reply in replies} == {200}
    product = api.get("PROD001").json
    assert product["version"] == 1 + writers
    assert all(product[f"by{n}"] == n for n in range(writers))


SHAPES: list[dict[str, str]] = [
    {},
    {"CATEGORY_INDEX": INDEX},
    {"SORT_KEY": "category"},
    {"SORT_KEY": "category", "CATEGORY_INDEX": INDEX},
]
IDS = st.text("aZ09_", min_size=1, max_size=3)


@patiently
@given(
    products=st.lists(st.tuples(IDS, st.sampled_from("ABC")), max_size=24, unique=True),
    limit=st.integers(1, 100),
    page_bytes=st.integers(1, 3000),
)
def test_walking_pages_meets_every_product_once(
    products: list[tuple[str, str]], limit: int, page_bytes: int
) -> None:
    for shape in SHAPES:
        keys = ("productId", "category") if "SORT_KEY" in shape else ("productId",)
        table = MemoryTable(TABLE, keys, {INDEX: ("category", "productId")}, page_bytes)
        there = products if "SORT_KEY" in shape else list(dict(products).items())
        for product_id, category in there:  # as POST stores them
            key = {"productId": {"S": product_id}, "category": {"S": category}}
            table.put_item(TableName=TABLE, Item={**STORED, **key})
        for category in (None, "A"):
            met = walked(Api(table, **shape), len(there), limit, category)
            assert sorted(met) == sorted(p for p in there if category in (None, p[1]))


def walked(api: Api, count: int, limit: int, category: str | None) -> list[tuple[str, str]]:
    met: list[tuple[str, str]] = []
    query = {"limit": str(limit), **({"category": category} if category else {})}
    for _ in range(2 * count + 2):
        page = api.list(**query).json
        assert len(page["items"]) <= limit
        met += [(item["productId"], item["category"]) for item in page["items"]]
        if "nextToken" not in page:
            return met
        query["nextToken"] = page["nextToken"]
    pytest.fail("the walk has no end")
