"""An option that is to be made and mustn't is refused before anything is changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from checks_aws import ACCOUNT, REGION, aws

from productsapi.aws.location import Location
from productsapi.config import Config
from productsapi.config.operating import Monitoring
from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import Action, Change, Plan
from productsapi.errors import AccessDenied, Interrupted, Refused
from productsapi.operations.options_allowed import not_allowed
from productsapi.options.registry import resources
from productsapi.stack import Stack

USER = f"arn:aws:iam::{ACCOUNT}:user/alice"
WATCHED = Monitoring(alarms=True, dashboard=True)
CONFIG = Config(schema=1, stack="shop", region=REGION, monitoring=WATCHED)
STACK = Stack(CONFIG, Location(REGION, ACCOUNT))


def plan(action: Action = Action.CREATE) -> Plan:
    return Plan(tuple(Change(each.step, each.key, action) for each in resources(STACK)))


def simulated(*denied: str, **more: Any) -> Any:
    """Each of these actions is denied, and all others are allowed."""

    def answer(asked: dict[str, Any]) -> dict[str, Any]:
        results = [
            {
                "EvalActionName": name,
                "EvalDecision": "implicitDeny" if name in denied else "allowed",
                **more,
            }
            for name in asked["ActionNames"]
        ]
        return {"EvaluationResults": results}

    return answer


def asked(
    simulator: Any, planned: Plan | None = None, location: Location | None = None
) -> list[str]:
    caller = {"Arn": USER, "Account": ACCOUNT}
    way = aws(location, GetCallerIdentity=caller, SimulatePrincipalPolicy=simulator)
    if refused := not_allowed(STACK, way, planned or plan(), Outputs()):
        raise refused
    operations: list[str] = way.operations
    return operations


def test_each_option_that_is_not_allowed_names_its_key() -> None:
    with pytest.raises(Refused) as caught:
        asked(simulated("cloudwatch:PutMetricAlarm", "cloudwatch:PutDashboard"))
    assert "cloudwatch:PutMetricAlarm on arn:aws:cloudwatch:" in caught.value.message
    reported = "set monitoring.alarms to false and set monitoring.dashboard to false"
    assert caught.value.hint.endswith(reported)


@pytest.mark.parametrize(
    "simulator",
    [
        simulated(),
        simulated("cloudwatch:DeleteAlarms", "cloudwatch:UntagResource"),
        simulated("cloudwatch:PutDashboard", MissingContextValues=["aws:RequestTag/team"]),
        AccessDenied("SimulatePrincipalPolicy", "AccessDenied", "no"),
        Interrupted("SimulatePrincipalPolicy", "500", "no"),
    ],
    ids=["allowed", "only later needed", "depends on the request", "may not be asked", "no answer"],
)
def test_what_is_not_known_to_be_denied_is_tried(simulator: Any) -> None:
    assert "SimulatePrincipalPolicy" in asked(simulator)


@pytest.mark.parametrize("action", [Action.UNCHANGED, Action.UPDATE])
def test_nothing_is_asked_where_no_option_is_made(action: Action) -> None:
    assert asked(simulated("cloudwatch:PutDashboard"), plan(action)) == []


def test_an_emulators_iam_is_not_asked() -> None:
    location = replace(STACK.location, endpoint_url="http://127.0.0.1:4566")
    assert asked(simulated("cloudwatch:PutDashboard"), location=location) == []
