"""The lease: who has it, who waits, who takes over from whom, and that it's never had by two."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from parameter_store import NAME, Machines, Run, Store, Version, lost

from productsapi.aws.heartbeat import Heartbeat
from productsapi.aws.lease import (
    CHECK_INTERVAL,
    HEARTBEAT_INTERVAL,
    HEARTBEAT_RETRY_DELAY,
    SETTLE,
    LeaseLost,
)
from productsapi.aws.lease_expiry import LIFE, MARGIN
from productsapi.aws.lease_state import PREFETCH_LIFETIME, RECREATE_DELAY, LeasePrefetch
from productsapi.errors import AlreadyExists, Interrupted, NotFound, Refused


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def machines(store: Store) -> Machines:
    return Machines(store)


def taken(run: Run) -> Run:
    run.lease.take()
    return run


def not_shown() -> None:
    raise NotFound("GetParameter", "ParameterNotFound", "")


def beating(run: Run) -> Callable[[], None]:
    def beat() -> None:
        run.lease.beat()

    return beat


# -- alone -----------------------------------------------------------------------------------------


def prefetch(store: Store, machines: Machines) -> LeasePrefetch:
    run = machines.run("who looks")
    return LeasePrefetch(run.caller, "shop", run.lease._machine)  # type: ignore[arg-type]


@pytest.mark.parametrize("earlier", [0, 1, 3])
def test_seen_before_its_one_call_to_have_one_to_free(
    store: Store, machines: Machines, earlier: int
) -> None:
    for number in range(earlier):
        taken(machines.run(f"earlier {number}")).lease.release()
    seen = prefetch(store, machines)
    seen._looking.join()
    store.calls.clear()
    run = machines.run("a")
    run.lease.take(seen)
    run.lease.guard()
    run.lease.release()
    assert store.operations == ["PutParameter", "PutParameter"]
    assert store.holder == ""
    (_, put), _ = store.calls
    if earlier:
        assert (put["Overwrite"], "Tags" in put) == (True, False)
    else:
        assert put["Overwrite"] is False
        assert put["Tags"] == [{"Key": "productsapi:stack", "Value": "shop"}]
    assert (put["Type"], put["Tier"]) == ("String", "Standard")


def test_what_was_seen_long_ago_is_looked_at_again(store: Store, machines: Machines) -> None:
    """As where a question was answered late: taking it by that would disturb others."""
    seen = prefetch(store, machines)
    seen._looking.join()
    taken(machines.run("a")).lease.release()
    store.now += PREFETCH_LIFETIME
    store.calls.clear()
    machines.run("b").lease.take(seen)
    assert store.operations == ["GetParameter", "PutParameter"]


def test_a_look_that_is_refused_is_made_again(store: Store, machines: Machines) -> None:
    store.before["GetParameter"] += [lost]
    machines.run("a").lease.take(prefetch(store, machines))
    assert store.holder == "a"


def test_at_a_teardowns_end_there_is_none(store: Store, machines: Machines) -> None:
    run = taken(machines.run("a"))
    run.lease.remove()
    assert store.operations == ["GetParameter", "PutParameter", "DeleteParameter"]
    assert store.holder is None


def test_a_lease_not_known_yet_is_removed_all_the_same(store: Store, machines: Machines) -> None:
    """Nobody else removes what is ours: for AWS it is too new."""
    run = taken(machines.run("a"))
    store.before["DeleteParameter"] += [not_shown, not_shown]
    run.lease.remove()
    assert store.operations.count("DeleteParameter") == 3
    assert store.holder is None


def test_its_value_says_who_since_when_and_until_when(store: Store, machines: Machines) -> None:
    taken(machines.run("a", caller="assumed-role/Admin/alice"))
    assert json.loads(store.value) == {
        "nonce": "a",
        "who": "assumed-role/Admin/alice",
        "host": "host-7",
        "doing": "deploying",
        "since": "2026-11-22T21:00:00Z",
        "until": "2026-11-22T21:01:00Z",
        "machine": "boot of host-7",
        "pid": 1,
        "started": "4711",
        "follows": 0,
    }


def test_a_run_that_never_asked_gives_nothing_back(store: Store, machines: Machines) -> None:
    machines.run("a").lease.release()
    machines.run("b").lease.remove()
    assert store.calls == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_to_taking_it_does_no_harm(
    store: Store, machines: Machines, when: str
) -> None:
    getattr(store, when)["PutParameter"].append(lost)
    run = taken(machines.run("a"))
    assert store.holder == "a"
    run.lease.guard()
    run.lease.release()
    assert store.holder == ""


def test_a_lost_answer_and_lagging_reads_do_no_harm(store: Store, machines: Machines) -> None:
    store.after["PutParameter"].append(lost)
    store.before["GetParameter"] += [not_shown, not_shown, not_shown]
    run = taken(machines.run("a"))
    run.lease.guard()
    assert store.holder == "a"


# -- waiting for another ---------------------------------------------------------------------------


def test_another_run_is_waited_for_and_its_end_noticed(store: Store, machines: Machines) -> None:
    first = taken(machines.run("a", "host-7", caller="user/alice"))
    second = machines.run("b", "host-8")
    store.later[20.0] = first.lease.release
    second.lease.take()
    assert store.holder == "b"
    assert 20 <= store.now < 25
    reported = "alice on host-7 has been deploying since 2026-11-22T21:00:00Z; "
    reported += "until that ends, or its lease expires at 2026-11-22T21:01:00Z"
    assert set(second.caller.reported) == {reported}


def test_a_runs_description_stays_while_it_renews(store: Store, machines: Machines) -> None:
    """So that it's reported once."""
    first = taken(machines.run("a"))
    for moment in range(15, 200, 15):
        store.later[moment] = beating(first)
    store.later[200.0] = first.lease.release
    second = taken(machines.run("b", "host-8"))
    assert store.now >= 200
    assert len(set(second.caller.reported)) == 1


