"""Drift of table, functions and roles: of each field that we manage, none left out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from steps_moto import REGION
from steps_world import Wire, World, empty_account

from productsapi.engine.outputs import Outputs
from productsapi.engine.resource import Managed
from productsapi.options.registry import resources
from productsapi.stack import CATEGORY_INDEX
from productsapi.stack.function_settings import role_mark
from productsapi.steps.permissions.role_policy import POLICY_NAME

BOUNDARY = "arn:aws:iam::123456789012:policy/developers"
FULL: dict[str, Any] = {
    "tags": {"team": "blue"},
    "table": {
        "category_index": True, "point_in_time_recovery": True, "deletion_protection": True,
    },
    "permissions": {"boundary": BOUNDARY},
    "releases": {"keep": 50},
    "limits": {"table_read_units": 200, "table_write_units": 20, "concurrency": 5},
}  # fmt: skip
"""Everything switched on that can be."""

NAME = "getproductfunction"
ROLE = f"{NAME}-{REGION}"
GROUP = f"/aws/lambda/{NAME}"
TABLE = "ProductsTable"
TAG = {"team": "theirs"}
TAGS = [{"Key": "team", "Value": "theirs"}]

KINDS = {
    "table", "category index", "backups", "log group", "function", "role", "role policy",
    "role limits",
}  # fmt: skip


def table(**settings: Any) -> Callable[[World], Any]:
    return lambda w: w.client("dynamodb").update_table(TableName=TABLE, **settings)


def function(**settings: Any) -> Callable[[World], Any]:
    return lambda w: w.client("lambda").update_function_configuration(FunctionName=NAME, **settings)


def role(operation: str, **settings: Any) -> Callable[[World], Any]:
    return lambda w: getattr(w.client("iam"), operation)(RoleName=ROLE, **settings)


def variables(world: World) -> None:
    """None is left, as where somebody meant to add one, and replaced them all."""
    function(Environment={"Variables": {"THEIRS": "x"}})(world)


def no_rights(world: World) -> None:
    nothing = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [nothing]})
    role("put_role_policy", PolicyName=POLICY_NAME, PolicyDocument=document)(world)


def more_rights(world: World) -> None:
    iam = world.client("iam")
    all_of_it = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [all_of_it]}
    mine = iam.get_role_policy(RoleName=ROLE, PolicyName=POLICY_NAME)["PolicyDocument"]
    both = {**mine, "Statement": [*mine["Statement"], all_of_it]}
    for name, reported in ((POLICY_NAME, both), ("more", document)):
        iam.put_role_policy(RoleName=ROLE, PolicyName=name, PolicyDocument=json.dumps(reported))
    made = iam.create_policy(PolicyName="managed", PolicyDocument=json.dumps(document))
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=made["Policy"]["Arn"])


ANYONE = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}],
    }
)
ANOTHER_ROLE = f"arn:aws:iam::123456789012:role/productsapi/shop/createproductfunction-{REGION}"

DRIFT: list[tuple[str, str, Callable[[World], Any], list[str]]] = [
    (
        f"table {TABLE}",
        "billing",
        table(
            BillingMode="PROVISIONED",
            ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        ),
        ["UpdateTable"],
    ),
    (
        f"table {TABLE}",
        "max_read_units max_write_units",
        table(OnDemandThroughput={"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 9999}),
        ["UpdateTable"],
    ),
    (
        f"function {NAME}",
        "concurrency",
        lambda w: w.client("lambda").delete_function_concurrency(FunctionName=NAME),
        ["PutFunctionConcurrency"],
    ),
    (
        f"table {TABLE}",
        "deletion_protection",
        table(DeletionProtectionEnabled=False),
        ["UpdateTable"],
    ),
    (
        f"table {TABLE}",
        "tags",
        lambda w: w.client("dynamodb").tag_resource(
            ResourceArn=w.location.table_arn(TABLE), Tags=TAGS
        ),
        ["TagResource"],
    ),
    (
        f"category index {TABLE}",
        "max_read_units max_write_units",
        table(
            GlobalSecondaryIndexUpdates=[
                {
                    "Update": {
                        "IndexName": CATEGORY_INDEX,
                        "OnDemandThroughput": {
                            "MaxReadRequestUnits": -1,
                            "MaxWriteRequestUnits": 9999,
                        },
                    }
                }
            ]
        ),
        ["UpdateTable"],
    ),
    (
        f"category index {TABLE}",
        "keys max_read_units max_write_units",
        table(GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": CATEGORY_INDEX}}]),
        ["UpdateTable"],
    ),
    (
        f"backups {TABLE}",
        "point_in_time_recovery",
        lambda w: w.client("dynamodb").update_continuous_backups(
            TableName=TABLE,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
        ),
        ["UpdateContinuousBackups"],
    ),
    (
        f"log group {GROUP}",
        "retention_days",
        lambda w: w.client("logs").put_retention_policy(logGroupName=GROUP, retentionInDays=1),
        ["PutRetentionPolicy"],
    ),
    (
        f"log group {GROUP}",
        "tags",
        lambda w: w.client("logs").tag_resource(
            resourceArn=w.location.log_group_arn(GROUP), tags=TAG
        ),
        ["TagResource"],
    ),
    (f"function {NAME}", "runtime", function(Runtime="python3.12"), []),
    (f"function {NAME}", "handler", function(Handler="theirs.handler"), []),
    (f"function {NAME}", "memory_mb", function(MemorySize=128), []),
    (f"function {NAME}", "tracing", function(TracingConfig={"Mode": "Active"}), []),
    (f"function {NAME}", "timeout_s", function(Timeout=3), []),
    (f"function {NAME}", "role", function(Role=ANOTHER_ROLE), []),
    (f"function {NAME}", "environment", variables, []),
    (
        f"function {NAME}",
        "tags",
        lambda w: w.client("lambda").tag_resource(Resource=w.location.function_arn(NAME), Tags=TAG),
        ["TagResource"],
    ),
    (
        f"role {ROLE}",
        "trust",
        role("update_assume_role_policy", PolicyDocument=ANYONE),
        ["UpdateAssumeRolePolicy"],
    ),
    (
        f"role {ROLE}",
        "boundary",
        role("delete_role_permissions_boundary"),
        ["PutRolePermissionsBoundary"],
    ),
    (f"role {ROLE}", "tags", role("tag_role", Tags=TAGS), ["TagRole"]),
    (f"role policy {ROLE}", "rights", no_rights, ["PutRolePolicy"]),
    (
        f"role limits {ROLE}",
        "statements inline_policies attached_policies",
        more_rights,
        ["PutRolePolicy", "DeleteRolePolicy", "DetachRolePolicy"],
    ),
]
SETTING = ["UpdateFunctionConfiguration"]
"""What repairs a function's setting. The live version has it as it was, so none is published."""


