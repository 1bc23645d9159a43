"""Several log groups as one log: all of it, in order, side by side."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from watch_world import GROUPS, FakeLogs, messages

from productsapi.errors import AccessDenied

Pages = Iterator[dict[str, Any]]


def test_groups_come_in_order_of_time_then_arrival() -> None:
    world = FakeLogs().everywhere()
    world.add("get", 30, "third")
    world.add("create", 10, "first")
    world.add("api", 40, "fifth", ingested=60)
    world.add("update", 20, "second")
    world.add("delete", 40, "fourth", ingested=50)
    found = list(world.logs().events(0))
    assert messages(found) == ["first", "second", "third", "fourth", "fifth"]
    assert [event.source for event in found] == ["create", "update", "get", "delete", "api"]


def test_lines_of_one_instant_stay_as_they_come() -> None:
    world = FakeLogs().everywhere()
    for text in ("START", "said", "END", "REPORT"):
        world.add("get", 10, text)
    assert messages(list(world.logs().events(0))) == ["START", "said", "END", "REPORT"]


def test_all_pages_are_read() -> None:
    world = FakeLogs(page_size=3).everywhere()
    for number in range(20):
        world.add("get" if number % 3 else "create", number, str(number))
    found = world.logs().events(0)
    assert messages(list(found)) == [str(number) for number in range(20)]


def test_an_empty_page_is_not_the_end() -> None:
    class WithEmptyPages(FakeLogs):
        def pages(self, service: str, operation: str, **params: Any) -> Pages:
            for page in super().pages(service, operation, **params):
                yield {"events": []}
                yield page

    world = WithEmptyPages(page_size=1).everywhere()
    for number in range(3):
        world.add("get", number, str(number))
    assert messages(list(world.logs().events(0))) == ["0", "1", "2"]


def test_all_groups_are_asked_at_once() -> None:
    """Each call waits until the others are there too: one after the other, none would end."""
    world = FakeLogs(together=threading.Barrier(len(GROUPS))).everywhere()
    assert list(world.logs().events(0)) == []


def test_no_more_is_read_than_a_page_ahead() -> None:
    """A long log costs no memory, and whoever has seen enough pays for no more."""
    read: list[int] = []

    class Counting(FakeLogs):
        def pages(self, service: str, operation: str, **params: Any) -> Pages:
            for number, page in enumerate(super().pages(service, operation, **params)):
                read.append(number)
                yield page

    world = Counting(page_size=1)
    for number in range(50):
        world.add("get", number, str(number))
    found = world.logs("get").events(0)
    assert next(found).message == "0"
    assert next(found).message == "1"
    assert len(read) <= 3


def test_a_missing_group_has_no_events_and_is_noted() -> None:
    world = FakeLogs()
    world.add("get", 10, "said")
    logs = world.logs("get", "api")
    assert messages(list(logs.events(0))) == ["said"]
    assert logs.missing == {"api"}
    world.everywhere()
    assert messages(list(logs.events(0))) == ["said"]
    assert logs.missing == set()


def test_missing_groups_are_known_before_any_event() -> None:
    logs = FakeLogs().logs()
    logs.events(0)
    assert logs.missing == set(GROUPS)


def test_what_aws_refuses_is_raised() -> None:
    denied = AccessDenied("FilterLogEvents", "AccessDeniedException", "no")
    with pytest.raises(AccessDenied):
        FakeLogs(refusal=denied).logs().events(0)


def test_a_later_pages_error_comes_after_its_events() -> None:
    class Breaking(FakeLogs):
        def pages(self, service: str, operation: str, **params: Any) -> Pages:
            yield next(iter(super().pages(service, operation, **params)))
            raise AccessDenied(operation, "AccessDeniedException", "no more")

    world = Breaking(page_size=1)
    world.add("get", 1, "said")
    world.add("get", 2, "unheard")
    found = world.logs("get").events(0)
    assert next(found).message == "said"
    with pytest.raises(AccessDenied):
        next(found)


def test_only_the_time_and_pattern_asked_for_are_sent() -> None:
    world = FakeLogs().everywhere()
    list(world.logs("get").events(7))
    list(world.logs("get").events(7, pattern='"x"'))
    assert world.asked == [
        {"logGroupName": GROUPS["get"], "startTime": 7},
        {"logGroupName": GROUPS["get"], "startTime": 7, "filterPattern": '"x"'},
    ]


def test_around_an_event_only_its_stream_is_read() -> None:
    world = FakeLogs(page_size=1)
    for time, stream in ((0, "a"), (90, "a"), (100, "a"), (100, "b"), (110, "a"), (200, "a")):
        world.add("get", time, f"{stream}{time}", stream=stream)
    logs = world.logs("get")
    (hit,) = (event for event in logs.events(0) if event.message == "a100")
    assert messages(logs.around(hit, 10)) == ["a90", "a100", "a110"]
    assert messages(logs.around(hit, 1000)) == ["a0", "a90", "a100", "a110", "a200"]
    assert world.asked[-1]["startTime"] == 0, "CloudWatch takes no time before 1970"


def test_an_event_keeps_its_id_where_none_is_given() -> None:
    world = FakeLogs()
    for time, message in ((1, "a"), (1, "b"), (2, "a")):
        world.add("get", time, message)
        del world.events[GROUPS["get"]][-1]["eventId"]
    logs = world.logs("get")
    first, second = ([event.id for event in logs.events(0)] for _ in range(2))
    assert first == second
    assert len(set(first)) == 3
