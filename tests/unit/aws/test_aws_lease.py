"""The lease: who has it, who waits, who takes over from whom, and that it's never had by two."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from parameter_store import NAME, Machines, Run, Store, lost

from productsapi.aws.holder import LIFE
from productsapi.aws.lease import BEAT, BEAT_AGAIN, FRESH, MARGIN, SETTLE, LeaseLost
from productsapi.errors import Interrupted, NotFound, Refused


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def machines(store: Store) -> Machines:
    return Machines(store)


def taken(run: Run) -> Run:
    run.lease.take()
    return run


def beating(run: Run) -> Callable[[], None]:
    def beat() -> None:
        run.lease.beat()

    return beat


# -- alone -----------------------------------------------------------------------------------------


def test_alone_it_takes_one_call_to_have_it_and_one_to_give_it_back(
    store: Store, machines: Machines
) -> None:
    run = taken(machines.run("a"))
    run.lease.release()
    assert store.operations == ["PutParameter", "DeleteParameter"]
    assert store.value is None
    (_, put), _ = store.calls
    assert put["Overwrite"] is False
    assert put["Tags"] == [{"Key": "productsapi:stack", "Value": "shop"}]
    assert (put["Type"], put["Tier"]) == ("String", "Standard")


def test_its_value_says_who_has_it_since_when_and_until_when(
    store: Store, machines: Machines
) -> None:
    taken(machines.run("a", caller="assumed-role/Admin/alice"))
    assert json.loads(store.value or "") == {
        "nonce": "a",
        "who": "assumed-role/Admin/alice",
        "host": "host-7",
        "doing": "deploying",
        "since": "2026-11-22T21:00:00Z",
        "until": "2026-11-22T21:01:00Z",
        "machine": "boot of host-7",
        "pid": 1,
        "started": "4711",
    }


def test_a_run_that_never_asked_for_it_gives_nothing_back(store: Store, machines: Machines) -> None:
    machines.run("a").lease.release()
    assert store.calls == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_answer_that_is_lost_on_the_way_to_it_makes_no_difference(
    store: Store, machines: Machines, when: str
) -> None:
    getattr(store, when)["PutParameter"].append(lost)
    run = taken(machines.run("a"))
    assert store.holder == "a"
    run.lease.guard()
    run.lease.release()
    assert store.value is None


def test_an_answer_lost_while_reads_lag_behind_makes_no_difference_either(
    store: Store, machines: Machines
) -> None:
    def not_shown() -> None:
        raise NotFound("GetParameter", "ParameterNotFound", "")

    store.after["PutParameter"].append(lost)
    store.before["GetParameter"] += [not_shown, not_shown]
    run = taken(machines.run("a"))
    run.lease.guard()
    assert store.version == 1


# -- waiting for another ---------------------------------------------------------------------------


def test_another_run_is_waited_for_in_words_and_its_end_is_noticed(
    store: Store, machines: Machines
) -> None:
    first = taken(machines.run("a", "host-7", caller="user/alice"))
    second = machines.run("b", "host-8")
    store.later[20.0] = first.lease.release
    second.lease.take()
    assert store.holder == "b"
    assert 20 <= store.now < 25
    told = "alice on host-7 has been deploying since 2026-11-22T21:00:00Z; "
    told += "until that ends, or its lease runs out at 2026-11-22T21:01:00Z"
    assert set(second.caller.told) == {told}


def test_what_is_told_of_one_run_stays_the_same_while_it_renews(
    store: Store, machines: Machines
) -> None:
    """So that it's told once."""
    first = taken(machines.run("a"))
    for moment in range(15, 200, 15):
        store.later[moment] = beating(first)
    store.later[200.0] = first.lease.release
    second = taken(machines.run("b", "host-8"))
    assert store.now >= 200
    assert len(set(second.caller.told)) == 1


