"""What the configuration can do without: where AWS refuses it, the key to set is named."""

from __future__ import annotations

import pytest
from fake_cloud import Cloud, Made, Recorder, Thing, failing

from productsapi.aws.caller import Aws
from productsapi.engine.apply import apply
from productsapi.engine.plan import Plan, plan
from productsapi.engine.read import read
from productsapi.errors import AccessDenied, Refused


class Part(Thing):
    opt_out = "monitoring.alarms to false"


class Hindered(Part):
    create_blocker = "the account has no role for it"


def denied(hint: str = "") -> AccessDenied:
    text = "cloudwatch:PutMetricAlarm isn't allowed"
    return AccessDenied("PutMetricAlarm", "AccessDenied", text, hint)


def planned(things: list[Thing], aws: Aws) -> Plan:
    return plan(things, read(things, aws))


def test_what_cannot_be_looked_at_names_its_key(aws: Aws, cloud: Cloud) -> None:
    """Once, though two meet the same refusal, and before anything is changed."""
    things: list[Thing] = [Thing(cloud, "table"), Part(cloud, "topic"), Part(cloud, "alarm")]
    error = denied("ask for it")
    cloud.before["read alarm"].append(failing(error))
    cloud.before["read topic"].append(failing(error))
    with pytest.raises(AccessDenied) as caught:
        planned(things, aws)
    assert caught.value.hint == "ask for it; or set monitoring.alarms to false"
    assert cloud.changing == []


def test_what_is_no_option_names_no_key(aws: Aws, cloud: Cloud) -> None:
    cloud.before["read table"].append(failing(denied("ask for it")))
    with pytest.raises(AccessDenied) as caught:
        planned([Thing(cloud, "table")], aws)
    assert caught.value.hint == "ask for it"


def test_what_may_not_be_made_names_its_key(aws: Aws, cloud: Cloud, report: Recorder) -> None:
    things: list[Thing] = [Part(cloud, "topic"), Part(cloud, "alarm", depends_on=("topic",))]
    cloud.before["create topic"].append(failing(denied()))
    reading = read(things, aws)
    applied = apply(plan(things, reading), things, reading, aws, report)
    with pytest.raises(AccessDenied) as caught:
        applied.raise_failure()
    assert caught.value.hint == "set monitoring.alarms to false"
    assert [change.key for change in applied.left] == ["topic", "alarm"]


def test_a_hindrance_is_refused_by_the_plan(aws: Aws, cloud: Cloud) -> None:
    [refused] = planned([Hindered(cloud, "role"), Part(cloud, "log")], aws).refused
    assert (refused.key, refused.reason) == ("role", Hindered.create_blocker)


def test_a_hindrance_is_none_where_the_thing_is_there(aws: Aws, cloud: Cloud) -> None:
    cloud.things["role"].append(Made({"size": 1}, {}))
    [change] = planned([Hindered(cloud, "role")], aws).changes
    assert change.action.value == "unchanged"


def test_another_refusal_than_of_rights_stays_as_it_is(
    aws: Aws, cloud: Cloud, report: Recorder
) -> None:
    things: list[Thing] = [Part(cloud, "topic")]
    cloud.before["create topic"].append(failing(Refused("no")))
    reading = read(things, aws)
    with pytest.raises(Refused) as caught:
        apply(plan(things, reading), things, reading, aws, report).raise_failure()
    assert caught.value.hint == ""
