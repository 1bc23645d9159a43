"""How far back: what people say, and how it is cut for CloudWatch."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from productsapi.operations.telemetry.time_spans import DAY, KEPT, MOST_POINTS, begins, window

NOW = datetime(2026, 11, 22, 12, 34, 56, 789_000, timezone.utc).timestamp()


@pytest.mark.parametrize(
    ("text", "seconds"), [("0s", 0), ("30s", 30), ("10m", 600), ("2h", 7200), ("3d", 3 * DAY)]
)
def test_a_span_reaches_back_from_now(text: str, seconds: int) -> None:
    assert begins(text, NOW) == NOW - seconds


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T08:00Z", "2026-11-22T08:00:00z", "2026-11-22T09:00:00+01:00",
        "2026-11-22 08:00:00+00:00",
    ],
)  # fmt: skip
def test_a_time_with_an_offset_is_that_moment(text: str) -> None:
    assert begins(text, NOW) == datetime(2026, 11, 22, 8, tzinfo=timezone.utc).timestamp()


@pytest.mark.parametrize("text", ["2026-11-21", "2026-11-21T08:00", "2026-11-21 08:00:00.5"])
def test_a_time_without_an_offset_is_this_machines(text: str) -> None:
    assert begins(text, NOW) == datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    "text", ["", "10", "m", "10 m", "-5m", "1.5h", "1w", "yesterday", "\uff12h"]
)
def test_anything_else_is_refused_with_the_possible(text: str) -> None:
    with pytest.raises(ValueError, match="neither 30s, 10m, 2h or 3d nor an ISO 8601 time"):
        begins(text, NOW)


def test_what_is_still_to_come_is_refused() -> None:
    with pytest.raises(ValueError, match="hasn't come yet"):
        begins("2026-11-22T12:35Z", NOW)


def test_no_span_reaches_before_the_unix_epoch() -> None:
    """CloudWatch takes no time before it."""
    assert begins("999999999d", NOW) == 0
    assert begins("1960-01-01", NOW) == 0


SPANS = [
    1,
    60,
    600,
    3599,
    3600,
    3601,
    10_800,
    DAY,
    3 * DAY,
    15 * DAY,
    16 * DAY,
    63 * DAY,
    200 * DAY,
]


@pytest.mark.parametrize("seconds", SPANS)
def test_a_window_covers_the_span_in_few_points(seconds: int) -> None:
    found = window(NOW - seconds, NOW)
    assert found.start <= NOW - seconds
    assert NOW <= found.end <= NOW + 60
    assert 1 <= found.points <= MOST_POINTS + 2
    assert found.start == found.end - found.period * found.points


@pytest.mark.parametrize("seconds", SPANS)
def test_a_windows_periods_are_those_cloudwatch_keeps(seconds: int) -> None:
    """Of a start up to 15 days ago, minutes; up to 63, five minutes; beyond, hours."""
    found = window(NOW - seconds, NOW)
    age = NOW - found.start
    finest = 60 if age <= 15 * DAY else 300 if age <= 63 * DAY else 3600
    assert found.period % finest == 0
    assert found.seconds % finest == 0


def test_an_hour_is_two_minutes_even_some_time_later() -> None:
    assert window(NOW - 3600.9, NOW).period == 120


def test_a_window_reaches_no_further_than_what_is_kept() -> None:
    found = window(0, NOW)
    assert KEPT <= NOW - found.start < KEPT + found.period + 60


def test_each_moment_has_its_place() -> None:
    """Also one that an endpoint reports as the begin of a period that reaches into the window."""
    found = window(NOW - 600, NOW)
    assert found.location(found.start) == 0
    assert found.location(found.start + 60) == 1
    assert found.location(found.end - 1) == found.points - 1
    assert found.location(found.start - 30) == 0
    assert found.location(found.end) == found.points - 1