def test_a_run_that_goes_on_and_on_is_not_waited_for_for_ever(
    store: Store, machines: Machines
) -> None:
    first = taken(machines.run("a", caller="user/alice"))
    for moment in range(15, 3600, 15):
        store.later[moment] = beating(first)
    second = machines.run("b", "host-8")
    with pytest.raises(Refused, match="alice on host-7 has been deploying") as caught:
        second.lease.take()
    assert 300 <= store.now <= 900
    assert "repeat" in caught.value.hint
    second.lease.release()
    assert store.holder == "a", "what it waited for isn't its own to remove"


def test_only_looks_are_made_while_waiting(store: Store, machines: Machines) -> None:
    """Writes have the smaller quota, and an account has one for all its parameters."""
    first = taken(machines.run("a"))
    store.later[40.0] = first.lease.release
    taken(machines.run("b", "host-8"))
    assert store.operations.count("PutParameter") == 3  # the first's, and two of the second's


# -- taking over -----------------------------------------------------------------------------------


def test_a_dead_process_of_this_machine_is_not_waited_for(store: Store, machines: Machines) -> None:
    machines.die(taken(machines.run("a")))
    taken(machines.run("b"))
    assert (store.holder, store.now) == ("b", SETTLE)


def test_of_another_machines_processes_nothing_is_known(store: Store, machines: Machines) -> None:
    machines.die(taken(machines.run("a", "host-7")))
    taken(machines.run("b", "host-8"))
    assert (store.holder, store.now >= LIFE) == ("b", True)


@pytest.mark.parametrize("until", ["2001-01-01T00:00:00Z", "2099-01-01T00:00:00Z"])
def test_a_lease_runs_out_by_standing_unchanged_whatever_another_clock_says(
    store: Store, machines: Machines, until: str
) -> None:
    taken(machines.run("a", "host-7"))
    store.value = json.dumps({**json.loads(store.value or ""), "until": until})
    taken(machines.run("b", "host-8"))
    assert store.holder == "b"
    assert LIFE + SETTLE <= store.now <= LIFE + SETTLE + 5


def test_a_renewal_starts_its_life_anew(store: Store, machines: Machines) -> None:
    first = taken(machines.run("a", "host-7"))
    store.later[45.0] = beating(first)
    taken(machines.run("b", "host-8"))
    assert store.now >= 45 + LIFE


def test_what_is_old_by_awss_own_clock_has_run_out_long_ago(
    store: Store, machines: Machines
) -> None:
    store.dated = True
    taken(machines.run("a", "host-7"))
    store.now = 3600.0
    taken(machines.run("b", "host-8"))
    assert store.now == 3600 + SETTLE


def test_what_is_young_by_awss_clock_is_still_waited_for(store: Store, machines: Machines) -> None:
    store.dated = True
    taken(machines.run("a", "host-7"))
    store.now = LIFE + 5
    taken(machines.run("b", "host-8"))
    assert store.now > LIFE + 5 + 20


STRANGE = {"machine": "m", "started": "s", "nonce": "n", "who": "w", "host": "h", "doing": "d"}


@pytest.mark.parametrize(
    "value",
    ["mine! do not touch", "[" * 4000, json.dumps({**STRANGE, "pid": float("inf")}), "{}"],
    ids=["text", "nested", "endless", "empty"],
)
def test_a_value_that_nobody_understands_runs_out_too(
    store: Store, machines: Machines, value: str
) -> None:
    store.value, store.version = value, 1
    taken(machines.run("b"))
    assert (store.holder, store.now >= LIFE) == ("b", True)


def test_a_lease_renewed_at_the_last_moment_is_left_alone(store: Store, machines: Machines) -> None:
    """It's looked at once more, just before it is taken over."""
    taken(machines.run("a", "host-7"))
    looks: list[float] = []
    renewed: list[float] = []

    def renew_between_two_looks() -> None:
        if store.now in looks and not renewed:
            renewed.append(store.now)
            store.version += 1
        looks.append(store.now)

    store.before["GetParameter"] = [renew_between_two_looks] * 999
    taken(machines.run("b", "host-8"))
    assert LIFE <= renewed[0] <= store.now - LIFE


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_answer_that_is_lost_in_taking_over_makes_no_difference(
    store: Store, machines: Machines, when: str
) -> None:
    machines.die(taken(machines.run("a")))
    getattr(store, when)["PutParameter"] += [lambda: None, lost]
    run = taken(machines.run("b"))
    assert store.holder == "b"
    run.lease.guard()


