"""Alarms, who is told of them, and the dashboard: made, kept right, found when switched off."""

from __future__ import annotations

import json
from typing import Any

import pytest
from steps_world import World, error

from productsapi.engine.plan import Action
from productsapi.errors import AwsError, Refused
from productsapi.steps.monitoring.dashboard import body
from productsapi.steps.monitoring.definitions import definitions

MAIL = "ops@example.com"
ON: dict[str, Any] = {"monitoring": {"alarms": True, "email": MAIL, "dashboard": True}}
SILENT: dict[str, Any] = {"monitoring": {"alarms": True}}
TOPIC = "arn:aws:sns:eu-west-2:123456789012:productsapi-shop-alarms"
NAMES = {
    f"productsapi-shop-{name}"
    for name in (
        "api-errors", "api-latency", "function-errors", "function-throttles", "table-throttles",
        "table-errors",
    )
}  # fmt: skip
ERRORS = "productsapi-shop-api-errors"


@pytest.fixture
def watched(deployed: World) -> World:
    deployed.deploy(deployed.stack(**ON))
    deployed.forget_calls()
    return deployed


def alarms(world: World) -> dict[str, dict[str, Any]]:
    found = world.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return {alarm["AlarmName"]: alarm for alarm in found}


def dashboards(world: World) -> list[str]:
    found = world.client("cloudwatch").list_dashboards()["DashboardEntries"]
    return [each["DashboardName"] for each in found]


def mails(world: World) -> list[str]:
    found = world.client("sns").list_subscriptions()["Subscriptions"]
    return [each["Endpoint"] for each in found]


def shown(world: World, stack: Any) -> dict[str, tuple[str, set[str]]]:
    return {c.key: (c.action.value, set(c.changed)) for c in world.plan(stack).to_do}


# -- what is watched -------------------------------------------------------------------------------


def test_each_alarm_watches_what_the_configuration_names(watched: World) -> None:
    found = alarms(watched)
    assert found.keys() == NAMES
    for alarm in found.values():
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert alarm["AlarmActions"] == alarm["OKActions"] == [TOPIC]
    errors = found[ERRORS]
    assert (errors["MetricName"], errors["Statistic"]) == ("5XXError", "Average")
    assert errors["Threshold"] == 0.05
    dimensions = {each["Name"]: each["Value"] for each in errors["Dimensions"]}
    assert dimensions == {"ApiName": "ProductsAPI", "Stage": "dev"}
    latency = found["productsapi-shop-api-latency"]
    assert (latency["ExtendedStatistic"], latency["Threshold"]) == ("p95", 3000)


def test_several_metrics_are_one_alarm_and_each_of_them_is_paid_for(world: World) -> None:
    """CloudWatch's price is by metric; the plan tells each alarm's, and the sum."""
    stack = world.stack()
    by_name = {each.name.removeprefix("productsapi-shop-"): each for each in definitions(stack)}
    assert {name: len(each.metrics) for name, each in by_name.items()} == {
        "api-errors": 1,
        "api-latency": 1,
        "function-errors": 4,
        "function-throttles": 4,
        "table-throttles": 2,
        "table-errors": 6,
    }
    queries = by_name["function-errors"].parameters()["Metrics"]
    assert [query["ReturnData"] for query in queries] == [False] * 4 + [True]
    planned = world.plan(world.stack(**SILENT))
    prices = {c.key: c.price for c in planned.to_do if c.monthly}
    assert prices["alarm productsapi-shop-table-errors"] == "about $0.60 a month"
    assert sum(c.monthly for c in planned.to_do) == pytest.approx(1.80)


def test_after_a_deploy_there_is_nothing_to_do(watched: World) -> None:
    assert watched.plan(watched.stack(**ON)).to_do == ()


def test_all_alarms_are_looked_for_in_one_call(watched: World) -> None:
    watched.look(watched.stack(**ON))
    assert watched.operations.count("DescribeAlarms") == 1


def test_off_it_costs_no_call(deployed: World) -> None:
    deployed.look(deployed.stack())
    asked = {"DescribeAlarms", "GetDashboard", "ListSubscriptionsByTopic"}
    assert not asked & set(deployed.operations)


def test_names_that_change_in_the_configuration_are_followed(watched: World) -> None:
    """An alarm on the former name would be silent for ever."""
    renamed = {**ON, "api": {"name": "Shop"}, "table": {"name": "ProductsTable"}}
    stack = watched.stack(**renamed)
    planned = shown(watched, stack)
    assert planned[f"alarm {ERRORS}"] == ("update", {"watches"})
    watched.deploy(stack)
    dimensions = {each["Name"]: each["Value"] for each in alarms(watched)[ERRORS]["Dimensions"]}
    assert dimensions["ApiName"] == "Shop"


# -- drift and changes -----------------------------------------------------------------------------

