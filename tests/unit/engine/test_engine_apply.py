"""Applying: what was planned and nothing else, in order, and what happens when it can't go on."""

from __future__ import annotations

import signal
from threading import Event

import pytest
from fake_cloud import Cloud, Made, Recorder, Thing, failing

from productsapi.aws.caller import Aws, Stopped
from productsapi.engine.apply import CTRL_C, Abandoned, Applied, apply
from productsapi.engine.plan import Action, Plan, plan
from productsapi.engine.read import read
from productsapi.errors import AccessDenied, AwsError, Refused


def stack(cloud: Cloud) -> list[Thing]:
    """Given in another order than the one of making: role → function → api → deployment → stage."""
    return [
        Thing(cloud, "stage", inputs=("deployment id",), serial_group="api"),
        Thing(cloud, "function", depends_on=("role",)),
        Thing(cloud, "api", outputs=("api id",), serial_group="api"),
        Thing(cloud, "deployment", inputs=("api id",), outputs=("deployment id",),
              regenerates=("deployment id",), depends_on=("function",), serial_group="api"),
        Thing(cloud, "role"),
    ]  # fmt: skip


def deploy(things: list[Thing], aws: Aws, report: Recorder) -> tuple[Plan, Applied]:
    reading = read(things, aws)
    made = plan(things, reading)
    return made, apply(made, things, reading, aws, report)


def test_each_is_made_after_what_it_needs(aws: Aws, cloud: Cloud, report: Recorder) -> None:
    deploy(stack(cloud), aws, report)
    order = [call.split()[1] for call in cloud.changing]
    for before, after in (
        ("role", "function"), ("function", "deployment"),
        ("api", "deployment"), ("deployment", "stage"),
    ):  # fmt: skip
        assert order.index(before) < order.index(after)
    assert cloud.things["stage"][0].fields["deployment id"].startswith("deployment id-")


def test_what_is_done_is_what_was_planned(aws: Aws, cloud: Cloud, report: Recorder) -> None:
    made, applied = deploy(stack(cloud), aws, report)
    assert {c.key for c in made.to_do} == {c.key for c in applied.done} == set(report.keys("done"))
    assert sorted(cloud.changing) == sorted(f"create {c.key}" for c in made.to_do)
    assert applied.left == ()
    assert applied.outputs.get("api id") == cloud.things["api"][0].outputs["api id"]
    applied.raise_failure()


def test_a_second_plan_is_empty_and_makes_no_call(aws: Aws, cloud: Cloud, report: Recorder) -> None:
    deploy(stack(cloud), aws, report)
    calls = len(cloud.changing)
    made, applied = deploy(stack(cloud), aws, report)
    assert (made.to_do, applied.done, len(cloud.changing)) == ((), (), calls)


