"""What becomes of each row: new, as it is, changed, or told why not; and nothing twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from data_table import FakeAws
from test_data_rows import RULES

from productsapi.data.importing import BATCH, Import, Sent, Tally, _batches
from productsapi.data.keys import keys
from productsapi.data.partiql_inserts import STATEMENTS, Inserting
from productsapi.data.rate_limiter import RateLimiter, most_of
from productsapi.data.rows import BadRow, Row
from productsapi.data.table_store import TRIES, End, Product, Store, product_of
from productsapi.data.transactions import TRANSACTIONS
from productsapi.errors import AwsError, Cancelled

BASE = {"category": "T", "productName": "N", "productPrice": RULES.parse("1.50")}


def product(name: str, line: int = 1, **more: Any) -> Product:
    values = {"productId": name, **BASE, **more}
    return product_of(
        line, RULES.item_of(values), ("productId",), "sub-1", "2026-11-27T00:00:00.000Z"
    )


def store(aws: Any, mode: str = "create", write: Inserting = STATEMENTS) -> Store:
    pace = RateLimiter(sleep=lambda _: None)
    return Store(aws, "Products", ("productId",), pace, RULES.values_of, mode, "sub-1", write)


def stored(aws: FakeAws, name: str) -> dict[str, Any]:
    return RULES.values_of(aws.table.items[name,])


def test_a_new_product_is_as_the_api_makes_it() -> None:
    aws = FakeAws()
    assert store(aws).put([product("A")]) == [End(new=True)]
    assert stored(aws, "A") == {
        "productId": "A",
        **BASE,
        "createdAt": "2026-11-27T00:00:00.000Z",
        "createdBy": "sub-1",
        "updatedAt": "2026-11-27T00:00:00.000Z",
        "updatedBy": "sub-1",
        "version": RULES.parse("1"),
    }


def test_a_repeat_counts_as_imported() -> None:
    """As after a kill, or a lost answer: 1.5 is 1.50, and further fields are no matter."""
    aws = FakeAws()
    store(aws).put([product("A", colour="red")])
    again = product("A")
    again.given["productPrice"] = {"N": "1.500"}
    assert store(aws).put([again]) == [End()]
    assert stored(aws, "A")["version"] == RULES.parse("1")


def test_create_overwrites_nothing() -> None:
    aws = FakeAws()
    store(aws).put([product("A", stock=1)])
    [end] = store(aws).put([product("A", stock=2)])
    assert "other values" in end.why
    assert stored(aws, "A")["stock"] == RULES.parse("1")


@pytest.mark.parametrize(
    ("mode", "left"), [("upsert", {"stock", "colour"}), ("replace", {"stock"})]
)
def test_a_change_counts_and_keeps_who_made_it(mode: str, left: set[str]) -> None:
    aws = FakeAws()
    store(aws).put([product("A", stock=1, colour="red")])
    aws.table.items["A",]["createdBy"] = {"S": "somebody"}
    assert store(aws, mode).put([product("A", stock=2)]) == [End(changed=True)]
    found = stored(aws, "A")
    assert (found["version"], found["createdBy"], found["stock"]) == (2, "somebody", 2)
    assert {"stock", "colour"} & found.keys() == left
    assert store(aws, mode).put([product("A", stock=2)]) == [End()]
    assert stored(aws, "A")["version"] == RULES.parse("2")


@pytest.mark.parametrize("mode", ["upsert", "replace"])
def test_what_isnt_there_is_made(mode: str) -> None:
    aws = FakeAws()
    assert store(aws, mode).put([product("A"), product("B")]) == [End(new=True)] * 2
    assert len(aws.table.items) == 2


def test_who_was_faster_is_read_again() -> None:
    aws = FakeAws()
    store(aws).put([product("A", stock=1)])
    aws.faster = [{**product("A", stock=7, colour="blue").item, "version": {"N": "5"}}]
    assert store(aws, "upsert").put([product("A", stock=2)]) == [End(changed=True)]
    found = stored(aws, "A")
    assert (found["version"], found["stock"], found["colour"]) == (6, 2, "blue")


def test_a_product_without_version_gets_one() -> None:
    aws = FakeAws()
    aws.table.items["A",] = {"productId": {"S": "A"}, "stock": {"N": "1"}}
    assert store(aws, "upsert").put([product("A")]) == [End(changed=True)]
    assert stored(aws, "A")["version"] == RULES.parse("1")


def test_throttled_statements_are_sent_again() -> None:
    aws = FakeAws(throttled=130)
    made = [product(f"P{n}") for n in range(BATCH)]
    assert store(aws).put(made) == [End(new=True)] * BATCH
    assert len(aws.table.items) == BATCH


def test_a_throttle_without_end_is_reported() -> None:
    aws = FakeAws(throttled=10_000)
    [end] = store(aws).put([product("A")])
    assert "in time" in end.why
    assert aws.calls.count("BatchExecuteStatement") == TRIES


def test_unprocessed_keys_are_asked_for_again() -> None:
    aws = FakeAws()
    made = [product(f"P{n}") for n in range(5)]
    store(aws).put(made)
    aws.unprocessed = 3
    assert store(aws, "upsert").put(made) == [End()] * 5


@pytest.mark.parametrize("name", ["it's", 'a"b', "a b", "ä", "x" * 9000, "'}--"])
def test_no_field_name_is_part_of_a_statement(name: str) -> None:
    """It is the caller's text: whatever isn't plain gets a call in which no name is a text."""
    aws = FakeAws()
    made = product("A", **{name: "v"})
    assert store(aws).put([made, product("B")]) == [End(new=True)] * 2
    assert aws.table.items["A",][name] == {"S": "v"}
    assert sorted(aws.calls) == ["BatchExecuteStatement", "PutItem"]
    assert store(aws).put([made]) == [End()]


def test_what_dynamodb_refuses_is_reported() -> None:
    aws = FakeAws()
    [end] = store(aws).put([product("A", big="x" * 410_000)])
    assert "size" in end.why


def test_a_cancelled_transaction_goes_on_row_by_row() -> None:
    """One that exists with the row's values, one with others: 98 are stored all the same."""
    aws = FakeAws()
    store(aws).put([product("P7"), product("P8", stock=1)])
    ends = store(aws, write=TRANSACTIONS).put([product(f"P{n}") for n in range(100)])
    assert ends[7] == ends[8] == End()
    assert ends.count(End(new=True)) == 98
    assert len(aws.table.items) == 100
    assert aws.calls.count("TransactWriteItems") == 1