def test_an_endless_run_is_not_waited_for_for_ever(store: Store, machines: Machines) -> None:
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
    puts = [json.loads(put["Value"])["nonce"] for _, put in store.calls if "Value" in put]
    assert puts == ["a", "", "b"]


# -- taking over -----------------------------------------------------------------------------------


def test_a_dead_process_here_is_not_waited_for(store: Store, machines: Machines) -> None:
    machines.die(taken(machines.run("a")))
    taken(machines.run("b"))
    assert (store.holder, store.now) == ("b", SETTLE)


def test_of_another_machine_no_process_is_known(store: Store, machines: Machines) -> None:
    machines.die(taken(machines.run("a", "host-7")))
    taken(machines.run("b", "host-8"))
    assert (store.holder, store.now >= LIFE) == ("b", True)


@pytest.mark.parametrize("until", ["2001-01-01T00:00:00Z", "2099-01-01T00:00:00Z"])
def test_a_lease_expires_by_being_unchanged(store: Store, machines: Machines, until: str) -> None:
    taken(machines.run("a", "host-7"))
    store.versions = (Version(json.dumps({**json.loads(store.value), "until": until}), 0),)
    taken(machines.run("b", "host-8"))
    assert store.holder == "b"
    assert LIFE + SETTLE <= store.now <= LIFE + SETTLE + 5


def test_a_renewal_starts_its_life_anew(store: Store, machines: Machines) -> None:
    first = taken(machines.run("a", "host-7"))
    store.later[45.0] = beating(first)
    taken(machines.run("b", "host-8"))
    assert store.now >= 45 + LIFE


def test_what_is_old_by_awss_clock_has_run_out(store: Store, machines: Machines) -> None:
    store.dated = True
    taken(machines.run("a", "host-7"))
    store.now = 3600.0
    taken(machines.run("b", "host-8"))
    assert store.now == 3600 + SETTLE


def test_what_is_young_by_awss_clock_is_waited_for(store: Store, machines: Machines) -> None:
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
def test_a_value_that_nobody_understands_expires_too(
    store: Store, machines: Machines, value: str
) -> None:
    store.write(value)
    taken(machines.run("b"))
    assert (store.holder, store.now >= LIFE) == ("b", True)


def test_a_lease_renewed_at_the_last_moment_is_left(store: Store, machines: Machines) -> None:
    """Even between the look that it has run out by and the write: that one counts for nothing."""
    first = taken(machines.run("a", "host-7"))
    first.lease._renewed = LIFE  # so it can renew it at the last moment, which it never does

    store.before["PutParameter"] += [beating(first)]  # as `b` is about to write
    store.later[LIFE + 20] = first.lease.release
    taken(machines.run("b", "host-8"))
    assert store.now >= LIFE + 20
    assert not first.lease.lost


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_to_taking_over_does_no_harm(
    store: Store, machines: Machines, when: str
) -> None:
    machines.die(taken(machines.run("a")))
    getattr(store, when)["PutParameter"] += [lambda: None, lost]
    run = taken(machines.run("b"))
    assert store.holder == "b"
    run.lease.guard()