@pytest.fixture(scope="module")
def whole(wire: Wire, sources: Path) -> Iterator[World]:
    with empty_account(wire, sources) as world:
        world.fill_gaps()
        world.deploy(world.stack(**FULL))
        yield world


@pytest.fixture
def full(whole: World) -> World:
    whole.wire.forget()
    whole.fill_gaps()
    return whole


@pytest.mark.parametrize(
    ("key", "fields", "cause", "calls"), DRIFT, ids=[f"{key}: {field}" for key, field, *_ in DRIFT]
)
def test_a_drifted_field_takes_just_its_calls(
    full: World, key: str, fields: str, cause: Callable[[World], Any], calls: list[str]
) -> None:
    cause(full)
    full.forget_calls()
    full.deploy(full.stack(**FULL))
    assert {c.key: set(c.changed) for c in full.shown.to_do} == {key: set(fields.split())}
    assert full.changing == (calls or SETTING)
    assert full.plan(full.stack(**FULL)).to_do == ()


def test_no_field_that_we_manage_is_left_out(full: World) -> None:
    """But for the keys and the work of a function, which nobody can change."""
    everything = resources(full.stack(**FULL))
    known = Outputs({name: "x" for r in everything for name in r.outputs})
    managed = {
        (r.kind, field)
        for r in everything
        if r.kind in KINDS
        for field in (
            r.want(known).keys() - r.immutable.keys()
            if isinstance(r, Managed)
            else r.exposure_fields
        )
    }
    tried = {
        (kind, field)
        for key, fields, *_ in DRIFT
        for kind in KINDS
        for field in fields.split()
        if key.rpartition(" ")[0] == kind
    }
    assert tried == managed


