"""One request's trace, from any of its ids."""

from __future__ import annotations

import pytest
from watch_world import GROUPS, FakeLogs, access, end, messages, ours, reported, start

from productsapi.operations.telemetry.log_lines import read
from productsapi.operations.telemetry.request_trace import AN_ID, LONGEST, invocations, traced

GATEWAYS = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
EXTENDED = f"ext-{GATEWAYS}="
LAMBDAS = "18fab177-944f-44f1-992f-30e47aa869a9"
INIT = "INIT_START Runtime Version: python:3.13.v64\n"

WHOLE = [INIT, start(LAMBDAS), ours(GATEWAYS), end(LAMBDAS), reported(LAMBDAS, init=True)]


def busy_world() -> FakeLogs:
    """Requests before, after and beside the one that is looked for."""
    world = FakeLogs(page_size=2).everywhere()
    for number, message in enumerate(WHOLE):
        world.add("get", 1000 + number, message, stream="[7]one")
    for number in range(3):
        own = f"0000000{number}-0000-0000-0000-000000000000"
        for offset, message in enumerate(
            (start(own), ours(f"other-{number}"), end(own), reported(own))
        ):
            world.add("get", 1010 + 10 * number + offset, message, stream="[7]one")
            world.add("get", 1000 + offset, message.replace("0000-", "1111-"), stream="[7]two")
        world.add("api", 1006 + number, access(f"other-{number}", own))
    world.add("api", 1006, access(GATEWAYS, LAMBDAS))
    return world


def output(world: FakeLogs, request_id: str, *sources: str) -> list[str]:
    return [m.rstrip("\n") for m in messages(traced(world.logs(*sources), request_id, 0))]


EXPECTED = [message.rstrip("\n") for message in (*WHOLE, access(GATEWAYS, LAMBDAS))]


@pytest.mark.parametrize("request_id", [GATEWAYS, EXTENDED, LAMBDAS])
def test_each_of_its_ids_finds_the_whole_trace(request_id: str) -> None:
    assert output(busy_world(), request_id) == EXPECTED


@pytest.mark.parametrize("request_id", [GATEWAYS, LAMBDAS])
def test_without_an_access_log_the_function_logs_it(request_id: str) -> None:
    world = busy_world()
    del world.events[GROUPS["api"]]
    assert output(world, request_id) == EXPECTED[:-1]


def test_the_gateways_refusals_are_the_access_logs() -> None:
    world = FakeLogs().everywhere()
    world.add("api", 1000, access(GATEWAYS, "-", status="401"))
    assert output(world, GATEWAYS) == [access(GATEWAYS, "-", status="401")]


def test_a_silent_function_is_found_by_the_access_log() -> None:
    """Its log level leaves successes out, or it broke before it could say anything."""
    broken = [start(LAMBDAS), "[ERROR] MemoryError", end(LAMBDAS), reported(LAMBDAS)]
    world = FakeLogs().everywhere()
    for number, message in enumerate(broken):
        world.add("update", 1000 + number, message)
    world.add("api", 1006, access(GATEWAYS, LAMBDAS, status="502"))
    assert output(world, GATEWAYS) == [
        *(message.rstrip("\n") for message in broken), access(GATEWAYS, LAMBDAS, status="502"),
    ]  # fmt: skip


def test_an_invocation_before_it_is_not_its_trace() -> None:
    """Of the same instance: they stand in one stream."""
    former = "00000000-0000-0000-0000-000000000000"
    world = FakeLogs().everywhere()
    lines = [
        [start(own), ours(gateways), end(own), reported(own)]
        for own, gateways in ((former, "former"), (LAMBDAS, GATEWAYS))
    ]
    for number, message in enumerate([*lines[0], *lines[1]]):
        world.add("get", 1000 + number, message)
    assert output(world, GATEWAYS) == [message.rstrip("\n") for message in lines[1]]


def test_an_unknown_id_has_no_trace() -> None:
    assert output(busy_world(), "nobody-knows-it") == []