DRIFT: dict[str, dict[str, Any]] = {
    "description": {"AlarmDescription": "theirs"},
    "condition": {"Threshold": 0.9},
    "comparison": {"ComparisonOperator": "LessThanThreshold"},
    "without_data": {"TreatMissingData": "breaching"},
    "enabled": {"ActionsEnabled": False},
    "tells": {"AlarmActions": []},
    "tells_when_over": {"OKActions": []},
    "watches": {"Statistic": "Sum"},
}


@pytest.mark.parametrize("field", DRIFT)
def test_what_of_an_alarm_was_changed_behind_our_back_is_repaired(
    watched: World, field: str
) -> None:
    [ours] = [call for call in definitions(watched.stack(**ON)) if call.name == ERRORS]
    asked: dict[str, Any] = {
        "AlarmName": ERRORS,
        "AlarmDescription": ours.description,
        "ActionsEnabled": True,
        "AlarmActions": [TOPIC],
        "OKActions": [TOPIC],
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "Threshold": ours.threshold,
        "EvaluationPeriods": ours.of,
        "DatapointsToAlarm": ours.points,
        "TreatMissingData": "notBreaching",
        **ours.parameters(),
    }
    watched.client("cloudwatch").put_metric_alarm(**{**asked, **DRIFT[field]})
    stack = watched.stack(**ON)
    assert shown(watched, stack) == {f"alarm {ERRORS}": ("update", {field})}
    watched.forget_calls()
    watched.deploy(stack)
    assert watched.changing == ["PutMetricAlarm"]
    assert watched.plan(stack).to_do == ()


def test_deleted_behind_our_back_it_is_made_again(watched: World) -> None:
    watched.client("cloudwatch").delete_alarms(AlarmNames=[ERRORS])
    watched.client("cloudwatch").delete_dashboards(DashboardNames=["productsapi-shop"])
    watched.deploy(watched.stack(**ON))
    assert (alarms(watched).keys(), dashboards(watched)) == (NAMES, ["productsapi-shop"])


@pytest.mark.parametrize(
    ("changes", "name", "threshold"),
    [
        ({"error_percent": 20}, ERRORS, 0.2),
        ({"latency_ms": 500}, "productsapi-shop-api-latency", 500),
    ],
)
def test_a_threshold_is_changed_where_it_stands(
    watched: World, changes: dict[str, Any], name: str, threshold: float
) -> None:
    stack = watched.stack(monitoring={**ON["monitoring"], **changes})
    watched.deploy(stack)
    assert {c.key for c in watched.shown.to_do} == {f"alarm {name}"}
    assert alarms(watched)[name]["Threshold"] == threshold


def test_another_alarm_of_the_name_is_not_ours_to_change(deployed: World) -> None:
    theirs = {"MetricName": "x", "Namespace": "y", "Statistic": "Sum", "Period": 60, "Threshold": 1}
    deployed.client("cloudwatch").put_metric_alarm(
        AlarmName=ERRORS, EvaluationPeriods=1,
        ComparisonOperator="LessThanThreshold", **theirs,
    )  # fmt: skip
    with pytest.raises(Refused, match=ERRORS):
        deployed.deploy(deployed.stack(**SILENT))


# -- who is told -----------------------------------------------------------------------------------


def test_the_topic_is_there_before_an_alarm_speaks_to_it(deployed: World) -> None:
    deployed.deploy(deployed.stack(**ON))
    calls = deployed.changing
    assert calls.index("CreateTopic") < calls.index("PutMetricAlarm")
    assert mails(deployed) == [MAIL]


def test_without_an_address_there_is_no_topic_and_the_alarms_are_silent(deployed: World) -> None:
    deployed.deploy(deployed.stack(**SILENT))
    assert "CreateTopic" not in deployed.changing
    assert alarms(deployed)[ERRORS].get("AlarmActions", []) == []


def test_an_address_that_has_not_confirmed_is_told_and_is_nothing_to_do(watched: World) -> None:
    def pending(_params: dict[str, Any], answer: dict[str, Any]) -> None:
        for each in answer["Subscriptions"]:
            each["SubscriptionArn"] = "PendingConfirmation"

    watched.alter("ListSubscriptionsByTopic", pending)
    planned = watched.plan(watched.stack(**ON))
    assert planned.to_do == ()
    assert any(MAIL in note.text and "confirm" in note.text for note in planned.notes)
    changed = watched.stack(monitoring={**ON["monitoring"], "email": "new@example.com"})
    watched.deploy(changed)
    assert "Unsubscribe" not in watched.changing, "SNS forgets what nobody confirms"


def test_another_address_takes_the_place_of_the_former_and_those_of_others_stay(
    watched: World,
) -> None:
    colleague = "colleague@example.com"
    watched.client("sns").subscribe(TopicArn=TOPIC, Protocol="email", Endpoint=colleague)
    stack = watched.stack(monitoring={**ON["monitoring"], "email": "new@example.com"})
    watched.forget_calls()
    watched.deploy(stack)
    assert watched.changing == ["Unsubscribe", "TagResource", "Subscribe"]
    assert sorted(mails(watched)) == [colleague, "new@example.com"]
    assert watched.plan(stack).to_do == ()


