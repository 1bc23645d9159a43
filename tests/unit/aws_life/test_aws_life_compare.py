"""Two clouds' answers to the same calls, compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from life_calls import Call
from life_compare import Difference, compare
from life_pretended import PUT_IN, shows
from life_report import Played, Report
from life_times import times

CALL = Call("deploy", "dynamodb", "DescribeTable", "T", 1, {}, 200, "", None, 0.0, 0.1)


def answered(body: Any, status: int = 200, code: str = "", began: float = 0.0) -> Call:
    return replace(CALL, body=body, status=status, code=code, began=began)


def differences(local: list[Call], aws: list[Call]) -> list[tuple[str, str, str, str]]:
    return [(d.what, d.where, d.local, d.aws) for d in compare(local, aws)]


@pytest.mark.parametrize(
    ("local", "aws", "reported"),
    [
        ({"a": 1}, {"a": 2}, []),  # values are of the account
        ({"a": 1}, {"a": "1"}, [("shapes", "body.a", "number", "text")]),
        ({"a": 1}, {"a": 1, "b": {"c": 1}}, [("shapes", "body.b", "absent", "object")]),
        ({"l": [{"a": 1}]}, {"l": [{}]}, [("shapes", "body.l[].a", "number", "absent")]),
        ({"l": ["b", "a", "c"]}, {"l": ["c", "a", "b"]}, []),  # as they were made
        ({"l": [{"a": 1}]}, {"l": []}, []),  # an empty list says nothing of its entries
        ({"l": ["a", "b"]}, {"l": ["b", "a"]}, [("orders", "body.l", "a b", "b a")]),
        (
            {"l": [{"name": "a"}, {"name": "b"}]},
            {"l": [{"name": "b"}, {"name": "a"}]},
            [("orders", "body.l", "a b", "b a")],
        ),
        ({"message": "no T"}, {"message": "T?"}, [("texts", "body.message", "no T", "T?")]),
        ({"message": "after 3 s"}, {"message": "after 12 s"}, []),
        ({"tags": {"a": "1"}}, {"tags": {"b": "1"}}, []),  # names of the stack's own
    ],
)
def test_answers_are_compared_but_for_their_values(
    local: Any, aws: Any, reported: list[tuple[str, str, str, str]]
) -> None:
    assert differences([answered(local)], [answered(aws)]) == reported


def test_a_refusal_on_the_way_is_a_difference_of_codes() -> None:
    refused = answered({"message": "not yet"}, 400, "InvalidParameterValueException")
    found = differences([answered({"a": 1})], [refused, answered({"a": 1}, began=1.0)])
    reported = "400 InvalidParameterValueException: not yet"
    assert found == [("codes", "refusal", "none", reported)]


def test_another_status_of_a_success_is_reported() -> None:
    found = differences([answered(None, 202)], [answered(None, 204)])
    assert found == [("codes", "status and code", "202", "204")]


def test_states_seen_at_other_times_are_no_difference() -> None:
    """All looks at one thing are taken together."""
    before, after = {"Status": "CREATING"}, {"Status": "ACTIVE", "Indexes": [{"Name": "i"}]}
    local = [answered(before), answered(after, began=1.0)]
    assert differences(local, [answered(before), *local]) == []


def test_looking_more_often_is_no_difference() -> None:
    assert differences([answered({})], [answered({}), answered({}, began=1.0)]) == []


def test_what_only_one_side_calls_is_reported() -> None:
    assert differences([], [answered({})]) == [("calls", "whether it is made", "not made", "200")]


def test_a_difference_is_one_row_however_often_seen() -> None:
    local, aws = answered({"a": 1}), answered({})
    other = {"resource": "U", "scene": "drift"}
    found = compare([local, replace(local, **other)], [aws, replace(aws, **other)])
    [(difference, seen)] = found.items()
    assert difference == Difference("DescribeTable", "shapes", "body.a", "number", "absent")
    assert (seen.times, set(seen.scenes)) == (2, {"deploy", "drift"})


def test_times_are_read_from_refusals_and_states() -> None:
    def look(status: str, began: float) -> Call:
        return answered({"Table": {"TableStatus": status}}, began=began)

    refused = replace(CALL, operation="CreateFunction", status=400, code="NotYet", began=1.0)
    made = replace(refused, status=201, code="", began=9.5)
    found = {
        each.what: each.seconds
        for each in times([refused, made, look("CREATING", 1.0), look("ACTIVE", 5.0)])
    }
    assert found["until CreateFunction isn't refused by NotYet any more"] == (8.5,)
    assert found["DescribeTable.Table.TableStatus from CREATING to ACTIVE"] == (4.0,)
    assert found["DescribeTable, answered"] == (0.1, 0.1)


def test_the_report_is_a_table_that_a_test_begins_with() -> None:
    report = Report(
        "AWS", ["cache: $15"], [Played("deploy", 1.0, 9.0)], [answered({"a|b": 1})], [CALL]
    )
    text = report.markdown()
    assert "| deploy | 1.0 | 9.0 | well |" in text
    assert "| DescribeTable | shapes | body | object | null | 1 | deploy: T |" in text


def test_a_row_that_was_put_in_is_missed_where_absent() -> None:
    assert not any(shows([], put) for put in PUT_IN)
