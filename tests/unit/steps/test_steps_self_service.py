"""Users who confirm themselves and reset their passwords by mail: what Cognito is noted of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from steps_world import World

from productsapi.cli.plan_detail import plan_as_json
from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import difference
from productsapi.steps.user_pool.pool import UserPool

POOL_ID = "eu-west-2_AbCdEfGhI"
KNOWN = Outputs({"pointer to user_pool_id": POOL_ID, "user_pool_id": POOL_ID})
AS_MADE = json.loads((Path(__file__).parent / "answers/user_pool_as_made.json").read_text())
BY_MAIL = {"AutoVerifiedAttributes": ["email"]}
OPEN = {"user_pool": {"self_confirm": True}, "auth": {"owner_only": True}}
SMS = {"MfaConfiguration": "ON", "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::1:role/sms"}}
ALONE = {"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True}}


def _read(world: World, config: dict[str, Any], **answer: Any) -> tuple[UserPool, Any]:
    world.fake("DescribeUserPool", {"UserPool": AS_MADE | answer})
    pool = UserPool(world.stack(**config))
    return pool, pool.read(world.aws, KNOWN)


@pytest.mark.parametrize(
    ("config", "verified"),
    [
        ({}, None),
        ({"user_pool": {"password_reset": True}}, None),
        (OPEN, ["email"]),
        ({"user_pool": {"self_confirm": True, "self_sign_up": False}}, ["email"]),
    ],
)
def test_a_new_pool_mails_codes_only_where_asked(
    world: World, config: dict[str, Any], verified: list[str] | None
) -> None:
    """A code at sign-up is what confirms: resetting passwords must not bring it."""
    pool = UserPool(world.stack(**config))
    pool.create(world.aws, Outputs({}))
    [sent] = world.asked("CreateUserPool")
    assert sent.get("AutoVerifiedAttributes") == verified
    reset = "verified_email" if "password_reset" in str(config) else "admin_only"
    ways = sent["AccountRecoverySetting"]["RecoveryMechanisms"]
    assert ways == [{"Priority": 1, "Name": reset}]


@pytest.mark.parametrize(
    ("config", "lets_in"),
    [({}, True), ({"user_pool": {"password_reset": True}}, True), (OPEN, False)],
)
def test_codes_by_mail_are_drift_unless_asked_for(
    world: World, config: dict[str, Any], lets_in: bool
) -> None:
    pool, seen = _read(world, config, **BY_MAIL)
    change = difference(pool, seen, KNOWN)
    assert ("auto_verified" in change.changed, change.exposes_access) == (lets_in, lets_in)


def test_asking_for_codes_is_no_way_in_that_closes(world: World) -> None:
    pool, seen = _read(world, OPEN)
    assert not difference(pool, seen, KNOWN).exposes_access


@pytest.mark.parametrize("key", ["phone_number", "email"])
def test_codes_for_second_factors_stay_beside(world: World, key: str) -> None:
    names = ["email", "phone_number"]
    config = {**OPEN, "user_pool": {"self_confirm": True, "self_sign_up": False}}
    pool, seen = _read(world, config, **SMS, AutoVerifiedAttributes=names)
    assert "auto_verified" not in difference(pool, seen, KNOWN).changed
    world.fake("UpdateUserPool", {})
    pool.update(world.aws, KNOWN, seen, frozenset({"name"}))
    [sent] = world.asked("UpdateUserPool")
    assert key in sent["AutoVerifiedAttributes"]
    before = sent["UserAttributeUpdateSettings"]["AttributesRequireVerificationBeforeUpdate"]
    assert key in before


@pytest.mark.parametrize(
    ("config", "answer", "reported"),
    [
        ({}, BY_MAIL, []),
        (OPEN, BY_MAIL, [("Open now: anyone", "create products", True)]),
        ({**OPEN, "auth": {"write_groups": ("a",)}}, BY_MAIL, [("Open now", "read all", True)]),
        (OPEN, {}, [("deploy opens the user pool", "create products", False)]),
        (OPEN, BY_MAIL | ALONE, [("deploy opens the user pool", "create products", False)]),
        ({"user_pool": {"self_confirm": True, "self_sign_up": False}}, BY_MAIL, []),
    ],
)
def test_that_anyone_gets_in_is_reported(
    world: World,
    config: dict[str, Any],
    answer: dict[str, Any],
    reported: list[tuple[str, str, bool]],
) -> None:
    _, seen = _read(world, config, **answer)
    notes = [(note.text, note.exposes_access) for note in seen.notes]
    assert len(notes) == len(reported)
    for (text, lets_in), (begin, what, expected) in zip(notes, reported, strict=True):
        assert text.startswith(begin)
        assert what in text
        assert lets_in is expected


def test_what_was_opened_is_an_exposure_not_a_change(world: World) -> None:
    stack = world.stack(**OPEN)
    world.deploy(stack)
    planned = world.plan(stack)
    assert planned.to_do == ()
    assert [(n.exposes_access, n.warns) for n in planned.notes] == [(True, False)]
    assert [each["door"] for each in plan_as_json(planned)] == [True]


def test_an_unset_recovery_is_reported_as_such(world: World) -> None:
    """Cognito then resets by a verified phone number or address: no "none"."""
    answer = {k: v for k, v in AS_MADE.items() if k != "AccountRecoverySetting"}
    world.fake("DescribeUserPool", {"UserPool": answer})
    pool = UserPool(world.stack())
    seen = pool.read(world.aws, KNOWN)
    [field] = difference(pool, seen, KNOWN).fields
    assert (field.field, field.old, field.new) == ("recovery", "unset", "admin_only")
