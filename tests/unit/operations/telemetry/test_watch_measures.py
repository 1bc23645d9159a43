"""CloudWatch asked for metrics: in the form that it takes, and all of what it answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest

from productsapi.aws.caller import Aws
from productsapi.errors import AccessDenied
from productsapi.operations.telemetry.metric_queries import MOST_QUERIES, Answers, Measure, ask
from productsapi.operations.telemetry.time_spans import Window

Stub = Callable[[str], Any]

START = 1_800_000_000
WINDOW = Window(START, 60, 5)
COUNT = Measure("AWS/Lambda", (("FunctionName", "f"),), "Invocations", "Sum")
P95 = Measure("AWS/Lambda", (("FunctionName", "f"),), "Duration", "p95", whole=True)


def result(name: str, *points: tuple[int, float], status: str = "Complete", **more: Any) -> Any:
    """In AWS's form, which gives the newest first."""
    newest_first = sorted(points, reverse=True)
    return {
        "Id": name,
        "Label": name,
        "Timestamps": [datetime.fromtimestamp(START + t, timezone.utc) for t, _ in newest_first],
        "Values": [value for _, value in newest_first],
        "StatusCode": status,
        **more,
    }


def test_a_metric_is_over_time_a_percentile_of_all(aws: Aws, stub: Stub) -> None:
    """Else p95 would be the p95 of some minute: of parts, it can't be reckoned."""

    def query(name: str, metric: str, period: int, stat: str) -> dict[str, Any]:
        dimensions = [{"Name": "FunctionName", "Value": "f"}]
        asked = {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": dimensions}
        return {"Id": name, "MetricStat": {"Metric": asked, "Period": period, "Stat": stat}}

    stub("cloudwatch").add_response(
        "get_metric_data",
        {"MetricDataResults": [result("m0", (0, 2.0), (120, 3.0)), result("m1", (0, 17.5))]},
        {
            "MetricDataQueries": [
                query("m0", "Invocations", 60, "Sum"),
                query("m1", "Duration", 300, "p95"),
            ],
            "StartTime": START,
            "EndTime": START + 300,
        },
    )
    answers = ask(aws, [COUNT, P95], WINDOW)
    assert answers.total(COUNT) == 5
    assert answers.series(COUNT) == (2, 0, 3, 0, 0)
    assert answers.figure(P95) == 17.5
    assert answers.notes == ()


def test_what_has_no_data_is_not_zero(aws: Aws, stub: Stub) -> None:
    stub("cloudwatch").add_response(
        "get_metric_data", {"MetricDataResults": [result("m0"), result("m1")]}
    )
    answers = ask(aws, [COUNT, P95], WINDOW)
    assert (answers.total(COUNT), answers.figure(P95), answers.series(COUNT)) == (None, None, ())


def test_measured_zeros_are_zeros(aws: Aws, stub: Stub) -> None:
    stub("cloudwatch").add_response(
        "get_metric_data", {"MetricDataResults": [result("m0", (0, 0.0), (60, 0.0))]}
    )
    answers = ask(aws, [COUNT], WINDOW)
    assert (answers.total(COUNT), answers.series(COUNT)) == (0, (0, 0, 0, 0, 0))


def test_a_metric_that_comes_in_parts_is_put_together(aws: Aws, stub: Stub) -> None:
    """PartialData goes on with the next token."""
    parts = [
        {
            "MetricDataResults": [result("m0", (120, 3.0), status="PartialData")],
            "NextToken": "more",
        },
        {"MetricDataResults": [result("m0", (0, 2.0)), result("m1", (0, 9.0))]},
    ]
    for part in parts:
        stub("cloudwatch").add_response("get_metric_data", part)
    answers = ask(aws, [COUNT, P95], WINDOW)
    assert (answers.total(COUNT), answers.figure(P95)) == (5, 9.0)


def test_what_is_asked_for_twice_is_asked_once(aws: Aws, stub: Stub) -> None:
    """CloudWatch is paid by the metric."""
    stub("cloudwatch").add_response(
        "get_metric_data", {"MetricDataResults": [result("m0", (0, 2.0))]}
    )
    assert ask(aws, [COUNT, COUNT], WINDOW).total(COUNT) == 2


def test_no_call_asks_for_more_than_aws_allows(aws: Aws, stub: Stub) -> None:
    measures = [Measure("AWS/Lambda", (), f"M{n}", "Sum") for n in range(2 * MOST_QUERIES + 1)]
    for size in (MOST_QUERIES, MOST_QUERIES, 1):
        answer = {"MetricDataResults": [result(f"m{n}", (0, 1.0)) for n in range(size)]}
        stub("cloudwatch").add_response("get_metric_data", answer)
    answers = ask(aws, measures, WINDOW)
    assert [answers.total(measure) for measure in measures] == [1] * len(measures)


def test_what_cloudwatch_says_of_it_is_reported_once(aws: Aws, stub: Stub) -> None:
    message = {"Code": "MaxMetricsExceeded", "Value": "Maximum number of allowed metrics exceeded"}
    stub("cloudwatch").add_response(
        "get_metric_data",
        {
            "Messages": [message],
            "MetricDataResults": [
                result("m0", status="InternalError"),
                result("m1", status="InternalError", Messages=[{"Code": "Odd", "Value": "no"}]),
            ],
        },
    )
    assert ask(aws, [COUNT, P95], WINDOW).notes == (
        "CloudWatch says: Maximum number of allowed metrics exceeded",
        "CloudWatch left something out (InternalError): try again",
        "CloudWatch says: no",
    )


def test_a_refusal_names_the_permission(aws: Aws, stub: Stub) -> None:
    stub("cloudwatch").add_client_error("get_metric_data", "AccessDenied", "no", 403)
    with pytest.raises(AccessDenied) as caught:
        ask(aws, [COUNT], WINDOW)
    assert "cloudwatch:GetMetricData" in caught.value.message


def test_a_window_cut_in_two_has_a_bound_for_both() -> None:
    """One that begins its periods at multiples of them: the first then begins before the window."""
    answers = Answers(
        WINDOW, {P95: {START - 30.0: 40.0, START + 270.0: 50.0}, COUNT: {START - 30.0: 1.0}}
    )
    assert answers.figure(P95) == 50.0
    assert answers.series(COUNT) == (1, 0, 0, 0, 0)
