"""Running work side by side: order, serial groups, first errors, Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Event, Lock

import pytest
from fake_cloud import Cloud, Thing

from productsapi.engine.graph import GraphError, in_order, making_edges, reading_edges, reverse
from productsapi.engine.resource import Resource
from productsapi.engine.scheduler import MAX_CONCURRENT, Outcome, run

ROOT = Path(__file__).parents[3]


def chain(cloud: Cloud) -> list[Resource]:
    """Given backwards: c needs b's output, b comes after a."""
    return [
        Thing(cloud, "c", inputs=("id of b",)),
        Thing(cloud, "b", outputs=("id of b",), depends_on=("a",)),
        Thing(cloud, "a"),
    ]


def do(resources: list[Resource], work: Callable[[Resource], None], stop: Event) -> Outcome:
    return run(resources, making_edges(resources), work, stop=stop, one_at_a_time=True)


def test_needs_and_after_make_the_order_else_as_given(cloud: Cloud) -> None:
    resources = [*chain(cloud), Thing(cloud, "d")]
    ordered = in_order(resources, making_edges(resources))
    assert [r.key for r in ordered] == ["a", "b", "c", "d"]


def test_removing_runs_the_other_way_round(cloud: Cloud) -> None:
    resources = chain(cloud)
    ordered = in_order(resources, reverse(making_edges(resources)))
    assert [r.key for r in ordered] == ["c", "b", "a"]


def test_reading_waits_only_for_what_locates(cloud: Cloud) -> None:
    resources = [Thing(cloud, "x", outputs=("id",)), Thing(cloud, "y", lookup_inputs=("id",))]
    edges = reading_edges([*resources, *chain(cloud)])
    assert edges == {"x": set(), "y": {"x"}, "a": set(), "b": set(), "c": set()}


def test_what_nobody_among_them_gives_holds_nothing_up(cloud: Cloud) -> None:
    lonely = Thing(
        cloud, "x", inputs=("elsewhere",), depends_on=("nobody",), lookup_inputs=("elsewhere",)
    )
    assert making_edges([lonely]) == reading_edges([lonely]) == {"x": set()}


def test_a_circle_is_reported_with_its_members(cloud: Cloud) -> None:
    resources = [
        Thing(cloud, "a", depends_on=("b",)),
        Thing(cloud, "b", depends_on=("a",)),
        Thing(cloud, "c"),
    ]
    with pytest.raises(GraphError, match="circle among a, b"):
        in_order(resources, making_edges(resources))


def test_what_is_independent_runs_at_the_same_time(cloud: Cloud) -> None:
    together = Barrier(8)  # passes only when all eight are under way at once
    things: list[Resource] = [Thing(cloud, str(n)) for n in range(8)]
    outcome = do(things, lambda _: together.wait(600) and None, Event())
    assert outcome.finished == {thing.key for thing in things}


def test_two_of_one_lane_never_run_together(
    cloud: Cloud,
) -> None:
    busy: dict[str | None, int] = {"slow": 0, "other": 0}
    most = dict(busy)
    lock, other_ran_during_slow = Lock(), Event()

    def work(resource: Resource) -> None:
        with lock:
            busy[resource.serial_group] += 1
            most[resource.serial_group] = max(
                most[resource.serial_group], busy[resource.serial_group]
            )
        if resource.serial_group == "slow":
            assert other_ran_during_slow.wait(600)
        else:
            other_ran_during_slow.set()
        with lock:
            busy[resource.serial_group] -= 1

    things: list[Resource] = [
        Thing(cloud, f"{group} {n}", serial_group=group)
        for n in range(5)
        for group in ("slow", "other")
    ]
    outcome = do(things, work, Event())
    assert (len(outcome.finished), most) == (10, {"slow": 1, "other": 1})


def test_lanes_do_not_count_for_reading(cloud: Cloud) -> None:
    together = Barrier(4)
    things = [Thing(cloud, str(n), serial_group="one") for n in range(4)]
    outcome = run(
        things,
        reading_edges(things),
        lambda _: together.wait(600) and None,
        stop=Event(),
        one_at_a_time=False,
    )
    assert not outcome.errors


def test_after_an_error_nothing_begins_and_all_ends(
    cloud: Cloud,
) -> None:
    failed, begun, stop = Event(), [], Event()

    def work(resource: Resource) -> None:
        begun.append(resource.key)
        if resource.key == "fails":
            failed.set()
            raise RuntimeError("no")
        assert stop.wait(600)

    things = [
        Thing(cloud, "fails"),
        Thing(cloud, "goes on"),
        Thing(cloud, "later", depends_on=("goes on",)),
    ]
    outcome = do(list(things), work, stop)
    assert sorted(begun) == ["fails", "goes on"]
    assert outcome.finished == {"goes on"}
    assert [str(error) for error in outcome.errors.values()] == ["no"]
    assert not outcome.interrupted


def test_what_a_failed_one_was_needed_for_is_not_begun(cloud: Cloud) -> None:
    begun = []

    def work(resource: Resource) -> None:
        begun.append(resource.key)
        raise RuntimeError("no")

    do(chain(cloud), work, Event())
    assert begun == ["a"]