def test_only_what_differs_and_renewals_are_changed(
    aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    deploy(stack(cloud), aws, report)
    cloud.calls.clear()
    things = stack(cloud)
    things[3].settings = {"size": 2}
    made, _ = deploy(things, aws, report)
    assert [c.key for c in made.to_do] == ["stage", "deployment"]
    assert cloud.changing == ["update deployment", "update stage"]
    new = cloud.things["deployment"][0].outputs["deployment id"]
    assert cloud.things["stage"][0].fields["deployment id"] == new


def test_what_turns_out_to_be_right_is_not_touched(
    aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    """Planned, since the id wasn't known; the id that came is the one it has."""
    deploy(stack(cloud), aws, report)
    del cloud.things["deployment"]
    cloud.things["stage"][0].fields["deployment id"] = "deployment id-100"
    cloud._made, before = 99, len(cloud.calls)
    made, applied = deploy(stack(cloud), aws, report)
    assert made["stage"].action is Action.UPDATE
    assert "update stage" not in cloud.calls[before:]
    assert applied.left == ()


def test_a_refused_plan_is_not_carried_out_at_all(aws: Aws, cloud: Cloud, report: Recorder) -> None:
    cloud.things["api"].append(Made({"size": 1}, {}, ours=False))
    things = stack(cloud)
    reading = read(things, aws)
    with pytest.raises(Refused, match="api exists and doesn't belong"):
        apply(plan(things, reading), things, reading, aws, report)
    assert cloud.changing == []


def test_the_first_error_ends_the_run_the_next_goes_on(
    aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    denied = AccessDenied("CreateFunction", "AccessDenied", "lambda:CreateFunction isn't allowed")
    cloud.before["create function"].append(failing(denied))
    _, applied = deploy(stack(cloud), aws, report)
    assert {"function", "deployment", "stage"} <= {c.key for c in applied.left}
    assert {c.key for c in (*applied.done, *applied.left)} == {t.key for t in stack(cloud)}
    assert report.keys("failed") == [f"function: {denied}"]
    with pytest.raises(AccessDenied):
        applied.raise_failure()
    _, again = deploy(stack(cloud), aws, report)
    again.raise_failure()
    assert all(len(made) == 1 for made in cloud.things.values())


def test_an_error_ends_others_waits_and_is_reported(
    waiting_aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    waiting = Event()

    class Waits(Thing):
        def create(self, aws: Aws, known: object) -> dict[str, str]:
            waiting.set()
            aws.wait(600, "the role can't be assumed yet")
            raise AssertionError

    def denied() -> None:
        assert waiting.wait(600)
        raise AwsError("CreateTable", "LimitExceeded", "too many tables")

    cloud.before["create table"].append(denied)
    _, applied = deploy([Waits(cloud, "function"), Thing(cloud, "table")], waiting_aws, report)
    assert report.keys("waiting") == ["function: the role can't be assumed yet"]
    assert isinstance(applied.errors["function"], Stopped)
    with pytest.raises(AwsError, match="too many tables"):
        applied.raise_failure()


def test_ctrl_c_lets_a_call_end_and_lists_what_is_left(
    aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    def ctrl_c() -> None:
        signal.raise_signal(signal.SIGINT)
        assert aws.stop.wait(600)

    cloud.before["create function"].append(ctrl_c)
    _, applied = deploy(stack(cloud), aws, report)
    assert applied.interrupted
    assert cloud.things["function"]
    assert "function" in {c.key for c in applied.done}
    assert {"deployment", "stage"} <= {c.key for c in applied.left}
    with pytest.raises(KeyboardInterrupt):
        applied.raise_failure()


def test_ctrl_c_abandons_a_wait_at_once(waiting_aws: Aws, cloud: Cloud, report: Recorder) -> None:
    class Waits(Thing):
        def create(self, aws: Aws, known: object) -> dict[str, str]:
            signal.raise_signal(signal.SIGINT)
            aws.wait(600, "the role can't be assumed yet")
            raise AssertionError

    _, applied = deploy([Waits(cloud, "function")], waiting_aws, report)
    assert applied.interrupted
    assert [c.key for c in applied.left] == ["function"]


def test_ctrl_c_is_answered_and_twice_abandons_a_call(
    aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    answers: list[str] = []
    answered, ends = Event(), Event()

    def ctrl_c() -> None:
        signal.raise_signal(signal.SIGINT)
        assert answered.wait(600)
        signal.raise_signal(signal.SIGINT)
        ends.wait(600)

    def answer(reason: str) -> None:
        answers.append(reason)
        answered.set()

    cloud.before["create function"].append(ctrl_c)
    _, applied = deploy(stack(cloud), aws.reporting_waits(answer), report)
    ends.set()
    assert answers == [CTRL_C]
    assert [c.key for c in applied.abandoned] == ["function"]
    assert "function" in {c.key for c in applied.left}
    with pytest.raises(Abandoned):
        applied.raise_failure()


def test_a_run_stopped_by_another_does_not_end_as_done(
    aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    """As the loss of the lease does, between two changes."""
    cloud.after["create role"].append(aws.stop.set)
    things = [Thing(cloud, "role"), Thing(cloud, "function", depends_on=("role",))]
    _, applied = deploy(things, aws, report)
    assert not applied.errors
    with pytest.raises(Stopped):
        applied.raise_failure()


def test_each_change_is_named_when_it_begins_and_ends(
    aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    deploy([Thing(cloud, "role")], aws, report)
    assert report.events == [("begun", "role"), ("done", "role")]