def test_of_two_who_take_over_at_once_the_first_has_it(store: Store, machines: Machines) -> None:
    """The other's write is above it and says that it is its own: ours is void."""
    machines.die(taken(machines.run("a")))
    second, third = machines.run("b"), machines.run("c")
    store.before["PutParameter"] += [second.lease.take]  # as `c` is about to write
    store.later[30.0] = second.lease.release
    taken(third)
    assert store.now >= 30, "it didn't wait for the other's end"
    assert not second.lease.lost


def test_what_a_loser_wrote_is_passed_over_by_a_third(store: Store, machines: Machines) -> None:
    first = taken(machines.run("a", "host-7", caller="user/alice"))
    store.write(json.dumps({**json.loads(store.value), "nonce": "late", "follows": 7}))
    store.later[10.0] = first.lease.release
    third = taken(machines.run("c", "host-8"))
    assert 10 <= store.now < 15
    assert "alice" in third.caller.reported[0]


def test_a_write_arriving_after_all_changes_nothing(store: Store, machines: Machines) -> None:
    """One whose answer was lost, and that was sent again."""
    first = taken(machines.run("a"))
    late = store.value
    first.lease.release()
    second = taken(machines.run("b"))
    store.write(late)
    second.lease.guard()
    assert second.lease.beat() == HEARTBEAT_INTERVAL
    assert store.holder == "b"
    second.lease.release()
    assert store.holder == ""


@pytest.mark.parametrize("first", ["free", "held"])
def test_s1_a_lease_of_which_reads_are_a_write_late(
    store: Store, machines: Machines, first: str
) -> None:
    """Late for good, which AWS isn't."""
    store.late = lambda: True
    earlier = taken(machines.run("a", "host-7"))
    if first == "free":
        earlier.lease.release()
    else:
        machines.die(earlier)
    run = taken(machines.run("b", "host-8"))
    assert store.holder == "b"
    store.now += CHECK_INTERVAL
    run.lease.guard()
    assert run.lease.beat() == HEARTBEAT_INTERVAL
    run.lease.release()
    assert store.holder == ""
    assert not earlier.lease.lost


def test_s1_not_shown_to_its_holder_it_is_not_lost(store: Store, machines: Machines) -> None:
    run = taken(machines.run("a"))
    store.now += CHECK_INTERVAL
    store.before["GetParameter"] += [not_shown] * 9
    run.lease.guard()
    assert (store.holder, store.version) == ("a", 2)


def test_s1_a_deleted_name_is_made_again_30_s_later(store: Store, machines: Machines) -> None:
    """And visibly so, where the deletion was seen."""
    first = taken(machines.run("a", "host-7"))
    store.later[20.0] = first.lease.remove
    second = taken(machines.run("b", "host-8"))
    assert store.deleted == 20
    assert store.now >= 50
    assert "AWS asks for 30 s" in second.caller.reported[-1]


def test_s1_what_is_refused_as_existing_and_not_shown(store: Store, machines: Machines) -> None:
    """As AWS may do within 30 s of a deletion."""

    def exists() -> None:
        raise AlreadyExists("PutParameter", "ParameterAlreadyExists", "")

    store.before["PutParameter"] += [exists]
    taken(machines.run("a"))
    assert (store.holder, store.now >= RECREATE_DELAY) == ("a", True)


def test_s1_what_aws_forgets_again_is_put_back(store: Store, machines: Machines) -> None:
    """As it may do with one that was made within 30 s of the deletion of its name."""
    run = taken(machines.run("a"))
    store.vanish()
    assert run.lease.beat() == HEARTBEAT_INTERVAL
    assert store.holder == "a"
    store.vanish()
    other = taken(machines.run("b"))
    run.lease.beat()
    assert run.lease.lost
    other.lease.guard()
    other.lease.beat()
    assert (store.holder, other.lease.lost) == ("b", None)


def test_an_older_versions_lease_is_waited_for(store: Store, machines: Machines) -> None:
    """It doesn't say what it follows."""
    first = machines.run("a", "host-7", caller="user/alice")
    old = first.lease._me.begun(first.lease._machine.now(), LIFE).as_value()
    store.write(json.dumps(old))
    second = taken(machines.run("b", "host-8"))
    assert store.now >= LIFE
    assert "alice" in second.caller.reported[0]


# -- while it is had -------------------------------------------------------------------------------