def test_a_stop_left_over_does_not_end_the_next_run(
    cloud: Cloud,
) -> None:
    """An empty reading would say that nothing exists, and everything would be planned anew."""
    stop = Event()
    stop.set()
    assert do(chain(cloud), lambda _: None, stop).finished == {"a", "b", "c"}


def test_ctrl_c_begins_nothing_and_lets_calls_end(cloud: Cloud) -> None:
    stop, begun = Event(), []

    def work(resource: Resource) -> None:
        begun.append(resource.key)
        _press_ctrl_c()
        assert stop.wait(600)  # a wait ends at once; a call under way takes the time it takes
        time.sleep(0.05)

    things: list[Resource] = [Thing(cloud, "a"), Thing(cloud, "b", depends_on=("a",))]
    outcome = do(things, work, stop)
    assert (begun, outcome.finished, outcome.interrupted) == (["a"], {"a"}, True)


def test_the_first_ctrl_c_is_answered_at_once(cloud: Cloud) -> None:
    stop, answered = Event(), Event()

    def work(_resource: Resource) -> None:
        _press_ctrl_c()
        assert answered.wait(600)  # it's still under way then

    things: list[Resource] = [Thing(cloud, "a")]
    edges = making_edges(things)
    outcome = run(
        things, edges, work, stop=stop, one_at_a_time=True, on_ctrl_c=answered.set
    )  # fmt: skip
    assert (outcome.finished, outcome.abandoned) == ({"a"}, set())


def test_a_second_ctrl_c_abandons_what_is_under_way(cloud: Cloud) -> None:
    """A call may hang for minutes. What it did is found out by the next run."""
    stop, answered, ended = Event(), Event(), Event()

    def work(resource: Resource) -> None:
        if resource.key == "quick":
            return
        _press_ctrl_c()
        answered.wait(600)
        _press_ctrl_c()
        assert ended.wait(600)

    things = [Thing(cloud, "quick"), Thing(cloud, "hangs", depends_on=("quick",)),
              Thing(cloud, "later", depends_on=("hangs",))]  # fmt: skip
    edges = making_edges(things)
    outcome = run(
        things, edges, work, stop=stop, one_at_a_time=True, on_ctrl_c=answered.set
    )  # fmt: skip
    ended.set()
    assert (outcome.finished, outcome.abandoned) == ({"quick"}, {"hangs"})
    assert outcome.interrupted
    assert not outcome.errors


def test_what_is_abandoned_does_not_hold_up_the_end() -> None:
    """Python waits for the threads of a pool, and so for a call that hangs."""
    script = """
import signal, sys, threading
sys.path.insert(0, "tests/unit/engine")
from fake_cloud import Cloud, Thing
from productsapi.engine.graph import making_edges
from productsapi.engine.scheduler import run
answered = threading.Event()
def work(resource):
    signal.raise_signal(signal.SIGINT)
    answered.wait(600)
    signal.raise_signal(signal.SIGINT)
    threading.Event().wait()
things = [Thing(Cloud(), "hangs")]
signal.signal(signal.SIGINT, signal.default_int_handler)
outcome = run(things, making_edges(things), work, stop=threading.Event(), one_at_a_time=True,
              on_ctrl_c=answered.set)
print(*outcome.abandoned)
"""
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert ran.stdout.split() == ["hangs"]


def test_no_more_than_the_limit_are_under_way_at_once(cloud: Cloud) -> None:
    lock, full, most = Lock(), Event(), [0]
    under_way: set[str] = set()

    def work(resource: Resource) -> None:
        with lock:
            under_way.add(resource.key)
            most.append(len(under_way))
            if len(under_way) == MAX_CONCURRENT:
                full.set()
        assert full.wait(600)
        with lock:
            under_way.remove(resource.key)

    things: list[Resource] = [Thing(cloud, str(n)) for n in range(MAX_CONCURRENT + 12)]
    assert len(do(things, work, Event()).finished) == len(things)
    assert max(most) == MAX_CONCURRENT


def test_after_a_run_ctrl_c_is_what_it_was(cloud: Cloud) -> None:
    do(chain(cloud), lambda _: None, Event())
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_whoever_handles_ctrl_c_himself_keeps_it(cloud: Cloud) -> None:
    heard = []

    def handler(*_args: object) -> None:
        heard.append(1)

    before = signal.signal(signal.SIGINT, handler)
    try:
        outcome = do([Thing(cloud, "a")], lambda _: _press_ctrl_c(), Event())
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert (outcome.finished, outcome.interrupted) == ({"a"}, False)


def test_it_runs_in_another_thread_than_the_main_one(cloud: Cloud) -> None:
    outcomes = []
    thread = threading.Thread(
        target=lambda: outcomes.append(do(chain(cloud), lambda _: None, Event()))
    )
    thread.start()
    thread.join(600)
    assert outcomes[0].finished == {"a", "b", "c"}


def _press_ctrl_c() -> None:
    signal.raise_signal(signal.SIGINT)  # Python hands it to the main thread