def test_an_address_taken_out_silences_the_alarms_before_the_topic_goes(watched: World) -> None:
    stack = watched.stack(monitoring={"alarms": True, "dashboard": True})
    watched.deploy(stack)
    calls = watched.changing
    assert max(n for n, call in enumerate(calls) if call == "PutMetricAlarm") < calls.index(
        "DeleteTopic"
    )
    assert watched.client("sns").list_topics()["Topics"] == []
    assert watched.plan(stack).to_do == ()


# -- the dashboard ---------------------------------------------------------------------------------


def test_the_dashboard_keeps_to_cloudwatchs_grid_and_shows_this_stack(world: World) -> None:
    """MiniStack takes any body, AWS doesn't: each widget as its page on the body has it."""
    told = body(world.stack())
    for widget in told["widgets"]:
        assert widget["type"] in {"text", "metric"}
        assert 0 <= widget["x"] <= 23
        assert 1 <= widget["width"] <= 24 - widget["x"]
        assert 1 <= widget["height"] <= 1000
    graphs = [each["properties"] for each in told["widgets"] if each["type"] == "metric"]
    for graph in graphs:
        assert graph["region"] == "eu-west-2"
        assert graph["title"]
        for metric in graph["metrics"]:
            namespace, name, *rest = metric
            assert namespace.startswith("AWS/")
            assert name
            *dimensions, options = rest
            assert len(dimensions) % 2 == 0
            assert options["stat"]
    text = json.dumps(told)
    assert "ProductsAPI" in text
    assert "ProductsTable" in text


def test_a_changed_dashboard_is_put_back(watched: World) -> None:
    theirs = body(watched.stack())
    theirs["widgets"].pop()
    watched.client("cloudwatch").put_dashboard(
        DashboardName="productsapi-shop", DashboardBody=json.dumps(theirs)
    )
    watched.forget_calls()
    watched.deploy(watched.stack(**ON))
    assert watched.changing == ["PutDashboard"]


def test_another_dashboard_of_the_name_is_not_ours(deployed: World) -> None:
    deployed.client("cloudwatch").put_dashboard(
        DashboardName="productsapi-shop", DashboardBody='{"widgets": []}'
    )
    with pytest.raises(Refused, match="dashboard productsapi-shop"):
        deployed.deploy(deployed.stack(monitoring={"dashboard": True}))


def test_what_cloudwatch_finds_wrong_with_it_is_told(deployed: World) -> None:
    fault = {"DashboardValidationMessages": [{"DataPath": "/widgets/1", "Message": "no such"}]}
    deployed.fake("PutDashboard", fault)
    with pytest.raises(AwsError, match="no such"):
        deployed.deploy(deployed.stack(monitoring={"dashboard": True}))


# -- off, and where AWS refuses --------------------------------------------------------------------


def test_switched_off_later_all_of_it_is_found_and_removed(watched: World) -> None:
    stack = watched.stack()
    watched.deploy(stack)
    assert (alarms(watched), dashboards(watched), mails(watched)) == ({}, [], [])
    assert watched.client("sns").list_topics()["Topics"] == []
    assert watched.plan(stack).to_do == ()
    watched.forget_calls()
    watched.look(stack)
    assert "DescribeAlarms" not in watched.operations


@pytest.mark.parametrize("changes", [ON, {}], ids=["on", "switched off"])
def test_teardown_leaves_nothing_of_it(watched: World, changes: dict[str, Any]) -> None:
    watched.teardown(watched.stack(**changes))
    assert (alarms(watched), dashboards(watched), mails(watched)) == ({}, [], [])


@pytest.mark.parametrize("operation", ["DescribeAlarms", "ListTagsForResource"])
def test_what_may_not_be_looked_at_is_skipped_where_it_may_be_left_out(
    deployed: World, operation: str
) -> None:
    def refused(params: dict[str, Any]) -> Any:
        about = str(params.get("ResourceArn", params.get("AlarmNames", "")))
        alarms_own = ":sns:" in about or "productsapi-shop" in about
        return error("AccessDenied", "not authorized", 403) if alarms_own else None

    deployed.fake(operation, refused)
    lenient = {"monitoring": {"alarms": "if_allowed", "email": MAIL}}
    planned = deployed.plan(deployed.stack(**lenient))
    assert planned.to_do == ()
    assert {c.action for c in planned.skipped} == {Action.SKIP}
    assert len(planned.skipped) == len(NAMES) + 2


def test_what_is_refused_in_the_deploy_is_left_out_with_the_rest(deployed: World) -> None:
    deployed.fake("PutMetricAlarm", error("AccessDenied", "not authorized", 403))
    applied = deployed.deploy(deployed.stack(monitoring={"alarms": "if_allowed"}))
    assert {c.key for c in applied.left_out} == {f"alarm {name}" for name in NAMES}