def gone_role(world: World) -> None:
    iam = world.client("iam")
    iam.delete_role_policy(RoleName=ROLE, PolicyName=POLICY_NAME)
    iam.delete_role(RoleName=ROLE)


GONE: dict[str, Callable[[World], Any]] = {
    f"role {ROLE}": gone_role,
    f"role policy {ROLE}": role("delete_role_policy", PolicyName=POLICY_NAME),
    f"log group {GROUP}": lambda w: w.client("logs").delete_log_group(logGroupName=GROUP),
    f"function {NAME}": lambda w: w.client("lambda").delete_function(FunctionName=NAME),
}


def test_no_variable_looks_like_an_access_key(full: World) -> None:
    """Scanners such as checkov take AROA and sixteen more for a secret (CKV_AWS_45)."""
    keys = re.compile(
        r"(A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA)[A-Z0-9]{12}"
        r"|(?<![A-Za-z0-9/+=])[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])"
    )
    answer = full.client("lambda").get_function_configuration(FunctionName=NAME)
    assert answer["Environment"]["Variables"]["ROLE_ID"].startswith("AROA-")
    assert not keys.search(str(answer["Environment"]["Variables"]))


def test_the_former_form_of_a_roles_id_changes_once(full: World) -> None:
    """It is the same role: the function isn't given another one for a moment."""
    client, stack = full.client("lambda"), full.stack(**FULL)
    variables = client.get_function_configuration(FunctionName=NAME)["Environment"]["Variables"]
    former = {**variables, "ROLE_ID": variables["ROLE_ID"].replace("-", "")}
    client.update_function_configuration(FunctionName=NAME, Environment={"Variables": former})
    full.forget_calls()
    full.deploy(stack)
    changed = [set(change.changed) for change in full.shown.to_do]
    assert changed == [{"environment"}]
    (sent,) = full.asked("UpdateFunctionConfiguration")
    assert sent["Role"] == stack.role_arn("get")
    assert full.plan(stack).to_do == ()


def test_a_function_is_made_ready_for_its_new_role(full: World) -> None:
    """Lambda lets a role decrypt the variables by the role's id, and looks for it just once.

    It looks again where the role changes; and a version keeps what it was made with.
    """
    gone_role(full)
    full.forget_calls()
    stack = full.stack(**FULL)
    full.deploy(stack)
    first, second = full.asked("UpdateFunctionConfiguration")
    assert first == {"FunctionName": NAME, "Role": ANOTHER_ROLE}
    role_id = role_mark(full.client("iam").get_role(RoleName=ROLE)["Role"]["RoleId"])
    assert second["Role"] == stack.role_arn("get")
    assert second["Environment"]["Variables"]["ROLE_ID"] == role_id
    live = full.client("lambda").get_function(FunctionName=NAME, Qualifier="live")
    assert live["Configuration"]["Environment"]["Variables"]["ROLE_ID"] == role_id
    calls = full.changing
    assert calls.index("CreateRole") < calls.index("UpdateFunctionConfiguration")
    assert calls.index("UpdateFunctionConfiguration") < calls.index("PublishVersion")
    assert full.plan(stack).to_do == ()


@pytest.mark.parametrize("key", GONE)
def test_what_was_deleted_is_made_again(full: World, key: str) -> None:
    GONE[key](full)
    full.deploy(full.stack(**FULL))
    assert full.shown[key].action.value == "create"
    assert full.plan(full.stack(**FULL)).to_do == ()