def test_a_throttled_transaction_goes_on() -> None:
    aws = FakeAws(throttled=150)
    made = [product(f"P{n}") for n in range(100)]
    assert store(aws, write=TRANSACTIONS).put(made) == [End(new=True)] * 100


@pytest.mark.parametrize("reasons", [(), (("ConditionalCheckFailed", ""),)])
def test_reasons_that_say_too_little_say_nothing(reasons: Any) -> None:
    class Short(FakeAws):
        def TransactWriteItems(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
            error = Cancelled("TransactWriteItems", "TransactionCanceledException", "no")
            error.reasons = reasons
            raise error

    ends = store(Short(), write=TRANSACTIONS).put([product("A"), product("B")])
    assert ends == [End(new=True)] * 2


def test_one_bad_item_doesnt_keep_others_out() -> None:
    aws = FakeAws()
    made = [product("A"), product("B", big="x" * 410_000), product("C")]
    first, second, third = store(aws, write=TRANSACTIONS).put(made)
    assert (first, third) == (End(new=True), End(new=True))
    assert "size" in second.why


@pytest.mark.parametrize(("write", "units"), [(STATEMENTS, 1), (TRANSACTIONS, 2)])
def test_a_transaction_counts_twice(write: Inserting, units: int) -> None:
    """What `--rate` and half of the table's ceiling are measured in."""
    one = store(FakeAws(), write=write)
    one.put([product(f"P{n}") for n in range(10)])
    assert one.pace._written == 10 * units


def test_a_batch_stays_below_four_megabytes() -> None:
    sent = [Sent(product("A"), "x" * 300_000)] * 7
    assert [len(each) for each in _batches(iter(sent))] == [2, 2, 2, 1]


def rows(names: Iterable[str]) -> Iterable[Row]:
    for line, name in enumerate(names, 1):
        yield Row(line, {"productId": name, **BASE}, name)


def imported(aws: Any, found: Iterable[Row | BadRow], **more: Any) -> tuple[Tally, list[BadRow]]:
    bad: list[BadRow] = []

    def check(row: Row) -> Product | list[BadRow]:
        checked = RULES.checked(row)
        return product(row.values["productId"], row.line) if isinstance(checked, Row) else checked

    with keys() as seen:
        put = None if more.get("dry") else store(aws).put
        return Import(check, put, bad.append, seen).run(iter(found)), bad


def test_each_row_is_counted_once() -> None:
    aws = FakeAws()
    names = [f"P{n}" for n in range(60)]
    found = [*rows(names), BadRow(61, "", "can't be read"), Row(62, {"productId": "!"}, "!")]
    tally, bad = imported(aws, found)
    assert (tally.read, tally.new, tally.bad) == (62, 60, 2)
    assert {row.line for row in bad} == {61, 62}
    again, _ = imported(aws, found)
    assert (again.new, again.there) == (0, 60)


def test_a_key_twice_in_a_file_is_a_bad_row() -> None:
    aws = FakeAws()
    tally, [bad] = imported(aws, rows(["A", "B", "A"]))
    assert (tally.new, tally.bad) == (2, 1)
    assert (bad.line, bad.field, bad.text) == (3, "productId", "A")
    assert "line 1" in bad.why


def test_a_dry_run_asks_nobody() -> None:
    aws = FakeAws()
    tally, bad = imported(aws, rows(["A", "B", "A"]), dry=True)
    assert (tally.new, tally.bad, len(bad)) == (2, 1, 1)
    assert aws.calls == []


def test_a_refused_call_ends_the_import() -> None:
    class Denied(FakeAws):
        def BatchExecuteStatement(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
            raise AwsError("BatchExecuteStatement", "AccessDeniedException", "no")

    with pytest.raises(AwsError, match="AccessDenied"):
        imported(Denied(), rows(f"P{n}" for n in range(500)))


def test_a_pace_lets_no_more_through_than_it_says() -> None:
    now = [0.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = RateLimiter(10.0, clock=lambda: now[0], sleep=sleep)
    for _ in range(5):
        pace.take(10)
    assert now[0] == pytest.approx(4.0)
    pace.throttled(0)
    begun = now[0]
    pace.take(10)
    pace.take(10)
    assert now[0] - begun >= 2.0
    for _ in range(200):
        pace.accepted()
    assert pace._rate == 10.0


def test_a_throttle_without_a_stated_rate_makes_one() -> None:
    now = [0.0]
    pace = RateLimiter(clock=lambda: now[0], sleep=lambda _: None)
    pace.take(1000)
    assert pace._rate is None
    now[0] = 10.0
    pace.throttled(1)
    assert pace._rate == pytest.approx(50.0)


@pytest.mark.parametrize(
    ("rate", "ceiling", "most"),
    [(None, None, None), (None, 40, 20), (30.0, 40, 30), (90.0, 40, 90), (5.0, None, 5)],
)
def test_callers_keep_half_of_the_tables_ceiling(
    rate: float | None, ceiling: int | None, most: float | None
) -> None:
    assert most_of(rate, ceiling) == most
