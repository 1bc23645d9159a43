"""Following a log: each event once, also those that come late."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from watch_world import FakeLogs

from productsapi.operations.telemetry.logs import Event, Logs
from productsapi.operations.telemetry.tail import EVERY, LATE, following


class Enough(Exception):
    """The test has seen what it wanted."""


def followed(logs: Logs, *meanwhile: Callable[[], object], start: int = 0) -> list[str]:
    """What is printed while, between one look and the next, each of these happens."""
    happens = iter(meanwhile)
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        try:
            next(happens)()
        except StopIteration:
            raise Enough from None

    reported = until_enough(following(logs.events, start, sleep))
    assert set(pauses) == {EVERY}
    return reported


def until_enough(events: Iterator[Event]) -> list[str]:
    reported = []
    with contextlib.suppress(Enough):
        for event in events:
            reported.append(event.message)  # noqa: PERF401 - what came before the end counts too
    return reported


def test_what_was_there_comes_first_then_what_is_new() -> None:
    world = FakeLogs().everywhere()
    world.add("get", 1_000_000, "old")
    reported = followed(
        world.logs(),
        lambda: world.add("create", 1_001_000, "new"),
        lambda: None,
        lambda: world.add("get", 1_002_000, "newer"),
        lambda: None,
    )
    assert reported == ["old", "new", "newer"]


def test_what_comes_late_is_reported_all_the_same() -> None:
    world = FakeLogs().everywhere()
    world.add("get", 1_000_000, "function")
    late = 1_000_000 - LATE
    reported = followed(
        world.logs(),
        lambda: world.add("api", late, "gateway", ingested=1_004_000),
        lambda: world.add("api", late - 1, "too late", ingested=1_005_000),
        lambda: None,
    )
    assert reported == ["function", "gateway"]


def test_several_events_of_one_instant_are_all_named() -> None:
    world = FakeLogs().everywhere()
    world.add("get", 1_000_000, "one")
    reported = followed(
        world.logs(),
        lambda: world.add("get", 1_000_000, "two"),
        lambda: world.add("get", 1_000_000, "two"),
    )
    assert reported == ["one", "two", "two"]


def test_nothing_before_the_start_and_little_again() -> None:
    world = FakeLogs().everywhere()
    world.add("get", 999_000, "before")
    world.add("get", 1_000_000, "old")
    start = 999_500
    reported = followed(
        world.logs("get"),
        lambda: world.add("get", 1_000_100, "new"),
        lambda: world.add("get", 2_000_000, "much later"),
        lambda: None,
        start=start,
    )
    assert reported == ["old", "new", "much later"]
    assert [each["startTime"] for each in world.asked] == [
        start, start, start, 2_000_000 - LATE,
    ]  # fmt: skip


def test_a_group_that_comes_to_be_is_followed() -> None:
    world = FakeLogs()
    world.add("get", 1_000_000, "function")
    reported = followed(world.logs(), lambda: world.add("api", 1_000_100, "gateway"))
    assert reported == ["function", "gateway"]


def test_what_was_seen_is_forgotten_when_it_may_be() -> None:
    """Else following for days would fill the memory: the very same event would be noted again."""
    world = FakeLogs().everywhere()
    world.add("get", 1_000_000, "old")
    asked: list[int] = []

    def look(start: int) -> list[Event]:
        asked.append(start)
        return list(world.logs("get").events(0))  # as if an endpoint didn't look at the time

    def sleep(_seconds: float) -> None:
        world.add("get", 1_000_000 + 2 * LATE, "new")
        if len(asked) == 3:
            raise Enough

    assert until_enough(following(look, 0, sleep)) == ["old", "new", "old", "new"]