def test_of_two_who_take_over_at_the_same_moment_the_last_to_write_has_it(
    store: Store, machines: Machines
) -> None:
    machines.die(taken(machines.run("a")))
    second, third = machines.run("b"), machines.run("c")
    store.later[SETTLE / 2] = lambda: second.lease._write(second.lease._begun(), 0, overwrite=True)
    store.later[30.0] = second.lease.release
    taken(third)
    assert store.now >= 30, "it didn't wait for the other's end"
    assert store.holder == "c"


def test_one_whose_taking_over_was_on_its_way_for_long_is_noticed_by_the_other(
    store: Store, machines: Machines
) -> None:
    machines.die(taken(machines.run("a")))
    second, third = machines.run("b"), machines.run("c")
    store.before["PutParameter"] += [lambda: None, third.lease.take]  # as `b` is about to write
    taken(second)
    assert store.holder == "b"
    with pytest.raises(LeaseLost):
        third.lease.guard()


# -- while it is had -------------------------------------------------------------------------------


def test_before_a_create_it_is_looked_at_and_that_counts_for_a_moment(
    store: Store, machines: Machines
) -> None:
    run = taken(machines.run("a"))
    run.lease.guard()
    run.lease.guard()
    assert store.operations.count("GetParameter") == 1, "having made it isn't having looked at it"
    store.now += FRESH
    run.lease.guard()
    assert store.operations.count("GetParameter") == 2


def test_many_creates_at_once_look_once(store: Store, machines: Machines) -> None:
    run, start = taken(machines.run("a")), Barrier(8)

    def create(_number: int) -> None:
        start.wait(10)
        run.lease.guard()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(create, range(8)))
    assert store.operations.count("GetParameter") == 1


def test_a_lease_that_another_has_ends_the_run_that_thinks_it_has_it(
    store: Store, machines: Machines
) -> None:
    first = taken(machines.run("a"))
    machines.die(first)  # so it seems to the other
    taken(machines.run("b", caller="user/alice"))
    for _ in range(2):
        with pytest.raises(LeaseLost, match="alice on host-7 has been deploying") as caught:
            first.lease.guard()
    assert first.caller.stop.is_set()
    assert "goes on from here" in caught.value.hint
    assert caught.value.exit_code == 1
    first.lease.release()
    assert store.holder == "b"


def test_a_lease_that_somebody_removed_is_looked_for_and_then_lost(
    store: Store, machines: Machines
) -> None:
    run = taken(machines.run("a"))
    value, store.value = store.value, None
    store.later[1.0] = lambda: setattr(store, "value", value)  # it was only shown late
    run.lease.guard()
    store.value, store.now = None, store.now + FRESH
    with pytest.raises(LeaseLost, match="somebody removed it"):
        run.lease.guard()


def test_a_heartbeat_renews_it_and_leaves_the_rest_as_it_was(
    store: Store, machines: Machines
) -> None:
    run = taken(machines.run("a"))
    store.now = BEAT
    assert run.lease.beat() == BEAT
    told = json.loads(store.value or "")
    assert (told["nonce"], told["since"]) == ("a", "2026-11-22T21:00:00Z")
    assert told["until"] == "2026-11-22T21:01:15Z"
    assert store.version == 2


def test_a_heartbeat_never_overwrites_another_run(store: Store, machines: Machines) -> None:
    first = taken(machines.run("a"))
    machines.die(first)
    taken(machines.run("b"))
    first.lease.beat()
    assert store.holder == "b"
    assert first.lease.lost
    assert first.caller.stop.is_set()


def test_once_lost_the_run_is_stopped_again_and_again(store: Store, machines: Machines) -> None:
    """Each part of a run, as its look, begins by clearing the stop of the one before."""
    first = taken(machines.run("a"))
    store.value = None
    first.lease.beat()
    first.caller.stop.clear()
    assert first.lease.beat() < 1
    assert first.caller.stop.is_set()


