"""What the roles may do: widened before the code that needs it, narrowed after the old code."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import steps_tampering as tampering
from steps_answers import differences
from steps_moto import REGION
from steps_world import World, error

from productsapi.errors import AwsError
from productsapi.steps.permissions.role_policy import POLICY_NAME

ROLE = f"createproductfunction-{REGION}"
RIGHTS, LIMITS = f"role policy {ROLE}", f"role limits {ROLE}"
MORE = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [*statements]})


def ours(world: World) -> list[dict[str, Any]]:
    """The statements of our own policy, as they are."""
    answer = world.client("iam").get_role_policy(RoleName=ROLE, PolicyName=POLICY_NAME)
    found: list[dict[str, Any]] = answer["PolicyDocument"]["Statement"]
    return found


def rewrite(world: World, *statements: dict[str, Any]) -> None:
    world.client("iam").put_role_policy(
        RoleName=ROLE, PolicyName=POLICY_NAME, PolicyDocument=policy(*statements)
    )


def second_policy(world: World) -> None:
    world.client("iam").put_role_policy(
        RoleName=ROLE, PolicyName="more", PolicyDocument=policy(MORE)
    )


def managed_policy(world: World) -> None:
    iam = world.client("iam")
    made = iam.create_policy(PolicyName="managed", PolicyDocument=policy(MORE))["Policy"]
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=made["Arn"])


def everything(world: World) -> None:
    second_policy(world)
    managed_policy(world)
    rewrite(world, *ours(world), MORE)


DOORS: dict[str, tuple[Callable[[World], None], list[str], list[str]]] = {
    "a second inline policy": (
        second_policy,
        ["inline_policies.more"],
        ["DeleteRolePolicy"],
    ),
    "an attached policy": (
        managed_policy,
        ["attached_policies.arn:aws:iam::123456789012:policy/managed"],
        ["DetachRolePolicy"],
    ),
    "a statement more in our policy": (
        lambda w: rewrite(w, *ours(w), {"Sid": "More", **MORE}),
        ["statements.More"],
        ["PutRolePolicy"],
    ),
    "everything but something": (
        lambda w: rewrite(w, *ours(w), {"Effect": "Allow", "NotAction": "x:y", "Resource": "*"}),
        ["statements.statement 1"],
        ["PutRolePolicy"],
    ),
    "all at once": (
        everything,
        [
            "statements.statement 1",
            "inline_policies.more",
            "attached_policies.arn:aws:iam::123456789012:policy/managed",
        ],
        ["PutRolePolicy", "DeleteRolePolicy", "DetachRolePolicy"],
    ),
}


@pytest.mark.parametrize("what", DOORS)
def test_a_role_with_more_rights_is_open_and_closed(deployed: World, what: str) -> None:
    cause, fields, calls = DOORS[what]
    cause(deployed)
    deployed.forget_calls()
    deployed.deploy(deployed.stack())
    [change] = deployed.shown.to_do
    assert (change.key, change.exposes_access) == (LIMITS, True)
    assert [f.field for f in change.fields] == fields
    assert deployed.changing == calls
    assert [s["Sid"] for s in ours(deployed)] == ["Table", "Logs"]
    assert deployed.plan(deployed.stack()).to_do == ()


def test_a_wider_policy_is_completed_then_narrowed(
    deployed: World,
) -> None:
    tampering.rights(deployed)
    deployed.forget_calls()
    deployed.deploy(deployed.stack())
    assert {c.key: c.exposes_access for c in deployed.shown.to_do} == {RIGHTS: False, LIMITS: True}
    first, last = [json.loads(p["PolicyDocument"]) for p in deployed.asked("PutRolePolicy")]
    assert [s["Sid"] for s in first["Statement"]] == ["Table", "Logs", "Surplus1"]
    assert first["Statement"][2]["Action"] == ["dynamodb:*"]
    assert [s["Sid"] for s in last["Statement"]] == ["Table", "Logs"]
    assert deployed.plan(deployed.stack()).to_do == ()


@pytest.fixture
def older(deployed: World) -> World:
    """As a former version may have left it: its code needs a right that ours doesn't."""
    formerly = {"Sid": "Table", "Effect": "Allow", "Action": "dynamodb:BatchWriteItem"}
    rewrite(deployed, {**formerly, "Resource": deployed.location.table_arn("ProductsTable")})
    package = deployed.stack().code["get"]
    deployed.client("lambda").update_function_code(
        FunctionName="createproductfunction", ZipFile=package
    )
    deployed.forget_calls()
    return deployed


def test_rights_widen_before_and_narrow_after_the_code(
    older: World,
) -> None:
    older.deploy(older.stack(api={"cors_origin": "https://shop.example.com"}))
    mine = [
        call.operation
        for call in older.wire.calls
        if call.changing and (call.params.get("RoleName") == ROLE or "Role" not in call.operation)
    ]
    assert mine.count("PutRolePolicy") == 2
    widened, narrowed = (index for index, name in enumerate(mine) if name == "PutRolePolicy")
    assert widened < mine.index("PublishVersion")
    assert mine.index("UpdateStage") < narrowed
    assert mine[-1] == "PutRolePolicy"
    first = json.loads(older.asked("PutRolePolicy")[0]["PolicyDocument"])["Statement"]
    assert [s["Action"] for s in first if s["Sid"] == "Surplus1"] == [["dynamodb:BatchWriteItem"]]