def test_a_look_before_a_create_counts_for_a_moment(store: Store, machines: Machines) -> None:
    run = taken(machines.run("a"))
    store.calls.clear()
    run.lease.guard()
    assert store.operations == [], "it has just been written"
    for _ in range(2):
        store.now += CHECK_INTERVAL
        run.lease.guard()
        run.lease.guard()
    assert store.operations == ["GetParameter"] * 2


def test_many_creates_at_once_look_once(store: Store, machines: Machines) -> None:
    run, start = taken(machines.run("a")), Barrier(8)
    store.now += CHECK_INTERVAL
    store.calls.clear()

    def create(_number: int) -> None:
        start.wait(600)
        run.lease.guard()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(create, range(8)))
    assert store.operations.count("GetParameter") == 1


def test_a_lease_that_another_has_ends_the_run(store: Store, machines: Machines) -> None:
    first = taken(machines.run("a"))
    machines.die(first)  # so it seems to the other
    taken(machines.run("b", caller="user/alice"))
    store.now += CHECK_INTERVAL
    for _ in range(2):
        with pytest.raises(LeaseLost, match="alice on host-7 has been deploying") as caught:
            first.lease.guard()
    assert first.caller.stop.is_set()
    assert "goes on from here" in caught.value.hint
    assert caught.value.exit_code == 1
    first.lease.release()
    assert store.holder == "b"


