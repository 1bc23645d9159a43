"""Tracing: the right before the code that traces, in versions too, and away again after it."""

from __future__ import annotations

from typing import Any

from steps_world import World

from productsapi.engine.graph import to_find
from productsapi.engine.outputs import Outputs
from productsapi.engine.read import Reading, read
from productsapi.operations.finding import State
from productsapi.options.registry import resources
from productsapi.options.tracing.option import OPTION
from productsapi.options.tracing.verify import traced

ON: dict[str, Any] = {"functions": {"tracing": True}}
FUNCTION, ROLE = "getproductfunction", "getproductfunction-eu-west-2"


def mode(world: World, version: str) -> str:
    client = world.client("lambda")
    found = client.get_function_configuration(FunctionName=FUNCTION, Qualifier=version)
    reported: str = found["TracingConfig"]["Mode"]
    return reported


def trace_rights(world: World) -> list[Any]:
    found = world.client("iam").get_role_policy(RoleName=ROLE, PolicyName="productsapi")
    return [s["Action"] for s in found["PolicyDocument"]["Statement"] if s.get("Sid") == "Traces"]


def test_the_right_comes_before_and_goes_after(deployed: World) -> None:
    deployed.deploy(deployed.stack(**ON))
    calls = deployed.changing
    assert calls.index("PutRolePolicy") < calls.index("UpdateAlias")
    assert trace_rights(deployed) == [["xray:PutTelemetryRecords", "xray:PutTraceSegments"]]
    assert mode(deployed, "live") == "Active"
    deployed.forget_calls()
    deployed.deploy(deployed.stack())
    calls = deployed.changing
    last_alias = len(calls) - 1 - calls[::-1].index("UpdateAlias")
    assert last_alias < calls.index("PutRolePolicy")
    assert trace_rights(deployed) == []
    assert mode(deployed, "live") == "PassThrough"
    assert deployed.plan(deployed.stack()).to_do == ()


def test_tracing_switched_off_by_hand_is_drift(deployed: World) -> None:
    stack = deployed.stack(**ON)
    deployed.deploy(stack)
    deployed.client("lambda").update_function_configuration(
        FunctionName=FUNCTION, TracingConfig={"Mode": "PassThrough"}
    )
    deployed.forget_calls()
    [change] = deployed.plan(stack).to_do
    assert [(f.field, f.old, f.new) for f in change.fields] == [
        ("tracing", "PassThrough", "Active")
    ]
    deployed.deploy(stack)
    assert deployed.plan(stack).to_do == ()


def test_verify_reports_versions_that_do_not_trace(deployed: World) -> None:
    """By what `verify` reads of it; where that is nothing, nothing is well."""
    off, on = deployed.stack(), deployed.stack(**ON)
    assert list(traced(off, deployed.look(off))) == []
    looked_at = to_find(resources(on), OPTION.looked_at)
    [found] = traced(on, read(looked_at, deployed.aws))
    assert found.state is State.FAILED
    assert FUNCTION in found.text
    deployed.deploy(on)
    [found] = traced(on, deployed.look(on))
    assert found.state is State.OK
    [found] = traced(on, Reading({}, Outputs()))
    assert found.state is State.FAILED
