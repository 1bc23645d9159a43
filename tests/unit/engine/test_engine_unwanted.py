"""What isn't wanted: nothing is made of it, and what of it is there is reported as going."""

from __future__ import annotations

from typing import Any

import pytest
from fake_cloud import Cloud, Thing

from productsapi.engine.field_changes import FieldChange
from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import Action, Plan, difference
from productsapi.engine.resource import Observed, Ownership

NOTHING = Outputs()


class Unwanted(Thing):
    wanted = False


@pytest.mark.parametrize("settings", [{"names": {}}, {"keys": None}], ids=["no names", "none"])
def test_nothing_is_made_of_what_nothing_is_wanted_of(
    cloud: Cloud, settings: dict[str, Any]
) -> None:
    """It is there neither before nor after: a plan with nothing else in it is an empty one."""
    change = difference(Thing(cloud, "things of others", settings=settings), None, NOTHING)
    assert change.action is Action.ABSENT
    assert Plan((change,)).to_do == ()


def test_what_is_seen_of_it_is_reported_by_name(cloud: Cloud) -> None:
    thing = Thing(cloud, "things of others", settings={"names": {}})
    change = difference(thing, Observed({"names": {"a": "open"}}), NOTHING)
    assert change.action is Action.UPDATE
    assert change.fields == (FieldChange("names.a", "open", None),)


def test_what_isnt_wanted_any_more_goes_by_its_id(cloud: Cloud) -> None:
    thing = Unwanted(cloud, "duplicate")
    assert difference(thing, None, NOTHING).action is Action.ABSENT
    change = difference(thing, Observed({}, identity="abc"), NOTHING)
    assert (change.action, change.reason) == (Action.DELETE, "id abc")


def test_what_isnt_wanted_and_isnt_ours_stays(cloud: Cloud) -> None:
    change = difference(
        Unwanted(cloud, "duplicate"),
        Observed({}, ownership=Ownership.UNTAGGED, identity="abc"),
        NOTHING,
    )
    assert change.action is Action.UNCHANGED


def test_what_isnt_wanted_and_must_not_go_is_refused(cloud: Cloud) -> None:
    seen = Observed({}, identity="abc", removal_blocker="it has users")
    change = difference(Unwanted(cloud, "duplicate"), seen, NOTHING)
    assert (change.action, change.reason) == (Action.REFUSE, "it has users")
