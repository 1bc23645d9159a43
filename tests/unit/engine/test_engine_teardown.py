"""Removing: the other way round, whole things only, and never data that came meanwhile."""

from __future__ import annotations

from threading import Barrier

import pytest
from fake_cloud import Cloud, Recorder, Thing, failing

from productsapi.aws.caller import Aws
from productsapi.engine.apply import apply
from productsapi.engine.plan import Action, Plan, plan
from productsapi.engine.read import Reading, read
from productsapi.engine.resource import Observed
from productsapi.engine.teardown import Protected, plan_removal, remove, together
from productsapi.errors import AccessDenied, Refused


@pytest.fixture
def things(aws: Aws, cloud: Cloud, report: Recorder) -> list[Thing]:
    """A deployed stack: table, api with a method, and a stage that comes after everything."""
    things = [
        Thing(cloud, "table"),
        Thing(cloud, "api", outputs=("api id",), depends_on=("table",)),
        Thing(cloud, "method", inputs=("api id",), parent="api"),
        Thing(cloud, "stage", inputs=("api id",), depends_on=("method",)),
    ]
    reading = read(things, aws)
    apply(plan(things, reading), things, reading, aws, report).raise_failure()
    cloud.calls.clear()
    report.events.clear()
    return things


def looked(things: list[Thing], aws: Aws) -> tuple[Plan, Reading]:
    reading = read(things, aws)
    return plan_removal(things, reading, aws), reading


def test_removing_runs_in_reverse_with_parts_in_wholes(
    aws: Aws, cloud: Cloud, report: Recorder, things: list[Thing]
) -> None:
    made, reading = looked(things, aws)
    assert [(c.key, c.action) for c in made.changes] == [
        ("table", Action.DELETE), ("api", Action.DELETE), ("stage", Action.DELETE),
    ]  # fmt: skip
    assert {c.step for c in made.changes} == {"things"}
    applied = remove(made, things, reading, aws, report)
    applied.raise_failure()
    assert cloud.changing == ["delete stage", "delete api", "delete table"]
    assert applied.left == ()


def test_planning_a_removal_changes_nothing(aws: Aws, cloud: Cloud, things: list[Thing]) -> None:
    looked(things, aws)
    assert cloud.changing == []


def test_whether_there_is_data_is_asked_of_all_at_once(
    aws: Aws, cloud: Cloud, things: list[Thing]
) -> None:
    together = Barrier(3)  # passes only when all three are asked at the same time
    for name in ("table", "api", "stage"):
        cloud.before[f"keep {name}"].append(lambda: together.wait(600) and None)
    plan_removal(things, read(things, aws), aws)


def test_a_plan_asks_nothing_twice_a_removal_all_anew(
    aws: Aws, cloud: Cloud, report: Recorder, things: list[Thing]
) -> None:
    memories = []

    class Looks(Thing):
        def keep(self, aws: Aws, observed: Observed) -> str | None:
            memories.append(aws.memory)
            return None

    things[0] = Looks(cloud, "table")
    looking = aws.remembering()
    reading = read(things, looking)
    remove(plan_removal(things, reading, looking), things, reading, aws, report)
    assert memories[0] is looking.memory
    assert memories[1] not in {None, looking.memory}


def test_what_must_stay_is_named_with_its_reason(
    aws: Aws, cloud: Cloud, report: Recorder, things: list[Thing]
) -> None:
    things[0].kept = "it holds items"
    made, reading = looked(things, aws)
    assert [(c.key, c.reason) for c in made.kept] == [("table", "it holds items")]
    remove(made, things, reading, aws, report).raise_failure()
    assert cloud.things["table"]
    assert not cloud.things["api"]


def test_data_that_came_after_the_plan_is_kept_too(
    aws: Aws, cloud: Cloud, report: Recorder, things: list[Thing]
) -> None:
    """Asked once more when nobody can reach the functions any more: just before the removal."""
    made, reading = looked(things, aws)
    things[0].kept = "it holds items"
    cloud.calls.clear()
    applied = remove(made, things, reading, aws, report)
    assert cloud.calls.index("delete stage") < cloud.calls.index("keep table")
    assert "delete table" not in cloud.calls
    kept = next(c for c in applied.done if c.key == "table")
    assert (kept.action, kept.reason) == (Action.KEEP, "it holds items")


def test_what_is_not_ours_is_kept_without_asking(
    aws: Aws, cloud: Cloud, things: list[Thing]
) -> None:
    cloud.things["table"][0].ours = False
    made, _ = looked(things, aws)
    assert [(c.key, c.reason) for c in made.kept] == [
        ("table", "it doesn't belong to this stack: it carries no stack's tag")
    ]
    assert "keep table" not in cloud.calls


def test_what_is_gone_is_not_listed_nor_removed_again(
    aws: Aws, cloud: Cloud, report: Recorder, things: list[Thing]
) -> None:
    made, reading = looked(things, aws)
    remove(made, things, reading, aws, report).raise_failure()
    assert looked(things, aws)[0].changes == ()


def test_an_error_leaves_the_rest_for_the_next(
    aws: Aws, cloud: Cloud, report: Recorder, things: list[Thing]
) -> None:
    denied = AccessDenied("DeleteRestApi", "AccessDenied", "no")
    cloud.before["delete api"].append(failing(denied))
    made, reading = looked(things, aws)
    applied = remove(made, things, reading, aws, report)
    assert [c.key for c in applied.left] == ["table", "api"]
    with pytest.raises(AccessDenied):
        applied.raise_failure()
    made, reading = looked(things, aws)
    remove(made, things, reading, aws, report).raise_failure()
    assert not any(cloud.things[name] for name in ("table", "api", "stage"))


def test_a_refusal_to_remove_stops_the_whole_plan(
    aws: Aws, cloud: Cloud, things: list[Thing]
) -> None:
    cloud.before["keep table"].append(failing(Refused("deletion protection is on")))
    with pytest.raises(Refused):
        looked(things, aws)
    assert cloud.changing == []


def test_parts_have_no_removal_of_their_own(aws: Aws) -> None:
    class Part(Thing):
        delete = Thing.__mro__[1].delete  # type: ignore[attr-defined]

    with pytest.raises(AssertionError, match="goes with"):
        Part(Cloud(), "part").delete(aws, None)


def test_refusals_are_reported_together() -> None:
    table, pool = Protected(["table T"], ["t.p"]), Protected(["user pool P"], ["u.p"])
    domain = Refused("a domain leads there", "end that")
    assert together([domain]) is domain
    assert together([table, pool]).message == (
        "table T and user pool P are protected against deletion, so --delete-data does nothing"
    )
    assert together([table]).message.startswith("table T is protected against deletion, ")
    both = together([table, domain, pool])
    assert both.message.splitlines()[1:] == [
        "  table T and user pool P are protected against deletion, so --delete-data does nothing",
        "  a domain leads there",
    ]
    assert both.hint == "set t.p and u.p to false, `productsapi deploy`, then tear down; end that"
