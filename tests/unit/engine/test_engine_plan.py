"""The difference between what should be and what is, as a plain value."""

from __future__ import annotations

from typing import Any

import pytest
from fake_cloud import Cloud, Made, Thing

from productsapi.aws.caller import Aws
from productsapi.engine.field_changes import FieldChange, compare
from productsapi.engine.outputs import Outputs, Unknown
from productsapi.engine.plan import Action, Change, Plan, difference, plan
from productsapi.engine.read import read
from productsapi.engine.resource import Fields, Observed, Ownership

NOTHING = Outputs()


def planned(aws: Aws, *things: Thing) -> Plan:
    return plan(things, read(things, aws))


COMPARISONS: list[tuple[str, dict[str, Any], dict[str, Any], list[tuple[str, Any, Any]]]] = [
    ("equal", {"a": 1}, {"a": 1}, []),
    ("different", {"a": 1}, {"a": 2}, [("a", 1, 2)]),
    ("missing", {}, {"a": 1}, [("a", None, 1)]),
    ("what we don't manage", {"a": 1, "theirs": 2}, {"a": 1}, []),
    ("none and absent are the same", {"a": None}, {"b": None}, []),
    ("false is not absent", {}, {"a": False}, [("a", None, False)]),
    ("one tag of several", {"tags": {"x": "1", "y": "2"}}, {"tags": {"x": "1", "y": "3"}},
     [("tags.y", "2", "3")]),
    ("a tag added", {"tags": {}}, {"tags": {"x": "1"}}, [("tags.x", None, "1")]),
    ("a tag removed", {"tags": {"x": "1"}}, {"tags": {}}, [("tags.x", "1", None)]),
    ("no tags at all", {"tags": {}}, {"tags": {}}, []),
    ("nested where nothing was", {"headers": None}, {"headers": {"x": "1"}},
     [("headers.x", None, "1")]),
    ("names with dots", {"headers": {"a.b.c": "1"}}, {"headers": {"a.b.c": "2"}},
     [("headers.a.b.c", "1", "2")]),
    ("the order of names says nothing", {"t": {"x": 1, "y": 2}, "a": 1},
     {"a": 1, "t": {"y": 2, "x": 1}}, []),
    ("the order of a list says something", {"a": [1, 2]}, {"a": [2, 1]}, [("a", [1, 2], [2, 1])]),
    ("unknown is different from anything", {"id": "old"}, {"id": Unknown("id")},
     [("id", "old", Unknown("id"))]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("have", "want", "differing"), [c[1:] for c in COMPARISONS], ids=[c[0] for c in COMPARISONS]
)
def test_compare_names_exactly_the_fields_that_differ(
    have: dict[str, Any], want: dict[str, Any], differing: list[tuple[str, Any, Any]]
) -> None:
    assert compare(have, want) == tuple(FieldChange(*each) for each in differing)


def test_what_is_not_there_is_created_with_every_field(cloud: Cloud) -> None:
    thing = Thing(cloud, "web", settings={"size": 1, "tags": {"x": "1"}})
    change = difference(thing, None, NOTHING)
    assert change == Change(
        "things",
        "web",
        Action.CREATE,
        (FieldChange("size", None, 1), FieldChange("tags.x", None, "1")),
    )


def test_what_differs_is_updated_and_nothing_else(cloud: Cloud) -> None:
    thing = Thing(cloud, "web")
    assert difference(thing, Observed({"size": 1}), NOTHING).action is Action.UNCHANGED
    change = difference(thing, Observed({"size": 3}), NOTHING)
    assert (change.action, change.changed) == (Action.UPDATE, {"size"})


def test_a_nested_difference_changes_its_whole_field(aws: Aws, cloud: Cloud) -> None:
    thing = Thing(cloud, "web", settings={"size": 1, "tags": {"x": "2"}})
    cloud.things["web"].append(Made({"size": 1, "tags": {"x": "1", "y": "1"}}, {}))
    assert planned(aws, thing)["web"].changed == {"tags"}


def test_a_change_shows_both_prices(aws: Aws, cloud: Cloud) -> None:
    class Priced(Thing):
        def monthly_of(self, fields: Fields) -> float:
            return float(fields["size"]) / 2

    cloud.things["web"].append(Made({"size": 1}, {}))
    change = planned(aws, Priced(cloud, "web", settings={"size": 5}))["web"]
    assert change.price == "about $2.50 a month instead of about $0.50"
    assert change.monthly == 2.0


def test_what_is_not_ours_is_refused_before_comparing(cloud: Cloud) -> None:
    change = difference(
        Thing(cloud, "web"), Observed({"size": 1}, ownership=Ownership.UNTAGGED), NOTHING
    )
    assert change.action is Action.REFUSE
    assert "doesn't belong to this stack" in change.reason


def test_what_only_replacing_changes_is_refused(cloud: Cloud) -> None:
    thing = Thing(cloud, "web", settings={"keys": "id"}, immutable={"keys": "make another one"})
    change = difference(thing, Observed({"keys": "name"}), NOTHING)
    assert change.action is Action.REFUSE
    assert (
        change.reason
        == "web: keys can't be changed on what exists, where it is name; make another one"
    )
    assert difference(thing, Observed({"keys": "id"}), NOTHING).action is Action.UNCHANGED


def test_what_depends_on_the_unmade_is_known_later(aws: Aws, cloud: Cloud) -> None:
    giver = Thing(cloud, "giver", outputs=("id",))
    user = Thing(cloud, "user", inputs=("id",))
    cloud.things["user"].append(Made({"size": 1, "id": "id of a former one"}, {}))
    made = planned(aws, user, giver)
    assert [change.key for change in made.changes] == ["user", "giver"]
    assert made["user"].fields == (FieldChange("id", "id of a former one", Unknown("id")),)
    assert str(Unknown("id")) == "known after deploy"


def test_what_depends_on_a_renewal_changes_with_it(aws: Aws, cloud: Cloud) -> None:
    """A deployment is never changed: a change makes another, and the stage must move to it."""
    deployment = Thing(
        cloud, "deployment", outputs=("id",), regenerates=("id",), settings={"hash": 2}
    )
    stage = Thing(cloud, "stage", inputs=("id",))
    cloud.things["deployment"].append(Made({"hash": 1}, {"id": "d1"}))
    cloud.things["stage"].append(Made({"size": 1, "id": "d1"}, {}))
    made = planned(aws, deployment, stage)
    assert made["stage"].fields == (FieldChange("id", "d1", Unknown("id")),)
    deployment.settings = {"hash": 1}
    assert planned(aws, deployment, stage).to_do == ()


def test_an_output_of_what_only_changes_stays_known(aws: Aws, cloud: Cloud) -> None:
    giver = Thing(cloud, "giver", outputs=("id",), settings={"size": 2})
    user = Thing(cloud, "user", inputs=("id",))
    cloud.things["giver"].append(Made({"size": 1}, {"id": "g1"}))
    cloud.things["user"].append(Made({"size": 1, "id": "g1"}, {}))
    assert [change.key for change in planned(aws, giver, user).to_do] == ["giver"]


def test_a_plan_sorts_what_to_do_from_refused_and_kept() -> None:
    changes = tuple(Change("s", action.value, action) for action in Action)
    whole = Plan(changes)
    assert [c.key for c in whole.to_do] == ["create", "update", "delete"]
    assert [c.key for c in whole.refused] == ["refuse"]
    assert [c.key for c in whole.kept] == ["keep"]
    assert whole["keep"].action is Action.KEEP


def test_outputs_fill_templates_once_they_are_known() -> None:
    known = Outputs({"id": "a1", "empty": ""})
    assert known.fill("arn:{id}/x", "id") == "arn:a1/x"
    assert known.fill("arn:{other}", "other") == Unknown("other")
    assert known["empty"] == Unknown("empty")
    assert known.without(("id",))["id"] == Unknown("id")
    assert known.get("id") == "a1"