def test_an_id_of_something_else_has_no_trace() -> None:
    """A user's id is in the lines of all that this user has done."""
    world = FakeLogs().everywhere()
    world.add("get", 1000, ours(GATEWAYS, sub="95bc0e23-4cdb-4495"))
    assert output(world, "95bc0e23-4cdb-4495") == []


def test_before_the_given_time_nothing_is_looked_for() -> None:
    world = busy_world()
    assert traced(world.logs(), GATEWAYS, 1_007) == []


def test_a_line_outside_any_invocation_names_itself() -> None:
    world = FakeLogs().everywhere()
    world.add("get", 1000, ours(GATEWAYS))
    assert output(world, GATEWAYS) == [ours(GATEWAYS).rstrip("\n")]


def test_few_calls_are_made() -> None:
    """A look through all groups for each of the three ids, and one into the function's stream."""
    world = busy_world()
    output(world, GATEWAYS)
    assert len(world.asked) == 3 * len(GROUPS) + 1
    (stream,) = (each for each in world.asked if "logStreamNames" in each)
    assert stream["endTime"] - stream["startTime"] <= 2 * LONGEST


# -- invocations -------------------------------------------------------------------------------


def split(*lines: str) -> list[list[str]]:
    world = FakeLogs()
    for number, message in enumerate(lines):
        world.add("get", number, message)
    parts = invocations(world.logs("get").events(0))
    return [[message.split()[0] for message in messages(part)] for part in parts]


def test_from_start_to_report_belongs_together() -> None:
    assert split(
        start("a"), "x", end("a"), "late", reported("a"), start("b"), "y", reported("b")
    ) == [
        ["START", "x", "END", "late", "REPORT"],
        ["START", "y", "REPORT"],
    ]


def test_an_instances_start_is_its_first_invocations() -> None:
    assert split(INIT, "loading", start("a"), reported("a")) == [
        ["INIT_START", "loading", "START", "REPORT"]
    ]


def test_a_stream_seen_from_the_middle_is_understood() -> None:
    assert split("x", end("a"), reported("a"), start("b")) == [["x", "END", "REPORT"], ["START"]]


def test_a_time_out_after_its_report_belongs_to_it() -> None:
    late = "2026-11-22T21:28:03.711Z a Task timed out after 10.01 seconds"
    assert split(start("a"), end("a"), reported("a"), late, INIT, start("b")) == [
        ["START", "END", "REPORT", "2026-11-22T21:28:03.711Z"],
        ["INIT_START", "START"],
    ]


# -- ids ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [GATEWAYS, EXTENDED, "JKJaXmPLvHcESHA=", "a+b/c_d-e="])
def test_what_the_gateway_and_lambda_give_is_an_id(name: str) -> None:
    assert AN_ID.fullmatch(name)


@pytest.mark.parametrize(
    "name",
    ["", "-", "short", 'a" -"b12345', "two words 123", "a" * 129, "ééééééééé", "{$.a}1234"],
)
def test_what_may_be_more_than_a_phrase_is_none(name: str) -> None:
    assert not AN_ID.fullmatch(name)


TRACE = "1-5759e988-bd862e3fe1be46a994272793"
TRACED = f"XRAY TraceId: {TRACE}\tSegmentId: 557abcec3ee5a047\tSampled: true"


def traced_world() -> FakeLogs:
    """Two requests of one caller's trace."""
    world = FakeLogs().everywhere()
    for number, own in enumerate((LAMBDAS, LAMBDAS.replace("1", "2"))):
        at = 1000 + 100 * number
        world.add("get", at, start(own), stream=f"s{number}")
        world.add("get", at + 1, reported(own).rstrip("\n") + f"\n{TRACED}", stream=f"s{number}")
    return world


def test_a_request_stands_alone_and_names_its_trace() -> None:
    found = output(traced_world(), LAMBDAS)
    assert len(found) == 2
    assert read(found[-1]).trace_id == TRACE


def test_a_trace_shows_all_its_requests() -> None:
    assert len(output(traced_world(), TRACE)) == 4
