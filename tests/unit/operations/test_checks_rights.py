"""doctor: what it makes of IAM's simulator, in the shapes that AWS answers in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from checks_aws import ACCOUNT, REGION, ScriptedAws, aws

from productsapi.aws.location import Location
from productsapi.config import Config
from productsapi.errors import AccessDenied, NotFound
from productsapi.operations.doctor.iam_simulation import rights
from productsapi.operations.finding import Finding, State
from productsapi.operator_policy import Job, Scope, Statement, asked
from productsapi.stack import Stack

USER = f"arn:aws:iam::{ACCOUNT}:user/people/alice"
NEEDED = (
    Statement(
        ("dynamodb:CreateTable", "dynamodb:TagResource"), ("arn:aws:x:::one", "arn:aws:x:::two"), {}
    ),
)


def caller(arn: str) -> dict[str, str]:
    return {"Arn": arn, "Account": ACCOUNT}


def result(action: str, decision: str = "allowed", **more: Any) -> dict[str, Any]:
    return {"EvalActionName": action, "EvalDecision": decision, **more}


def simulating(arn: str, *results: dict[str, Any], **answers: Any) -> Any:
    return aws(
        GetCallerIdentity=caller(arn),
        SimulatePrincipalPolicy={"EvaluationResults": list(results)},
        **answers,
    )


def found(scripted: ScriptedAws, needed: tuple[Statement, ...] = NEEDED) -> list[Finding]:
    return list(rights(scripted, needed))  # type: ignore[arg-type]


ALLOWED = (result("dynamodb:CreateTable"), result("dynamodb:TagResource"))


def test_who_may_do_everything_is_told_so() -> None:
    (reported,) = found(simulating(USER, *ALLOWED))
    assert reported.state is State.OK
    assert USER in reported.text


def test_each_action_not_allowed_names_a_resource() -> None:
    denied = result("dynamodb:TagResource", "implicitDeny", EvalResourceName="arn:aws:x:::one")
    (reported,) = found(simulating(USER, ALLOWED[0], denied))
    assert reported.state is State.BROKEN
    assert "dynamodb:TagResource on arn:aws:x:::one" in reported.text
    assert "CreateTable" not in reported.text


def test_the_answer_for_each_resource_counts() -> None:
    """For several resources AWS reports each; the summary over them isn't what is looked at."""
    each = [
        {"EvalResourceName": "arn:aws:x:::one", "EvalResourceDecision": "allowed"},
        {"EvalResourceName": "arn:aws:x:::two", "EvalResourceDecision": "explicitDeny"},
    ]
    split = result("dynamodb:CreateTable", "allowed", ResourceSpecificResults=each)
    (reported,) = found(simulating(USER, split))
    assert reported.state is State.BROKEN
    assert "on arn:aws:x:::two" in reported.text


def test_what_hangs_on_circumstances_is_a_warning() -> None:
    hanging = result(
        "dynamodb:CreateTable", "implicitDeny", MissingContextValues=["aws:RequestTag/team"]
    )
    (reported,) = found(simulating(USER, hanging, ALLOWED[1]))
    assert reported.state is State.WARNING
    assert "dynamodb:CreateTable depends on the condition keys aws:RequestTag/team" in reported.text


def test_a_roles_path_is_asked_of_iam() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/Admin"
    role = {
        "Path": "/aws-reserved/sso.amazonaws.com/", "RoleName": "Admin",
        "RoleId": "AROA1234567890123456", "Arn": arn, "CreateDate": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/alice@example.com"
    scripted = simulating(session, *ALLOWED, GetRole={"Role": role})
    assert found(scripted)[0].state is State.OK
    asked = dict(scripted.asked)
    assert asked["GetRole"] == {"RoleName": "Admin"}
    assert asked["SimulatePrincipalPolicy"]["PolicySourceArn"] == arn


@pytest.mark.parametrize("refused", ["SimulatePrincipalPolicy", "GetRole"])
def test_where_simulating_is_not_allowed_nothing_fails(refused: str) -> None:
    denied = AccessDenied(refused, "AccessDenied", f"iam:{refused} isn't allowed", "ask for it")
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/alice"
    role = {
        "Path": "/", "RoleName": "Admin", "RoleId": "AROA1234567890123456",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/Admin", "CreateDate": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    answers = {"GetRole": {"Role": role}, "SimulatePrincipalPolicy": {}, refused: denied}
    (reported,) = found(aws(GetCallerIdentity=caller(session), **answers))
    assert reported.state is State.WARNING
    assert f"iam:{refused}" in reported.text
    assert reported.fix == "ask for it"


def test_a_federated_user_can_not_be_simulated() -> None:
    (reported,) = found(aws(GetCallerIdentity=caller(f"arn:aws:sts::{ACCOUNT}:federated-user/bob")))
    assert reported.state is State.WARNING


def test_a_role_of_another_account_can_not_be_seen() -> None:
    gone = NotFound("GetRole", "NoSuchEntity", "no such role")
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/alice"
    (reported,) = found(aws(GetCallerIdentity=caller(session), GetRole=gone))
    assert reported.state is State.WARNING


@pytest.mark.parametrize(("local", "state"), [(False, State.WARNING), (True, State.OK)])
def test_root_may_do_everything_and_that_is_said(local: bool, state: State) -> None:
    scripted = aws(
        Location(REGION, ACCOUNT, local=local),
        GetCallerIdentity=caller(f"arn:aws:iam::{ACCOUNT}:root"),
    )
    (reported,) = found(scripted)
    assert reported.state is state
    assert scripted.operations == ["GetCallerIdentity"], "nothing is simulated"


def test_one_call_a_kind_with_pass_roles_condition() -> None:
    scripted = simulating(USER, *ALLOWED)
    passing = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    role = Statement(("iam:PassRole",), ("arn:aws:iam::1:role/x",), passing)
    found(scripted, (*NEEDED, role))
    calls = [params for name, params in scripted.asked if name == "SimulatePrincipalPolicy"]
    assert len(calls) == 2
    assert calls[0]["ResourceArns"] == ["arn:aws:x:::one", "arn:aws:x:::two"]
    assert calls[1]["ContextEntries"][0]["ContextKeyValues"] == ["lambda.amazonaws.com"]


# -- the list --------------------------------------------------------------------------------------


def test_what_is_asked_names_real_resources_not_stars(
    stack: Stack,
) -> None:
    by_service: dict[str, set[str]] = {}
    for each in asked(Job.DEPLOY, Scope(stack)):
        for action in each.actions:
            by_service.setdefault(action.partition(":")[0], set()).update(each.resources)
    assert by_service["dynamodb"] == {f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ProductsTable"}
    by_service["iam"].remove("*")  # ListRoles knows no other
    assert len(by_service["iam"]) == 4
    assert len(by_service["lambda"]) == 8  # the functions, and the aliases that are invoked (K6)
    assert not any("*" in arn for arn in by_service["lambda"] | by_service["iam"])


def test_a_boundary_takes_a_right_of_its_own(config: Config) -> None:
    def actions(boundary: str | None) -> set[str]:
        permissions = replace(config.permissions, boundary=boundary)
        chosen = Stack(replace(config, permissions=permissions), Location(REGION, ACCOUNT))
        listed = asked(Job.DEPLOY, Scope(chosen))
        return {action for each in listed for action in each.actions}

    with_one, without = actions(f"arn:aws:iam::{ACCOUNT}:policy/b"), actions(None)
    assert with_one - without == {"iam:PutRolePermissionsBoundary"}
    assert without - with_one == {"iam:DeleteRolePermissionsBoundary"}
