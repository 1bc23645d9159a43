"""Alarms, deployed: as they should be, and put right."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import permutations
from types import SimpleNamespace
from typing import Any, cast

import pytest
from options_monitoring import (
    DASHBOARD,
    LATENCY,
    NAMES,
    ON,
    TOPIC,
    actions,
    bring,
    found,
    plan_of,
)
from steps_world import World

from productsapi.aws.caller import Aws
from productsapi.cli.alarm_states import print_states, states
from productsapi.engine.outputs import Outputs
from productsapi.engine.read import read
from productsapi.options.alarms.alarm import Alarm, _kept
from productsapi.options.alarms.definitions import definitions
from productsapi.options.registry import resources

# -- on --------------------------------------------------------------------------------------------


def test_missing_data_is_no_alarm_states_are_mailed(watched: World) -> None:
    for alarm in found(watched).values():
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["ActionsEnabled"] is True
        assert (alarm["AlarmActions"], alarm["OKActions"]) == ([TOPIC], [TOPIC])
        assert alarm["InsufficientDataActions"] == []
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"


def test_status_shows_the_alarms_states(watched: World, capsys: pytest.CaptureFixture[str]) -> None:
    cloudwatch = watched.client("cloudwatch")
    for name, value in zip(NAMES, ("ALARM", "OK", "OK", "OK", "OK"), strict=False):
        cloudwatch.set_alarm_state(AlarmName=name, StateValue=value, StateReason="a test's")
    cloudwatch.delete_alarms(AlarmNames=NAMES[5:])
    stack = watched.stack(**ON)
    watched.forget_calls()
    there = states(
        stack, read([r for r in resources(stack) if r.step == "monitoring"], watched.aws)
    )
    assert watched.operations.count("DescribeAlarms") == 1
    assert {name: state.value for name, state in there.items()} == {
        NAMES[0]: "ALARM", **dict.fromkeys(NAMES[1:5], "OK"),
    }  # fmt: skip
    print_states(there)
    reported = capsys.readouterr().out.splitlines()
    assert reported[0].startswith(f"! ALARM {NAMES[0]}: 5 percent or more of the requests")
    assert reported[1:] == ["Alarms:        1 ALARM, 4 OK"]


def test_without_alarms_there_is_nothing_to_show(world: World) -> None:
    stack = world.stack()
    assert states(stack, read(resources(stack), world.aws)) == {}


def test_what_is_sent_is_what_cloudwatch_takes(watched: World) -> None:
    """Which an emulator doesn't look at: one query is the result, ids are fit, ten at most."""
    watched.client("cloudwatch").delete_alarms(AlarmNames=NAMES)
    longest = {"name": "x" * 1024}
    bring(watched, watched.stack(**ON, table={"category_index": True}, api=longest))
    sent = watched.asked("PutMetricAlarm")
    assert len(sent) == len(NAMES)
    for params in sent:
        queries = params["Metrics"]
        assert [q["ReturnData"] for q in queries].count(True) == 1
        assert len([q for q in queries if "MetricStat" in q]) <= 10
        assert all(q["Id"].replace("_", "").isalpha() and q["Id"].islower() for q in queries)
        assert len({q["Id"] for q in queries}) == len(queries)
        assert all(q["MetricStat"]["Period"] == 300 for q in queries if "MetricStat" in q)
        assert params["DatapointsToAlarm"] <= params["EvaluationPeriods"]
        assert len(params["AlarmDescription"]) <= 1024
        assert not params.keys() & {"MetricName", "Namespace", "Statistic", "Period"}
        assert {"Key": "productsapi:stack", "Value": "shop"} in params["Tags"]


def test_alarms_watch_stage_functions_and_table(watched: World) -> None:
    watched_by: dict[str, set[tuple[str, str]]] = {}
    for name, alarm in found(watched).items():
        for query in alarm["Metrics"]:
            metric = query.get("MetricStat", {}).get("Metric", {"Dimensions": []})
            pairs = {(d["Name"], d["Value"]) for d in metric["Dimensions"]}
            watched_by.setdefault(name.removeprefix("productsapi-shop-"), set()).update(pairs)
    functions = {
        ("FunctionName", f"{function}productfunction")
        for function in ("create", "get", "update", "delete")
    }
    api = {("ApiName", "ProductsAPI"), ("Stage", "dev")}
    table = ("TableName", "ProductsTable")
    operations = {"PutItem", "GetItem", "Query", "Scan", "UpdateItem", "DeleteItem"}
    assert watched_by == {
        "api-errors": api,
        "api-latency": api,
        "function-errors": functions,
        "function-throttles": functions,
        "table-throttles": {table},
        "table-errors": {table, *(("Operation", name) for name in operations)},
    }


def test_an_index_is_watched_too_where_there_is_one(watched: World) -> None:
    stack = watched.stack(**ON, table={"category_index": True})
    assert "alarm productsapi-shop-table-throttles" in actions(plan_of(watched, stack))
    bring(watched, stack)
    throttles = found(watched)["productsapi-shop-table-throttles"]["Metrics"]
    assert {"index_reads", "index_writes"} <= {query["Id"] for query in throttles}
    assert plan_of(watched, stack).to_do == ()


def test_two_stacks_alarms_never_share_a_name(watched: World) -> None:
    """`shop-table` and `throttles` would read as `shop` and `table-throttles`."""
    names = [each.name for each in definitions(watched.stack())]
    assert not [(a, b) for a, b in permutations(names, 2) if a.endswith(f"-{b}") or a == b]


# -- what somebody changes behind our back ---------------------------------------------------------