@pytest.mark.parametrize("operation", ["PutRolePolicy", "UpdateAlias", "UpdateStage"])
def test_killed_in_between_the_next_run_narrows(older: World, operation: str) -> None:
    stack = older.stack(api={"cors_origin": "https://shop.example.com"})
    older.fake(operation, error("ValidationError"))
    with pytest.raises(AwsError):
        older.deploy(stack)
    del older.wire.fakes[operation]
    older.deploy(stack)
    assert [s["Sid"] for s in ours(older)] == ["Table", "Logs"]
    assert older.plan(stack).to_do == ()


def test_a_deny_goes_before_the_code_it_would_stop(older: World) -> None:
    """It lets nobody in, so it exposes nothing; kept, it would go on refusing."""
    rewrite(older, *ours(older), {**MORE, "Sid": "No", "Effect": "Deny"})
    older.forget_calls()
    older.deploy(older.stack())
    assert "rights.No" in {f.field for f in older.shown[RIGHTS].fields}
    first = json.loads(older.asked("PutRolePolicy")[0]["PolicyDocument"])["Statement"]
    assert [s["Sid"] for s in first] == ["Table", "Logs", "Surplus1"]
    assert {s["Effect"] for s in first} == {"Allow"}


def test_what_allows_no_more_is_drift_but_no_exposure(deployed: World) -> None:
    """A condition narrows; a part of what is wanted is no more than it."""
    table, logs = ours(deployed)
    condition = {"Bool": {"aws:SecureTransport": "true"}}
    rewrite(deployed, {**table, "Condition": condition}, {**logs, "Action": logs["Action"][0]})
    deployed.forget_calls()
    deployed.deploy(deployed.stack())
    assert [(c.key, c.exposes_access) for c in deployed.shown.to_do] == [(RIGHTS, False)]
    assert deployed.changing == ["PutRolePolicy"]
    assert deployed.plan(deployed.stack()).to_do == ()


def test_another_spelling_of_a_policy_is_no_difference(deployed: World) -> None:
    """IAM takes one or a list, in any order, and gives back what it was given."""
    table, logs = ours(deployed)
    spelled = {**table, "Action": table["Action"][0], "Resource": [table["Resource"]]}
    rewrite(deployed, {**logs, "Action": logs["Action"][::-1]}, spelled)
    trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": ["lambda.amazonaws.com"]},
            "Action": ["sts:AssumeRole"],
        },
    }
    deployed.client("iam").update_assume_role_policy(
        RoleName=ROLE, PolicyDocument=json.dumps(trust)
    )
    assert deployed.plan(deployed.stack()).to_do == ()


def test_policies_are_looked_for_on_all_pages(world: World) -> None:
    def page(answer: str, first: Any, second: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
        return lambda asked: (
            {answer: [second], "IsTruncated": False}
            if "Marker" in asked
            else {answer: [first], "IsTruncated": True, "Marker": "2"}
        )

    world.fake("ListRolePolicies", page("PolicyNames", POLICY_NAME, "second"))
    world.fake(
        "ListAttachedRolePolicies",
        page(
            "AttachedPolicies",
            {"PolicyName": "a", "PolicyArn": "arn:a"},
            {"PolicyName": "b", "PolicyArn": "arn:b"},
        ),
    )
    assert differences(world, LIMITS) == {
        "inline_policies.second": ("there", None),
        "attached_policies.arn:a": ("there", None),
        "attached_policies.arn:b": ("there", None),
    }


BOUNDARY = "arn:aws:iam::123456789012:policy/developers"
WIDER = "arn:aws:iam::aws:policy/AdministratorAccess"


@pytest.mark.parametrize(
    ("wanted", "found", "exposes"),
    [(BOUNDARY, None, True), (BOUNDARY, WIDER, True), (None, BOUNDARY, False)],
)
def test_a_boundary_gone_or_changed_exposes_access(
    deployed: World, wanted: str | None, found: str | None, *, exposes: bool
) -> None:
    """One that isn't asked for goes too, but it let nobody in."""
    stack = deployed.stack(permissions={"boundary": wanted})
    deployed.deploy(stack)
    iam = deployed.client("iam")
    if found:
        iam.put_role_permissions_boundary(RoleName=ROLE, PermissionsBoundary=found)
    else:
        iam.delete_role_permissions_boundary(RoleName=ROLE)
    deployed.forget_calls()
    deployed.deploy(stack)
    [change] = deployed.shown.to_do
    assert (change.key, change.changed, change.exposes_access) == (
        f"role {ROLE}",
        {"boundary"},
        exposes,
    )
    assert len(deployed.changing) == 1
    assert deployed.plan(stack).to_do == ()


def test_a_role_others_may_assume_exposes_access(deployed: World) -> None:
    tampering.trust(deployed)
    [change] = deployed.plan(deployed.stack()).to_do
    assert (change.changed, change.exposes_access) == ({"trust"}, True)


def test_without_a_role_there_are_no_limits(world: World) -> None:
    assert world.plan(world.stack())[LIMITS].action.value == "absent"
