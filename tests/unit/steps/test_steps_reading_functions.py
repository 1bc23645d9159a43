"""Reading functions, roles and log groups: absent keys and extras are no difference.

moto's answers are its own; those here have the shapes that AWS documents.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from steps_answers import KNOWN, OURS, differences, resource
from steps_moto import ACCOUNT, REGION
from steps_world import World

from productsapi.engine.plan import difference
from productsapi.errors import AccessDenied, AwsError, Refused
from productsapi.stack import function_settings
from productsapi.steps.functions.account import AccountLimits
from productsapi.steps.functions.log_group import LogGroup


def test_a_log_group_is_picked_by_its_whole_name(world: World) -> None:
    """AWS sorts them by name, so those of longer names come after it, however many there are."""
    name = "/aws/lambda/getproductfunction"
    groups = [{"logGroupName": name}, {"logGroupName": f"{name}-2"}]
    world.fake("DescribeLogGroups", {"logGroups": groups, "nextToken": "2"})
    world.fake("ListTagsForResource", {"tags": OURS})
    assert differences(world, f"log group {name}") == {"retention_days": (None, 14)}
    assert len(world.asked("DescribeLogGroups")) == 1
    [asked] = world.asked("ListTagsForResource")
    assert asked == {"resourceArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"}


def _function(world: World, **changes: Any) -> None:
    stack = world.stack()
    configuration = {
        "FunctionName": "getproductfunction",
        "Runtime": "python3.13",
        "Role": stack.role_arn("get"),
        "Handler": "lambda_function.lambda_handler",
        "CodeSha256": "x",
        "Description": "",
        "Timeout": 10,
        "MemorySize": 256,
        "Version": "$LATEST",
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "TracingConfig": {"Mode": "PassThrough"},
        "LoggingConfig": {"LogFormat": "Text"},
        "Environment": {"Variables": function_settings.wanted(stack, "get", KNOWN)["environment"]},
        **changes,
    }
    reported = {name: value for name, value in configuration.items() if value is not None}
    tags = {**OURS, "productsapi:function": "get"}
    world.fake("GetFunction", {"Configuration": reported, "Tags": tags, "Code": {}})


def test_function_as_aws_returns_it_is_as_wanted(world: World) -> None:
    _function(world)
    assert differences(world, "function getproductfunction") == {}


def test_a_function_without_variables_has_none(world: World) -> None:
    _function(world, Environment=None)
    differing = differences(world, "function getproductfunction")
    assert differing.keys() == {
        "environment.TABLE_NAME",
        "environment.CLIENT_IDS",
        "environment.CORS_ORIGIN",
        "environment.LOG_LEVEL",
        "environment.ROLE_ID",
    }
    assert {old for old, _ in differing.values()} == {None}


def test_an_unwanted_variable_of_ours_goes(world: World) -> None:
    """A switch that was on, such as OWNER_ONLY, would else stay on; others' variables stay."""
    variables = function_settings.wanted(world.stack(), "get", KNOWN)["environment"]
    mixed = {**variables, "OWNER_ONLY": "true", "THEIRS": "x"}
    _function(world, Environment={"Variables": mixed})
    assert differences(world, "function getproductfunction") == {
        "environment.OWNER_ONLY": ("true", None)
    }
    sent = function_settings.parameters(
        function_settings.wanted(world.stack(), "get", KNOWN),
        {"Environment": {"Variables": mixed}},
    )
    assert sent["Environment"] == {"Variables": {**variables, "THEIRS": "x"}}


def test_old_version_without_architecture_is_x86(world: World) -> None:
    reported = {"CodeSha256": "x", "Runtime": "python3.13"}
    versions = [{**reported, "Version": "$LATEST"}, {**reported, "Version": "3"}]
    world.fake("ListVersionsByFunction", {"Versions": versions})
    world.fake("ListAliases", {"Aliases": [{"Name": "live", "FunctionVersion": "3"}]})
    seen = resource(world, "live code getproductfunction").read(world.aws, KNOWN)
    assert seen is not None
    assert seen.fields["architecture"] == "x86_64"


def test_role_with_awss_extras_is_no_difference(world: World) -> None:
    """Policy documents come quoted, their keys in any order."""
    trust = {
        "Statement": [
            {
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Effect": "Allow",
            }
        ],
        "Version": "2012-10-17",
    }
    role = {
        "Path": "/productsapi/shop/",
        "RoleName": f"getproductfunction-{REGION}",
        "RoleId": "AROAEXAMPLE",
        "AssumeRolePolicyDocument": quote(json.dumps(trust)),
        "MaxSessionDuration": 3600,
        "RoleLastUsed": {},
        "Tags": [{"Key": k, "Value": v} for k, v in OURS.items()],
    }
    world.fake("GetRole", {"Role": role})
    assert differences(world, f"role getproductfunction-{REGION}") == {}


