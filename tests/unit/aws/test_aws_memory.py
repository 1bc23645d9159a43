"""A remembering caller: each question is asked once, by whoever is first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from threading import enumerate as enumerate_threads

import pytest
from aws_wire import Wire, error, ok

from productsapi.aws.caller import Aws, Stopped
from productsapi.errors import CredentialsError, NotFound

TABLE = {"TableName": "ProductsTable"}


def test_many_askers_at_once_make_one_call(aws: Aws, wire: Wire) -> None:
    wire.will(ok(Table=TABLE))
    looking, start = aws.remembering(), Barrier(8)

    def ask() -> object:
        start.wait()
        return looking.call("dynamodb", "DescribeTable", **TABLE)["Table"]

    with ThreadPoolExecutor(8) as pool:
        answers = [future.result() for future in [pool.submit(ask) for _ in range(8)]]
    assert answers == [TABLE] * 8
    assert len(wire.requests) == 1


def test_other_parameters_are_another_question(aws: Aws, wire: Wire) -> None:
    wire.will(ok(Table=TABLE))
    looking = aws.remembering()
    for name in ("First", "Second", "First"):
        looking.call("dynamodb", "DescribeTable", TableName=name)
    assert len(wire.requests) == 2


def test_that_something_is_missing_is_remembered_too(aws: Aws, wire: Wire) -> None:
    wire.will(error("ResourceNotFoundException"))
    looking = aws.remembering()
    for _ in range(2):
        with pytest.raises(NotFound):
            looking.call("dynamodb", "DescribeTable", **TABLE)
    assert len(wire.requests) == 1


def test_a_new_memory_and_a_forgetting_copy_ask_again(aws: Aws, wire: Wire) -> None:
    wire.will(ok(Table=TABLE))
    looking = aws.remembering()
    for caller in (looking, looking.forgetting(), looking.forgetting(), aws.remembering(), aws):
        caller.call("dynamodb", "DescribeTable", **TABLE)
    assert len(wire.requests) == 5


def test_refused_credentials_are_not_remembered(aws: Aws, wire: Wire) -> None:
    wire.will(error("ExpiredTokenException"), ok(Table=TABLE))
    looking = aws.remembering()
    with pytest.raises(CredentialsError):
        looking.call("dynamodb", "DescribeTable", **TABLE)
    assert looking.call("dynamodb", "DescribeTable", **TABLE)


def test_a_copy_reporting_waits_shares_the_memory(aws: Aws, wire: Wire) -> None:
    wire.will(ok(Table=TABLE))
    looking = aws.remembering()
    for caller in (looking, looking.reporting_waits(lambda _: None)):
        caller.call("dynamodb", "DescribeTable", **TABLE)
    assert len(wire.requests) == 1


def test_at_a_runs_end_who_waits_does_not_ask(aws: Aws, wire: Wire) -> None:
    """Else a hundred readers behind one throttled listing each send it before Ctrl-C counts."""
    wire.will(error("ThrottlingException"))
    waiting, ends = Event(), Event()

    def pause(_seconds: float) -> None:
        waiting.set()
        ends.wait(600)
        aws.stop.set()

    looking = Aws(aws.clients, aws.location, aws.stop, pause).remembering()

    def ask() -> None:
        looking.call("dynamodb", "DescribeTable", **TABLE)

    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(ask)
        waiting.wait(600)
        others = [pool.submit(ask) for _ in range(7)]
        ends.set()
        errors = [future.exception() for future in [first, *others]]
    assert {type(each) for each in errors} == {Stopped}
    assert len(wire.requests) == 1  # the first one's


# -- begun ahead -----------------------------------------------------------------------------------


def begun(aws: Aws, operation: str = "DescribeTable") -> None:
    """Begin a call ahead, and let it end."""
    before = set(enumerate_threads())
    aws.prefetch("dynamodb", operation, **TABLE)
    for thread in set(enumerate_threads()) - before:
        thread.join(600)


def test_a_call_begun_ahead_is_the_one_that_answers(aws: Aws, wire: Wire) -> None:
    wire.will(ok(Table=TABLE))
    looking = aws.remembering()
    begun(looking)
    assert len(wire.requests) == 1
    assert looking.call("dynamodb", "DescribeTable", **TABLE)["Table"] == TABLE
    assert len(wire.requests) == 1


def test_that_something_is_missing_is_found_ahead_too(aws: Aws, wire: Wire) -> None:
    wire.will(error("ResourceNotFoundException"))
    looking = aws.remembering()
    begun(looking)
    with pytest.raises(NotFound):
        looking.call("dynamodb", "DescribeTable", **TABLE)
    assert len(wire.requests) == 1


def test_ahead_nothing_waits_and_the_asker_does(
    aws: Aws, wire: Wire, pauses: list[float], reported: list[str]
) -> None:
    """Of a table that isn't there the tags are «not shown yet»: nobody is going to ask for them."""
    wire.will(error("ThrottlingException"))
    looking = aws.remembering()
    begun(looking)
    assert (pauses, reported) == ([], [])
    wire.will(error("ThrottlingException"), ok(Table=TABLE))
    assert looking.call("dynamodb", "DescribeTable", **TABLE)["Table"] == TABLE


def test_what_cannot_be_asked_ahead_meets_the_asker(aws: Aws, wire: Wire) -> None:
    wire.will(error("ExpiredTokenException"), ok(Table=TABLE))
    looking = aws.remembering()
    begun(looking)
    assert looking.call("dynamodb", "DescribeTable", **TABLE)


def test_once_the_run_is_ending_nothing_is_begun_ahead(aws: Aws, wire: Wire) -> None:
    looking = aws.remembering()
    aws.stop.set()
    begun(looking)
    assert wire.requests == []


def test_a_second_look_begins_with_all_the_first_asked(aws: Aws, wire: Wire) -> None:
    wire.will(ok(Table=TABLE))
    first = aws.remembering()
    for name in ("First", "Second"):
        first.call("dynamodb", "DescribeTable", TableName=name)
    before = set(enumerate_threads())
    second = aws.remembering(first.asked)
    for thread in set(enumerate_threads()) - before:
        thread.join(600)
    assert len(wire.requests) == 4
    second.call("dynamodb", "DescribeTable", TableName="Second")
    assert (len(wire.requests), set(second.asked), aws.asked) == (4, set(first.asked), ())


def test_without_a_memory_nothing_is_begun_ahead(aws: Aws, wire: Wire) -> None:
    begun(aws)
    assert wire.requests == []
