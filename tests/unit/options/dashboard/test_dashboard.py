"""The dashboard: the form that AWS asks for, put right, and never another's."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from options_monitoring import DASHBOARD, actions, bring, plan_of
from steps_world import World

from productsapi.errors import AwsError, Refused
from productsapi.options.dashboard.dashboard import body

ON: dict[str, Any] = {"monitoring": {"dashboard": True}}
METRIC = {
    "type": "array",
    "prefixItems": [{"enum": ["AWS/ApiGateway", "AWS/Lambda", "AWS/DynamoDB"]}],
    "items": {"type": ["string", "object"]},
    "minItems": 5,
}
PROPERTIES = {
    "type": "object",
    "required": ["region", "metrics", "title", "view", "period"],
    "additionalProperties": False,
    "properties": {
        "region": {"const": "eu-west-2"},
        "title": {"type": "string"},
        "view": {"enum": ["timeSeries", "singleValue"]},
        "stacked": {"type": "boolean"},
        "period": {"type": "integer", "multipleOf": 60, "minimum": 60},
        "metrics": {"type": "array", "minItems": 1, "items": METRIC},
        "yAxis": {"type": "object"},
        "annotations": {
            "type": "object",
            "required": ["horizontal"],
            "properties": {
                "horizontal": {
                    "type": "array",
                    "items": {"type": "object", "required": ["value"]},
                }
            },
        },
    },
}


@pytest.fixture
def drawn(world: World) -> World:
    """It is there, without the rest of the stack."""
    bring(world, world.stack(**ON))
    return world


def test_the_dashboard_has_the_form_that_aws_asks_for(world: World) -> None:
    """AWS, «Dashboard body structure and syntax»: emulators take anything."""
    text, *graphs = body(world.stack(**ON))["widgets"]
    assert (text["type"], list(text["properties"])) == ("text", ["markdown"])
    taken: set[tuple[int, int]] = set()
    for widget in (text, *graphs):
        assert widget.keys() == {"type", "x", "y", "width", "height", "properties"}
        assert widget["x"] + widget["width"] <= 24
        columns = range(widget["x"], widget["x"] + widget["width"])
        rows = range(widget["y"], widget["y"] + widget["height"])
        cells = {(x, y) for x in columns for y in rows}
        assert not cells & taken
        taken |= cells
    for graph in graphs:
        assert graph["type"] == "metric"
        jsonschema.validate(graph["properties"], PROPERTIES)
        for metric in graph["properties"]["metrics"]:
            assert metric[-1].keys() == {"stat", "label"}
            assert len(metric) % 2 == 1  # namespace, name, pairs, how it is drawn
    drawn = [m for graph in graphs for m in graph["properties"]["metrics"]]
    assert len(drawn) <= 50  # beyond, a dashboard isn't among the free ones


def test_a_dashboard_changed_by_hand_is_put_right(drawn: World) -> None:
    """The same in another spelling isn't a change."""
    cloudwatch, stack = drawn.client("cloudwatch"), drawn.stack(**ON)
    reported = json.loads(cloudwatch.get_dashboard(DashboardName=DASHBOARD)["DashboardBody"])
    cloudwatch.put_dashboard(DashboardName=DASHBOARD, DashboardBody=json.dumps(reported, indent=3))
    assert plan_of(drawn, stack).to_do == ()
    reported["widgets"][1]["properties"]["title"] = "theirs"
    cloudwatch.put_dashboard(DashboardName=DASHBOARD, DashboardBody=json.dumps(reported))
    assert actions(plan_of(drawn, stack)) == {f"dashboard {DASHBOARD}": "update"}
    bring(drawn, stack)
    assert plan_of(drawn, stack).to_do == ()


def test_a_dashboard_of_the_same_name_is_refused(deployed: World) -> None:
    for text in ('{"widgets": []}', "no JSON", '"productsapi:stack `other`"'):
        reported = {"DashboardName": DASHBOARD, "DashboardArn": "arn", "DashboardBody": text}
        deployed.fake("GetDashboard", reported)
        with pytest.raises(Refused, match=DASHBOARD):
            deployed.deploy(deployed.stack(**ON))
    assert deployed.changing == []


def test_cloudwatchs_text_on_a_dashboard_is_reported(deployed: World) -> None:
    said = {"DataPath": "/widgets/1", "Message": "Unknown metric"}
    deployed.fake("PutDashboard", {"DashboardValidationMessages": [said]})
    with pytest.raises(AwsError, match="/widgets/1 Unknown metric"):
        deployed.deploy(deployed.stack(**ON))