def _states(*states: dict[str, str]) -> Iterator[dict[str, Any]]:
    return ({"Configuration": state} for state in states)


def test_functions_last_change_is_waited_for(world: World) -> None:
    answers = _states(
        {"State": "Pending"},
        {"State": "Active", "LastUpdateStatus": "InProgress"},
        {"State": "Active", "LastUpdateStatus": "Successful"},
    )
    world.fake("GetFunction", lambda _: next(answers))
    function_settings.wait_until_settled(world.aws, "f")
    assert next(answers, None) is None


@pytest.mark.parametrize(
    "state",
    [
        {"State": "Failed", "StateReason": "no subnet"},
        {"LastUpdateStatus": "Failed", "LastUpdateStatusReason": "no subnet"},
    ],
)
def test_a_failed_function_change_is_named_with_reason(world: World, state: dict[str, str]) -> None:
    world.fake("GetFunction", {"Configuration": state})
    with pytest.raises(AwsError, match="f failed: no subnet"):
        function_settings.wait_until_settled(world.aws, "f")


def test_a_version_is_waited_for_before_it_is_live(world: World) -> None:
    def pending(_asked: dict[str, Any], reported: dict[str, Any]) -> None:
        reported["State"] = "Pending"

    world.alter("PublishVersion", pending)
    world.deploy(world.stack())
    assert [c.get("Qualifier") for c in world.asked("GetFunction")].count("1") == 4


def test_l3_variables_that_cant_be_read_are_not_none(world: World) -> None:
    """An update would put ours in the place of all that there are."""
    failed = {"ErrorCode": "AccessDeniedException", "Message": "Lambda was unable to decrypt"}
    _function(world, Environment={"Error": failed})
    with pytest.raises(AccessDenied, match="unable to decrypt") as reported:
        resource(world, "function getproductfunction").read(world.aws, KNOWN)
    assert "kms:Decrypt" in reported.value.hint


def _log_group(world: World, **reported: Any) -> LogGroup:
    name = "/aws/lambda/getproductfunction"
    world.fake("DescribeLogGroups", {"logGroups": [{"logGroupName": name}]})
    world.alter("DescribeLogGroups", lambda _, answer: answer["logGroups"][0].update(reported))
    world.fake("ListTagsForResource", {"tags": OURS})
    return LogGroup(world.stack(), "get")


def test_o1_an_accounts_retention_policy_is_named_once(world: World) -> None:
    """PutRetentionPolicy succeeds and changes nothing: it would be drift for ever."""
    group = _log_group(world, retentionInDays=365, retentionPolicyName="everybody")
    seen = group.read(world.aws, KNOWN)
    assert seen is not None
    assert difference(group, seen, KNOWN).fields == ()
    [note] = seen.notes
    assert "everybody" in note.text
    assert "365 days" in note.text


def test_o2_a_protected_group_is_noted_and_kept(world: World) -> None:
    """A teardown keeps it and says so; a deploy that is to remove it is refused clearly."""
    group = _log_group(world, deletionProtectionEnabled=True)
    seen = group.read(world.aws, KNOWN)
    assert seen is not None
    assert "put-log-group-deletion-protection" in str(group.keep(world.aws, seen))
    with pytest.raises(Refused, match="protected against deletion"):
        group.delete(world.aws, seen)
    assert "DeleteLogGroup" not in world.operations


@pytest.mark.parametrize(
    ("settings", "reported"),
    [
        ({"functions": {"memory_mb": 3009}}, "3,008 MB"),
        ({"limits": {"concurrency": 1}}, "the 10 calls at once"),
        ({"functions": {"memory_mb": 3008}}, ""),
    ],
    ids=["memory", "concurrency", "within"],
)
def test_l1_what_a_new_account_refuses_is_in_the_plan(
    world: World, settings: dict[str, Any], reported: str
) -> None:
    world.fake(
        "GetAccountSettings", {"AccountLimit": {"ConcurrentExecutions": 10}, "AccountUsage": {}}
    )
    seen = AccountLimits(world.stack(**settings)).read(world.aws, KNOWN)
    assert (reported in seen.notes[0].text) if seen else not reported
    assert len(world.asked("GetAccountSettings")) == ("concurrency" in reported or "10" in reported)
