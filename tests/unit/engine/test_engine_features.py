"""A feature that may be left out: where AWS refuses a part of it, all else goes on without it."""

from __future__ import annotations

import pytest
from fake_cloud import Cloud, Made, Recorder, Thing, failing

from productsapi.aws.caller import Aws
from productsapi.engine.apply import apply
from productsapi.engine.plan import Action, Plan, plan
from productsapi.engine.read import read
from productsapi.errors import AccessDenied, Refused


class Part(Thing):
    feature = "alarms"


class Strict(Thing):
    """One that the configuration insists on."""


class Hindered(Part):
    create_blocker = "the account has no role for it"


DENIED = AccessDenied("PutMetricAlarm", "AccessDenied", "cloudwatch:PutMetricAlarm isn't allowed")


def planned(things: list[Thing], aws: Aws) -> Plan:
    return plan(things, read(things, aws))


def actions(found: Plan) -> dict[str, str]:
    return {change.key: change.action.value for change in found.changes}


def test_what_cannot_be_looked_at_skips_its_feature(aws: Aws, cloud: Cloud) -> None:
    things = [Thing(cloud, "table"), Part(cloud, "topic"), Part(cloud, "alarm")]
    cloud.before["read alarm"].append(failing(DENIED))
    found = planned(things, aws)
    assert actions(found) == {"table": "create", "topic": "skip", "alarm": "skip"}
    assert {change.reason for change in found.skipped} == {DENIED.message}
    assert [change.key for change in found.to_do] == ["table"]


def test_what_the_configuration_insists_on_fails(aws: Aws, cloud: Cloud) -> None:
    cloud.before["read alarm"].append(failing(DENIED))
    with pytest.raises(AccessDenied):
        planned([Strict(cloud, "alarm")], aws)


def test_a_hindrance_refuses_all_or_skips_a_feature(aws: Aws, cloud: Cloud) -> None:
    class Insisted(Hindered):
        feature = ""

    insisted, lenient = Insisted(cloud, "role"), [Hindered(cloud, "role"), Part(cloud, "log")]
    [refused] = planned([insisted], aws).refused
    assert refused.reason == Hindered.create_blocker
    found = planned(list(lenient), aws)
    assert actions(found) == {"role": "skip", "log": "skip"}
    assert (found.to_do, found.refused) == ((), ())


def test_a_hindrance_is_none_where_the_thing_is_there(aws: Aws, cloud: Cloud) -> None:
    cloud.things["role"].append(Made({"size": 1}, {}))
    assert actions(planned([Hindered(cloud, "role")], aws)) == {"role": "unchanged"}


def test_what_is_refused_is_left_out_with_what_follows(
    aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    """And the run goes on to its end, with nothing left to do."""
    things = [
        Part(cloud, "topic"),
        Part(cloud, "alarm", depends_on=("topic",)),
        Thing(cloud, "api", depends_on=("alarm",)),
    ]
    cloud.before["create topic"].append(failing(DENIED))
    reading = read(things, aws)
    applied = apply(plan(things, reading), things, reading, aws, report)
    applied.raise_failure()
    assert [change.key for change in applied.done] == ["api"]
    assert {c.key: (c.action, c.reason) for c in applied.left_out} == dict.fromkeys(
        ("topic", "alarm"), (Action.SKIP, DENIED.message)
    )
    assert cloud.changing == ["create topic", "create api"]
    assert report.keys("failed") == []


def test_another_refusal_than_of_rights_fails_as_ever(
    aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    things = [Part(cloud, "topic")]
    cloud.before["create topic"].append(failing(Refused("no")))
    reading = read(things, aws)
    with pytest.raises(Refused):
        apply(plan(things, reading), things, reading, aws, report).raise_failure()