Tampering = Callable[[dict[str, Any]], object]
TAMPERED: dict[str, Tampering] = {
    "threshold": lambda alarm: alarm.update(Threshold=9.0),
    "comparison": lambda alarm: alarm.update(ComparisonOperator="LessThanThreshold"),
    "points": lambda alarm: alarm.update(EvaluationPeriods=9),
    "missing_data": lambda alarm: alarm.update(TreatMissingData="breaching"),
    "few_samples": lambda alarm: alarm.update(EvaluateLowSampleCountPercentile="ignore"),
    "enabled": lambda alarm: alarm.update(ActionsEnabled=False),
    "when_alarm": lambda alarm: alarm.update(AlarmActions=[]),
    "when_ok": lambda alarm: alarm.update(OKActions=[f"{TOPIC}-theirs"]),
    "when_unknown": lambda alarm: alarm.update(InsufficientDataActions=[TOPIC]),
    "description": lambda alarm: alarm.update(AlarmDescription="theirs"),
    "watches.latency": lambda alarm: alarm["Metrics"][0]["MetricStat"].update(Stat="p50"),
    "watches.theirs": lambda alarm: alarm["Metrics"].append(
        {"Id": "theirs", "Expression": "1", "ReturnData": False}
    ),
}


@pytest.mark.parametrize("field", TAMPERED)
def test_each_differing_field_is_shown_and_repaired(watched: World, field: str) -> None:
    alarm = found(watched)[LATENCY]
    kept = ("AlarmName", "AlarmDescription", "ActionsEnabled", "OKActions", "AlarmActions",
            "InsufficientDataActions", "EvaluationPeriods", "DatapointsToAlarm", "Threshold",
            "ComparisonOperator", "TreatMissingData", "Metrics")  # fmt: skip
    changed = {name: alarm[name] for name in kept}
    TAMPERED[field](changed)
    watched.client("cloudwatch").put_metric_alarm(**changed)
    watched.forget_calls()
    stack = watched.stack(**ON)
    [change] = plan_of(watched, stack).to_do
    assert change.key == f"alarm {LATENCY}"
    assert field in {each.field for each in change.fields}
    bring(watched, stack)
    [put] = watched.asked("PutMetricAlarm")
    assert "Tags" not in put  # which would be ignored
    assert plan_of(watched, stack).to_do == ()


def test_one_made_over_for_another_metric_is_put_right(watched: World) -> None:
    watched.client("cloudwatch").put_metric_alarm(
        AlarmName=LATENCY, Namespace="AWS/EC2", MetricName="CPUUtilization", Statistic="Average",
        Period=60, EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="LessThanThreshold",
    )  # fmt: skip
    [change] = plan_of(watched, watched.stack(**ON)).to_do
    assert {"watches.metric", "watches.latency"} <= {each.field for each in change.fields}
    bring(watched, watched.stack(**ON))
    assert plan_of(watched, watched.stack(**ON)).to_do == ()


def test_tags_are_changed_by_their_own_calls(watched: World) -> None:
    tagged = watched.stack(**ON, tags={"team": "shop"})
    bring(watched, tagged)
    assert "PutMetricAlarm" not in watched.changing
    arn = found(watched)[LATENCY]["AlarmArn"]
    tags = watched.client("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"]
    assert {"Key": "team", "Value": "shop"} in tags
    topic = watched.client("sns").list_tags_for_resource(ResourceArn=TOPIC)["Tags"]
    assert {"Key": "team", "Value": "shop"} in topic
    assert plan_of(watched, tagged).to_do == ()
    bring(watched, watched.stack(**ON))
    tags = watched.client("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"]
    assert {tag["Key"] for tag in tags} == {"productsapi:stack"}
    assert plan_of(watched, watched.stack(**ON)).to_do == ()


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"error_percent": 10}, {f"alarm {NAMES[0]}"}),
        ({"latency_ms": 900}, {f"alarm {LATENCY}", f"dashboard {DASHBOARD}"}),
    ],
)
def test_a_threshold_changes_what_is_measured_by_it(
    watched: World, changes: dict[str, Any], keys: set[str]
) -> None:
    stack = watched.stack(monitoring={**ON["monitoring"], **changes})
    assert actions(plan_of(watched, stack)).keys() == keys
    bring(watched, stack)
    assert found(watched)[NAMES[0]]["Threshold"] == changes.get("error_percent", 5)
    assert found(watched)[LATENCY]["Threshold"] == changes.get("latency_ms", 3000)
    assert plan_of(watched, stack).to_do == ()


def test_the_same_alarms_follow_new_names(watched: World) -> None:
    names = {"get": "readproduct"}
    base = watched.config()
    functions = {"names": type(base.functions.names)(**names)}
    stack = watched.stack(**ON, functions=functions, api={"name": "Shop"})
    bring(watched, stack)
    assert sorted(found(watched)) == NAMES
    reported = json.dumps(found(watched), default=str)
    assert "readproduct" in reported
    assert "getproductfunction" not in reported
    assert '"Shop"' in reported
    assert plan_of(watched, stack).to_do == ()


def test_w3_what_others_set_of_actions_is_sent_back(watched: World) -> None:
    """PutMetricAlarm replaces it; botocore knows it from 1.44 on."""
    alarm = {"ActionConfiguration": {"AlarmActions": "theirs"}, "AlarmName": "x"}
    knows = SimpleNamespace(accepts=lambda *_: {"ActionConfiguration", "AlarmName"})
    assert _kept(cast("Aws", knows), alarm) == {"ActionConfiguration": {"AlarmActions": "theirs"}}
    assert _kept(watched.aws, {"AlarmName": "x"}) == {}
    definition = definitions(watched.stack(**ON))[0]
    resource = Alarm(watched.stack(**ON), definition=definition)
    seen = resource.read(watched.aws, Outputs())
    assert seen is not None
    assert seen.raw["AlarmName"] == resource.name
