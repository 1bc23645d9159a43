"""Alarms, their mail and the dashboard: made, priced, found when switched off, left out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from options_monitoring import (
    ADA,
    DASHBOARD,
    KEYS,
    LATENCY,
    NAMES,
    ON,
    actions,
    found,
    marks,
    nothing_is_left,
    subscribers,
    with_mail,
)
from steps_world import World, error

from productsapi.errors import AccessDenied, Refused


@pytest.fixture
def bare(standing: World) -> Iterator[World]:
    """None of it is there, and none is afterwards."""
    yield standing
    standing.wire.forget()
    standing.fill_gaps()
    standing.deploy(standing.stack())
    assert nothing_is_left(standing)


@pytest.fixture
def watched(bare: World) -> World:
    """Beside the rest of the stack."""
    bare.deploy(bare.stack(**ON))
    bare.forget_calls()
    return bare


# -- on --------------------------------------------------------------------------------------------


def test_switched_on_the_topic_comes_before_the_alarms(
    bare: World,
) -> None:
    stack = bare.stack(**ON)
    bare.deploy(stack)
    calls = bare.changing
    assert calls[0] == "TagResource"  # the mark, before anything is made
    assert calls.index("CreateTopic") < calls.index("Subscribe") < calls.index("PutMetricAlarm")
    assert marks(bare) == "alarm-mail alarms dashboard"
    assert sorted(found(bare)) == NAMES
    assert list(subscribers(bare)) == [ADA]
    assert bare.plan(stack).to_do == ()


# -- what it costs ---------------------------------------------------------------------------------


def test_the_plan_shows_what_each_costs_and_the_sum(bare: World) -> None:
    planned = bare.plan(bare.stack(**ON))
    prices = {c.key: (c.price, c.monthly) for c in planned.to_do}
    assert prices[f"alarm {LATENCY}"] == ("about $0.10 a month", 0.1)
    assert prices["alarm productsapi-shop-function-errors"] == ("about $0.40 a month", 0.4)
    assert prices[f"dashboard {DASHBOARD}"][1] == 3.0
    bare.deploy(bare.stack(**ON))
    counted = [q for a in found(bare).values() for q in a["Metrics"] if "MetricStat" in q]
    assert sum(c.monthly for c in planned.to_do) == pytest.approx(3.0 + 0.1 * len(counted))
    assert bare.plan(bare.stack(**ON)).to_do == ()


# -- whose it is -----------------------------------------------------------------------------------


def test_an_alarm_of_the_same_name_is_refused(bare: World) -> None:
    bare.client("cloudwatch").put_metric_alarm(
        AlarmName=LATENCY, Namespace="AWS/EC2", MetricName="CPUUtilization", Statistic="Average",
        Period=60, EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="LessThanThreshold",
    )  # fmt: skip
    bare.alter(
        "ListTagsForResource", lambda _asked, reported: reported.update(Tags=[])
    )  # moto's stay
    bare.forget_calls()
    with pytest.raises(Refused, match=LATENCY):
        bare.deploy(bare.stack(**ON))
    assert bare.changing == []
    bare.client("cloudwatch").delete_alarms(AlarmNames=[LATENCY])


# -- off, and the end ------------------------------------------------------------------------------


def test_without_an_address_only_the_topic_goes(watched: World) -> None:
    stack = watched.stack(**with_mail(None))
    planned = actions(watched.plan(stack))
    assert planned.pop("alarm topic productsapi-shop-alarms") == "delete"
    assert {planned[f"alarm {name}"] for name in NAMES} == {"update"}
    watched.deploy(stack)
    calls = watched.changing
    assert calls.index("DeleteTopic") > max(i for i, c in enumerate(calls) if c == "PutMetricAlarm")
    assert all(alarm["AlarmActions"] == [] for alarm in found(watched).values())
    watched.forget_calls()
    assert watched.plan(stack).to_do == ()
    assert "GetTopicAttributes" not in watched.operations  # what is off costs no call


def test_switched_off_all_of_it_is_found_and_removed(watched: World) -> None:
    assert {
        k for k, action in actions(watched.plan(watched.stack())).items() if action == "delete"
    } == KEYS
    watched.deploy(watched.stack())
    calls = watched.changing
    assert calls.index("DeleteTopic") > max(i for i, c in enumerate(calls) if c == "DeleteAlarms")
    assert nothing_is_left(watched)
    assert marks(watched) is None
    watched.forget_calls()
    assert watched.plan(watched.stack()).to_do == ()
    theirs = {"DescribeAlarms", "GetDashboard", "GetTopicAttributes"}
    assert not theirs & set(watched.operations)


def test_a_teardown_removes_all_of_it(watched: World) -> None:
    watched.teardown(watched.stack(**ON))
    assert nothing_is_left(watched)


def test_teardown_removes_it_though_switched_off(watched: World) -> None:
    watched.teardown(watched.stack())
    assert nothing_is_left(watched)


# -- refused ---------------------------------------------------------------------------------------

DENIED = error("AccessDenied", "not authorized to perform: cloudwatch:DescribeAlarms", 403)


@pytest.mark.parametrize(
    ("operation", "key"),
    [
        ("DescribeAlarms", "monitoring.alarms to false"),
        ("PutMetricAlarm", "monitoring.alarms to false"),
        ("GetDashboard", "monitoring.dashboard to false"),
        ("PutDashboard", "monitoring.dashboard to false"),
        ("GetTopicAttributes", "monitoring.email to null"),
        ("CreateTopic", "monitoring.email to null"),
        ("Subscribe", "monitoring.email to null"),
    ],
)
def test_a_refusal_names_the_key_to_set(bare: World, operation: str, key: str) -> None:
    bare.fake(operation, DENIED)
    with pytest.raises(AccessDenied, match=operation) as caught:
        bare.deploy(bare.stack(**ON))
    assert f"set {key}" in caught.value.hint