def test_a_heartbeat_that_fails_is_soon_repeated_and_the_run_goes_on(
    store: Store, machines: Machines
) -> None:
    run = taken(machines.run("a"))
    store.now = BEAT
    store.before["PutParameter"].append(lost)
    assert run.lease.beat() == BEAT_AGAIN
    assert not run.lease.lost
    assert run.lease.beat() == BEAT
    assert store.version == 2


def test_without_a_heartbeat_in_time_it_is_lost_before_others_may_take_it(
    store: Store, machines: Machines
) -> None:
    run = taken(machines.run("a"))
    store.before["PutParameter"] = [lost] * 99
    while not run.lease.lost:
        store.now += BEAT_AGAIN
        run.lease.beat()
    assert LIFE - MARGIN <= store.now < LIFE


def test_a_machine_that_slept_does_not_wake_up_into_another_runs_changes(
    store: Store, machines: Machines
) -> None:
    """It doesn't even write: the one who takes over may be about to look whether it has it."""
    for wakes in ("beat", "guard"):
        run = taken(machines.run(f"a-{wakes}"))
        store.now += 3600
        with suppress(LeaseLost):
            getattr(run.lease, wakes)()
        assert run.lease.lost
        assert "slept" in run.lease.lost.message
        assert store.version == 1
        store.value = None


def test_the_heart_beats_in_the_background_and_stops_with_the_run(
    store: Store, machines: Machines
) -> None:
    run = taken(machines.run("a"))
    run.lease.keep()
    assert run.lease._heart.is_alive()
    assert run.lease._heart.daemon, "a process that ends early isn't held up"
    run.lease.release()
    assert not run.lease._heart.is_alive()


# -- giving it back --------------------------------------------------------------------------------


def test_left_behind_it_is_not_given_back(store: Store, machines: Machines) -> None:
    run = taken(machines.run("a"))
    run.lease.keep()
    run.lease.leave()
    assert store.holder == "a"
    assert not run.lease._heart.is_alive()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_to_giving_it_back_makes_no_difference(
    store: Store, machines: Machines, when: str
) -> None:
    run = taken(machines.run("a"))
    getattr(store, when)["DeleteParameter"].append(lost)
    run.lease.release()
    assert store.value is None


def test_after_a_lost_answer_the_next_runs_lease_is_not_removed(
    store: Store, machines: Machines
) -> None:
    first, second = taken(machines.run("a")), machines.run("b")

    def gone_and_had_by_another() -> None:
        second.lease.take()
        lost()

    store.after["DeleteParameter"].append(gone_and_had_by_another)
    first.lease.release()
    assert store.holder == "b"


def test_what_keeps_it_from_being_given_back_is_told(store: Store, machines: Machines) -> None:
    run = taken(machines.run("a"))
    store.before["DeleteParameter"] = [lost] * 9
    with pytest.raises(Interrupted):
        run.lease.release()
    assert store.operations.count("DeleteParameter") == 3


def test_what_was_not_renewed_for_long_is_looked_at_before_it_is_removed(
    store: Store, machines: Machines
) -> None:
    first = taken(machines.run("a", "host-7"))
    taken(machines.run("b", "host-8"))  # it waited for its end
    first.lease.release()
    assert store.holder == "b"


def test_a_dead_runs_lease_can_be_swept_up_and_a_living_ones_not(
    store: Store, machines: Machines
) -> None:
    living = taken(machines.run("a"))
    machines.run("b").lease.sweep()
    assert store.holder == "a"
    machines.die(living)
    machines.run("c").lease.sweep()
    assert store.value is None
    machines.run("d").lease.sweep()
    assert store.operations[-1] == "GetParameter"


# -- all of it at once -----------------------------------------------------------------------------


def test_of_many_threads_one_gets_it(store: Store, machines: Machines) -> None:
    runs = [machines.run(f"run {number}") for number in range(16)]
    start, won = Barrier(16), []

    def compete(run: Run) -> None:
        start.wait(10)
        if run.lease._made():
            won.append(run)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(compete, runs))
    assert len(won) == 1
    assert won[0].lease.name == NAME
