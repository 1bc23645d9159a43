"""The functions' own variables and secrets: set, read by role, masked, taken away, rolled back."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from steps_releases import going_back, report_summaries
from steps_world import World

from productsapi.aws.masking import masked
from productsapi.cli.plan_detail import changes_as_json, field_lines
from productsapi.cli.plan_markdown import markdown
from productsapi.cli.plan_summary import lines
from productsapi.engine.plan import Action
from productsapi.errors import Refused
from productsapi.function_variables import SecretName
from productsapi.operations.finding import State
from productsapi.options.environment.doctor import readable
from productsapi.stack import Stack

FUNCTION = "getproductfunction"
ROLE = f"{FUNCTION}-eu-west-2"
VALUE = "a value to be shown to few"


def stack_of(world: World, **variables: Any) -> Stack:
    return world.stack(functions={"environment": variables})


def variables(world: World, version: str = "$LATEST") -> dict[str, str]:
    found = world.client("lambda").get_function_configuration(
        FunctionName=FUNCTION, Qualifier=version
    )
    reported: dict[str, str] = found["Environment"]["Variables"]
    return reported


def read_rights(world: World) -> list[dict[str, Any]]:
    found = world.client("iam").get_role_policy(RoleName=ROLE, PolicyName="productsapi")
    statements = found["PolicyDocument"]["Statement"]
    return [each for each in statements if each.get("Sid") == "Secrets"]


def make_secret(world: World, name: str, **more: Any) -> str:
    made = world.client("secretsmanager").create_secret(Name=name, SecretString=VALUE, **more)
    world.forget_calls()
    arn: str = made["ARN"]
    return arn


def test_a_variable_taken_out_goes_and_others_stay(deployed: World) -> None:
    """Somebody else's is nobody's business, also where the configuration had one of its own."""
    client = deployed.client("lambda")
    existing = variables(deployed)
    client.update_function_configuration(
        FunctionName=FUNCTION, Environment={"Variables": {**existing, "THEIRS": "1"}}
    )
    deployed.deploy(stack_of(deployed, GREETING="hello", EMPTY=""))
    assert variables(deployed) == {
        **existing, "THEIRS": "1", "GREETING": "hello", "EMPTY": "",
        "OWN_VARIABLES": "EMPTY,GREETING",
    }  # fmt: skip
    deployed.deploy(deployed.stack())
    assert variables(deployed) == {**existing, "THEIRS": "1"}
    assert deployed.plan(deployed.stack()).to_do == ()


def test_a_change_in_the_console_is_drift(deployed: World) -> None:
    stack = stack_of(deployed, GREETING="hello")
    deployed.deploy(stack)
    changed = {**variables(deployed), "GREETING": "bye"}
    deployed.client("lambda").update_function_configuration(
        FunctionName=FUNCTION, Environment={"Variables": changed}
    )
    deployed.forget_calls()
    [change] = deployed.plan(stack).to_do
    assert [(f.field, f.old, f.new) for f in change.fields] == [
        ("environment.GREETING", "bye", "hello")
    ]
    deployed.deploy(stack)
    assert variables(deployed)["GREETING"] == "hello"
    assert deployed.plan(stack).to_do == ()


def test_a_secret_is_named_read_and_never_fetched(deployed: World) -> None:
    arn = make_secret(deployed, "shop/token")
    stack = stack_of(deployed, TOKEN=SecretName("shop/token"))
    deployed.deploy(stack)
    assert variables(deployed)["TOKEN"] == arn
    [statement] = read_rights(deployed)
    assert statement["Action"] == "secretsmanager:GetSecretValue"
    assert statement["Resource"] == [arn]
    assert "GetSecretValue" not in deployed.operations
    assert VALUE not in json.dumps(changes_as_json(deployed.shown.changes))
    calls = deployed.changing
    assert calls.index("PutRolePolicy") < calls.index("UpdateAlias"), "rights before their code"
    assert deployed.plan(stack).to_do == ()


def test_without_the_variable_the_right_goes_too(deployed: World) -> None:
    make_secret(deployed, "shop/token")
    deployed.deploy(stack_of(deployed, TOKEN=SecretName("shop/token")))
    deployed.forget_calls()
    deployed.deploy(deployed.stack())
    assert read_rights(deployed) == []
    calls = deployed.changing
    last_alias = len(calls) - 1 - calls[::-1].index("UpdateAlias")
    assert last_alias < calls.index("PutRolePolicy"), "the old code may still read it"
    assert not {"DeleteSecret", "TagResource"} & set(calls)


def test_a_wider_right_is_drift_and_narrowed(deployed: World) -> None:
    arn = make_secret(deployed, "shop/token")
    stack = stack_of(deployed, TOKEN=SecretName("shop/token"))
    deployed.deploy(stack)
    iam = deployed.client("iam")
    found = iam.get_role_policy(RoleName=ROLE, PolicyName="productsapi")["PolicyDocument"]
    found["Statement"][-1]["Resource"] = [arn, "*"]
    iam.put_role_policy(RoleName=ROLE, PolicyName="productsapi", PolicyDocument=json.dumps(found))
    deployed.forget_calls()
    assert any(change.exposes_access for change in deployed.plan(stack).to_do)
    deployed.deploy(stack)
    assert [each["Resource"] for each in read_rights(deployed)] == [[arn]]
    assert deployed.plan(stack).to_do == ()


@pytest.mark.parametrize("doomed", [False, True], ids=["missing", "waiting for its deletion"])
def test_a_secret_that_is_not_there_is_refused(deployed: World, *, doomed: bool) -> None:
    if doomed:
        make_secret(deployed, "shop/token")
        deployed.alter(
            "DescribeSecret",
            lambda _, reported: reported.update(DeletedDate=datetime.now(timezone.utc)),
        )
    stack = stack_of(deployed, TOKEN=SecretName("shop/token"))
    with pytest.raises(Refused, match="secret shop/token"):
        deployed.deploy(stack)
    assert deployed.changing == []


def test_a_secret_with_a_key_of_its_own_is_reported(deployed: World) -> None:
    key = "arn:aws:kms:eu-west-2:123456789012:key/1"
    make_secret(deployed, "shop/token", KmsKeyId=key)
    [note] = deployed.plan(stack_of(deployed, TOKEN=SecretName("shop/token"))).notes
    assert key in note.text
    assert "kms:Decrypt" in note.text


def test_a_teardown_leaves_the_secret(deployed: World) -> None:
    make_secret(deployed, "shop/token")
    stack = stack_of(deployed, TOKEN=SecretName("shop/token"))
    deployed.deploy(stack)
    planned, _ = deployed.teardown(stack)
    assert planned["secret shop/token"].action is Action.KEEP
    assert deployed.client("secretsmanager").describe_secret(SecretId="shop/token")


def test_a_rollback_takes_the_variables_with_it(deployed: World) -> None:
    report_summaries(deployed)
    deployed.deploy(stack_of(deployed, GREETING="hello"))
    stack = stack_of(deployed, GREETING="bye")
    deployed.deploy(stack)
    assert variables(deployed, "live")["GREETING"] == "bye"
    going_back(deployed, stack)
    assert variables(deployed, "live")["GREETING"] == "hello"


def test_values_are_shown_in_detail_only(deployed: World) -> None:
    plan = deployed.plan(stack_of(deployed, GREETING=VALUE))
    short = "\n".join(line.text for line in lines(plan))
    for text in (short, markdown("shop", plan), json.dumps(changes_as_json(plan.changes))):
        assert "environment.GREETING" in text
        assert VALUE not in text
    detail = [line for change in plan.to_do for line in field_lines(change)]
    assert f"environment.GREETING: (none) → {VALUE}" in detail


def test_doctor_names_the_missing_secret(deployed: World) -> None:
    make_secret(deployed, "there")
    names = {"A1": SecretName("there"), "B2": SecretName("gone"), "C3": "no secret"}
    found = readable(deployed.aws, stack_of(deployed, **names).config)
    assert {f.check: f.state for f in found} == {
        "secret gone": State.FAILED,
        "secret there": State.OK,
    }


def test_a_trace_masks_the_values(deployed: World) -> None:
    """By botocore's model, which marks variables as sensitive."""
    deployed.deploy(stack_of(deployed, GREETING=VALUE))
    model = deployed.client("lambda").meta.service_model
    operation = "UpdateFunctionConfiguration"
    shape = model.operation_model(operation).input_shape
    shown = masked(operation, shape, deployed.asked(operation)[0])
    assert VALUE not in json.dumps(shown)