def test_the_heart_beats_as_often_as_each_beat_says(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    later = iter([2.0, 3.0])
    heart = Heartbeat(lambda: next(later), 1.0)

    def wait(seconds: float) -> bool:
        pauses.append(seconds)
        return len(pauses) == 3

    monkeypatch.setattr(heart.stopped, "wait", wait)
    heart.start()
    heart.thread.join()
    assert pauses == [1.0, 2.0, 3.0]


def test_a_heartbeat_renews_it_and_leaves_the_rest(store: Store, machines: Machines) -> None:
    run = taken(machines.run("a"))
    store.now = HEARTBEAT_INTERVAL
    assert run.lease.beat() == HEARTBEAT_INTERVAL
    reported = json.loads(store.value)
    assert (reported["nonce"], reported["since"]) == ("a", "2026-11-22T21:00:00Z")
    assert reported["until"] == "2026-11-22T21:01:15Z"
    assert store.version == 2


def test_a_heartbeat_changes_nothing_for_another_run(store: Store, machines: Machines) -> None:
    first = taken(machines.run("a"))
    machines.die(first)
    second = taken(machines.run("b"))
    first.lease.beat()
    assert first.lease.lost
    assert first.caller.stop.is_set()
    store.now += CHECK_INTERVAL
    second.lease.guard()
    assert second.lease.beat() == HEARTBEAT_INTERVAL
    assert store.holder == "b"


def test_once_lost_the_run_is_stopped_again_and_again(store: Store, machines: Machines) -> None:
    """Each part of a run, as its look, begins by clearing the stop of the one before."""
    first = taken(machines.run("a"))
    machines.die(first)
    taken(machines.run("b"))
    first.lease.beat()
    first.caller.stop.clear()
    assert first.lease.beat() < 1
    assert first.caller.stop.is_set()


def test_a_failed_heartbeat_is_soon_repeated(store: Store, machines: Machines) -> None:
    run = taken(machines.run("a"))
    store.now = HEARTBEAT_INTERVAL
    store.before["PutParameter"].append(lost)
    assert run.lease.beat() == HEARTBEAT_RETRY_DELAY
    assert not run.lease.lost
    assert run.lease.beat() == HEARTBEAT_INTERVAL
    assert store.version == 2
    store.after["PutParameter"].append(lost)
    assert run.lease.beat() == HEARTBEAT_RETRY_DELAY
    assert run.lease.beat() == HEARTBEAT_INTERVAL
    run.lease.guard()


def test_unrenewed_it_is_lost_before_others_take_it(store: Store, machines: Machines) -> None:
    run = taken(machines.run("a"))
    store.before["PutParameter"] = [lost] * 99
    while not run.lease.lost:
        store.now += HEARTBEAT_RETRY_DELAY
        run.lease.beat()
    assert LIFE - MARGIN <= store.now < LIFE


def test_a_machine_that_slept_changes_nothing(store: Store, machines: Machines) -> None:
    """It doesn't even write: the one who takes over may be about to look whether it has it."""
    for wakes in ("beat", "guard"):
        run = taken(machines.run(f"a-{wakes}"))
        store.now += 3600
        with suppress(LeaseLost):
            getattr(run.lease, wakes)()
        assert run.lease.lost
        assert "slept" in run.lease.lost.message
        assert store.version == 1
        store.vanish()


def test_the_heart_beats_behind_until_the_end(store: Store, machines: Machines) -> None:
    run = taken(machines.run("a"))
    run.lease.keep()
    assert run.lease._heartbeat.thread.is_alive()
    assert run.lease._heartbeat.thread.daemon, "a process that ends early isn't held up"
    run.lease.release()
    assert not run.lease._heartbeat.thread.is_alive()


# -- giving it back --------------------------------------------------------------------------------


def test_left_behind_it_is_not_given_back(store: Store, machines: Machines) -> None:
    run = taken(machines.run("a"))
    run.lease.keep()
    run.lease.leave()
    assert store.holder == "a"
    assert not run.lease._heartbeat.thread.is_alive()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_to_giving_back_does_no_harm(
    store: Store, machines: Machines, when: str
) -> None:
    run = taken(machines.run("a"))
    getattr(store, when)["PutParameter"].append(lost)
    run.lease.release()
    assert store.holder == ""
    second = taken(machines.run("b"))
    getattr(store, when)["DeleteParameter"].append(lost)
    second.lease.remove()
    assert store.holder is None


@pytest.mark.parametrize("end", ["release", "remove"])
def test_after_a_lost_answer_the_next_runs_lease_stays(
    store: Store, machines: Machines, end: str
) -> None:
    first, second = taken(machines.run("a")), machines.run("b")

    def gone_and_had_by_another() -> None:
        second.lease.take()
        lost()

    call = {"release": "PutParameter", "remove": "DeleteParameter"}[end]
    store.after[call].append(gone_and_had_by_another)
    getattr(first.lease, end)()
    second.lease.guard()
    assert second.lease.beat() == HEARTBEAT_INTERVAL
    assert store.holder == "b"


@pytest.mark.parametrize("end", ["release", "remove"])
def test_what_keeps_it_from_being_given_back_is_named(
    store: Store, machines: Machines, end: str
) -> None:
    run = taken(machines.run("a"))
    store.before["PutParameter"] = [lost] * 9
    store.before["DeleteParameter"] = [lost] * 9
    store.calls.clear()
    with pytest.raises(Interrupted):
        getattr(run.lease, end)()
    assert [each for each in store.operations if each != "GetParameter"] == [
        {"release": "PutParameter", "remove": "DeleteParameter"}[end]
    ] * 3


@pytest.mark.parametrize("end", ["release", "remove"])
def test_what_was_not_renewed_for_long_may_be_anothers(
    store: Store, machines: Machines, end: str
) -> None:
    first = taken(machines.run("a", "host-7"))
    second = taken(machines.run("b", "host-8"))  # it waited for its end
    getattr(first.lease, end)()
    second.lease.guard()
    assert second.lease.beat() == HEARTBEAT_INTERVAL
    assert store.holder == "b"


def test_interrupted_amid_taking_it_is_given_back(store: Store, machines: Machines) -> None:
    def ctrl_c() -> None:
        raise KeyboardInterrupt

    for when in ("before", "after"):
        run = machines.run(f"a {when}")
        getattr(store, when)["PutParameter"] += [ctrl_c]
        with suppress(KeyboardInterrupt):
            run.lease.take()
        run.lease.release()
        assert not store.holder
        taken(machines.run("b")).lease.release()


def test_only_a_dead_runs_lease_can_be_swept_up(store: Store, machines: Machines) -> None:
    living = taken(machines.run("a"))
    machines.run("b").lease.sweep()
    assert store.holder == "a"
    machines.die(living)
    machines.run("c").lease.sweep()
    assert store.holder is None
    store.now += 60
    taken(machines.run("d")).lease.release()
    machines.run("e").lease.sweep()
    assert store.holder is None, "nor does one that is free stay"
    machines.run("f").lease.sweep()
    assert store.operations[-1] == "GetParameter"


# -- all of it at once -----------------------------------------------------------------------------


def test_of_many_threads_one_gets_it(store: Store, machines: Machines) -> None:
    runs = [machines.run(f"run {number}") for number in range(16)]
    start, won = Barrier(16), []

    def compete(run: Run) -> None:
        start.wait(600)
        if run.lease._made():
            won.append(run)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(compete, runs))
    assert len(won) == 1
    assert won[0].lease.name == NAME
