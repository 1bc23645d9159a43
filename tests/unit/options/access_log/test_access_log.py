"""The access log, and what it shows of features: made, found when switched off, refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from steps_world import World, error

from productsapi.errors import AccessDenied, Refused
from productsapi.operations.telemetry.log_lines import read as read_line
from productsapi.operations.telemetry.request_counts import served
from productsapi.options.access_log.resources import FIELDS, FORMAT
from productsapi.stack import features

ON: dict[str, Any] = {"access_log": {"enabled": True, "set_account_role": True}}
GROUP = "/productsapi/shop/api-access"
THEIRS = "arn:aws:iam::123456789012:role/theirs"
PUSH = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
TABLE = "arn:aws:dynamodb:eu-west-2:123456789012:table/ProductsTable"


class Account:
    """The account's setting, which moto doesn't keep."""

    def __init__(self, world: World, role: str | None = None) -> None:
        self.role = role
        world.fake("GetAccount", self.report)
        world.fake("UpdateAccount", self.change)
        world.fake("AttachRolePolicy", {})  # of AWS's own policies moto knows none

    def report(self, _params: dict[str, Any]) -> dict[str, Any]:
        return {"cloudwatchRoleArn": self.role} if self.role else {"features": []}

    def change(self, params: dict[str, Any]) -> dict[str, Any]:
        [patch] = params["patchOperations"]
        assert (patch["op"], patch["path"]) == ("replace", "/cloudwatchRoleArn")
        self.role = patch["value"]
        return {"cloudwatchRoleArn": self.role}


@pytest.fixture
def account(deployed: World) -> Account:
    return Account(deployed)


def stage(world: World) -> dict[str, Any]:
    api_id = world.outputs()["api_id"]
    found: dict[str, Any] = world.client("apigateway").get_stage(restApiId=api_id, stageName="dev")
    return found


def marks(world: World) -> str | None:
    return features.tags_of_table(world.stack(), world.aws).get(features.TAG)


def keys(world: World, stack: Any) -> dict[str, str]:
    return {change.key: change.action.value for change in world.plan(stack).to_do}


# -- on --------------------------------------------------------------------------------------------


def test_switched_on_it_is_made_in_awss_order(deployed: World, account: Account) -> None:
    stack = deployed.stack(**ON)
    deployed.deploy(stack)
    assert [c for c in deployed.changing if c != "TagResource"] == [
        "CreateRole",
        "AttachRolePolicy",
        "UpdateAccount",
        "CreateLogGroup",
        "PutRetentionPolicy",
        "UpdateStage",
    ]
    assert marks(deployed) == "access-log"
    settings = stage(deployed)["accessLogSettings"]
    assert settings["destinationArn"] == f"arn:aws:logs:eu-west-2:123456789012:log-group:{GROUP}"
    assert settings["format"] == FORMAT
    [group] = deployed.client("logs").describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    assert group["retentionInDays"] == 90
    [attached] = deployed.asked("AttachRolePolicy")
    assert attached["PolicyArn"] == PUSH
    role = deployed.client("iam").get_role(RoleName=attached["RoleName"])["Role"]
    assert account.role == role["Arn"]
    assert "apigateway.amazonaws.com" in json.dumps(role["AssumeRolePolicyDocument"])
    assert deployed.plan(stack).to_do == ()


def test_the_format_is_one_line_of_json() -> None:
    """A request id must be in it, or API Gateway refuses it; no header, which may hold a token."""
    line = FORMAT
    for variable, value in (("$context.status", "200"), ("$context.httpMethod", "GET")):
        line = line.replace(variable, value)
    line = line.replace("$context.resourcePath", "/products").replace("$context.", "-")
    reported = read_line(line)
    assert served(reported.fields) == served({"route": "GET /products", "status": 200})
    assert {"requestId", "extendedRequestId", "functionRequestId"} <= FIELDS.keys()
    assert "header" not in FORMAT.lower()
    assert "\n" not in FORMAT


def test_a_role_that_the_account_has_is_taken_as_it_is(deployed: World) -> None:
    account = Account(deployed, THEIRS)
    deployed.deploy(deployed.stack(**ON))
    assert account.role == THEIRS
    assert not {"CreateRole", "UpdateAccount"} & set(deployed.changing)


def test_one_that_somebody_sets_meanwhile_stays(deployed: World) -> None:
    account = Account(deployed)

    def attached(_params: dict[str, Any]) -> dict[str, Any]:
        account.role = THEIRS
        return {}

    deployed.fake("AttachRolePolicy", attached)
    deployed.deploy(deployed.stack(**ON))
    assert account.role == THEIRS
    assert "UpdateAccount" not in deployed.changing


def test_without_a_log_role_it_is_refused(deployed: World, account: Account) -> None:
    with pytest.raises(Refused, match=r"access_log\.set_account_role"):
        deployed.deploy(deployed.stack(access_log={"enabled": True}))
    assert deployed.changing == []


def test_the_new_log_role_is_waited_for(deployed: World, account: Account) -> None:
    refusals = [error("BadRequestException", "The role ARN does not have required permissions")]
    given: list[dict[str, Any]] = []

    def change(params: dict[str, Any]) -> dict[str, Any]:
        given.append(params)
        return refusals.pop() if refusals else account.change(params)

    deployed.fake("UpdateAccount", change)
    deployed.deploy(deployed.stack(**ON))
    assert len(given) == 2


@pytest.mark.parametrize("field", ["destination", "format"])
def test_drift_of_the_stage_is_repaired(deployed: World, account: Account, field: str) -> None:
    stack = deployed.stack(**ON)
    deployed.deploy(stack)
    name = {"destination": "destinationArn"}.get(field, field)
    patch = {"op": "replace", "path": f"/accessLogSettings/{name}", "value": "theirs"}
    deployed.client("apigateway").update_stage(
        restApiId=deployed.outputs()["api_id"], stageName="dev", patchOperations=[patch]
    )
    deployed.forget_calls()
    deployed.deploy(stack)
    [change] = deployed.shown.to_do
    assert (change.key, change.changed) == ("access log dev", {field})
    assert deployed.changing == ["UpdateStage"]


def test_its_days_are_changed_in_place(deployed: World, account: Account) -> None:
    deployed.deploy(deployed.stack(**ON))
    deployed.forget_calls()
    deployed.deploy(deployed.stack(access_log={**ON["access_log"], "retention_days": 30}))
    assert deployed.changing == ["PutRetentionPolicy"]


# -- off -------------------------------------------------------------------------------------------


def test_off_it_costs_no_call(deployed: World) -> None:
    deployed.look(deployed.stack())
    assert "GetAccount" not in deployed.operations
    groups = [p["logGroupNamePrefix"] for p in deployed.asked("DescribeLogGroups")]
    assert GROUP not in groups


def test_switched_off_all_but_the_accounts_role_goes(deployed: World, account: Account) -> None:
    deployed.deploy(deployed.stack(**ON))
    role = account.role
    deployed.forget_calls()
    stack = deployed.stack()
    planned = keys(deployed, stack)
    assert planned == {
        "access log dev": "delete",
        f"access log group {GROUP}": "delete",
        "former feature tags ProductsTable": "update",
    }
    deployed.deploy(stack)
    assert deployed.changing == ["UpdateStage", "DeleteLogGroup", "UntagResource"]
    assert not stage(deployed).get("accessLogSettings")
    assert (marks(deployed), account.role) == (None, role)
    assert deployed.plan(stack).to_do == ()


def test_killed_half_way_the_tag_lets_the_next_finish(deployed: World, account: Account) -> None:
    deployed.fake("CreateLogGroup", error("AccessDeniedException", "not authorized to perform"))
    with pytest.raises(AccessDenied):
        deployed.deploy(deployed.stack(**ON))
    assert marks(deployed) == "access-log"
    del deployed.wire.fakes["CreateLogGroup"]
    deployed.deploy(deployed.stack())
    assert marks(deployed) is None


def test_teardown_reports_that_the_log_role_stays(deployed: World, account: Account) -> None:
    stack = deployed.stack(**ON)
    deployed.deploy(stack)
    planned, _ = deployed.teardown(stack)
    [kept] = planned.kept
    assert kept.key == "account log role eu-west-2"
    assert "whole account" in kept.reason
    assert deployed.client("logs").describe_log_groups()["logGroups"] == []
    assert account.role


def test_g1_a_group_made_again_without_tags_is_ours(deployed: World, account: Account) -> None:
    stack = deployed.stack(**ON)
    deployed.deploy(stack)
    logs = deployed.client("logs")
    logs.delete_log_group(logGroupName=GROUP)
    logs.create_log_group(logGroupName=GROUP)
    deployed.fake(
        "ListTagsForResource",
        lambda asked: {"tags": {}} if asked["resourceArn"].endswith(GROUP) else None,
    )
    planned = deployed.plan(stack)
    assert {f.field.split(".")[0] for f in planned[f"access log group {GROUP}"].fields} == {
        "retention_days",
        "tags",
    }
    deployed.deploy(stack)
    deployed.teardown(stack)
    assert logs.describe_log_groups()["logGroups"] == []


def test_g1_the_group_goes_a_while_after_its_settings(deployed: World, account: Account) -> None:
    deployed.deploy(deployed.stack(**ON))
    before: list[str] = []
    deployed.aws = replace(
        deployed.aws, pause=lambda seconds: before.append(f"{deployed.changing[-1]} {seconds:g}")
    )
    deployed.deploy(deployed.stack())
    assert before == ["UpdateStage 5"]


@pytest.mark.parametrize(
    ("answer", "reported"),
    [
        (error("NoSuchEntity", status=404), True),
        (error("AccessDenied", status=403), False),
        ({"Role": {}}, False),
    ],
    ids=["gone", "not to be seen", "there"],
)
def test_g6_a_log_role_that_is_gone_is_reported(
    deployed: World, answer: dict[str, Any], reported: bool
) -> None:
    """UpdateStage succeeds all the same, and no log ever arrives."""
    Account(deployed, THEIRS)
    deployed.fake("GetRole", lambda asked: answer if asked["RoleName"] == "theirs" else None)
    notes = deployed.plan(deployed.stack(**ON)).notes
    assert any("no such role" in note.text for note in notes) is reported


def test_teardown_finds_what_is_off_by_now(deployed: World, account: Account) -> None:
    deployed.deploy(deployed.stack(**ON))
    deployed.teardown(deployed.stack())
    assert deployed.client("logs").describe_log_groups()["logGroups"] == []


# -- refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["GetAccount", "UpdateAccount"])
def test_a_refusal_names_the_key_to_set(deployed: World, account: Account, operation: str) -> None:
    deployed.fake(operation, error("AccessDeniedException", "not authorized to perform", 403))
    with pytest.raises(AccessDenied) as caught:
        deployed.deploy(deployed.stack(**ON))
    assert "set access_log.enabled to false" in caught.value.hint


def test_what_was_refused_to_earlier_releases_is_made(deployed: World, account: Account) -> None:
    """They wrote so behind the option's name, and went on without it."""
    tags = [{"Key": features.TAG, "Value": "access-log=refused"}]
    deployed.client("dynamodb").tag_resource(ResourceArn=TABLE, Tags=tags)
    planned = deployed.plan(deployed.stack(**ON))
    kinds = {"account log role", "access log group", "access log"}
    assert {change.key.rpartition(" ")[0] for change in planned.to_do} == kinds
    deployed.deploy(deployed.stack(**ON))
    assert deployed.plan(deployed.stack(**ON)).to_do == ()
    deployed.deploy(deployed.stack())
    assert marks(deployed) is None
    assert deployed.plan(deployed.stack()).to_do == ()


def test_another_stacks_tags_are_not_ours_to_follow(deployed: World, account: Account) -> None:
    deployed.deploy(deployed.stack(**ON))
    tags = [{"Key": "productsapi:stack", "Value": "another"}]
    deployed.client("dynamodb").tag_resource(ResourceArn=TABLE, Tags=tags)
    deployed.forget_calls()
    looked = deployed.look(deployed.stack())
    assert not [each for each in looked.orphans if each.kind.startswith("access log")]
