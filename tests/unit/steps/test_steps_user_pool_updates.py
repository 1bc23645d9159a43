"""UpdateUserPool and UpdateUserPoolClient: nothing that is there gets lost by not being told.

The answers are whole ones, of AWS's documented shapes: emulators keep what an update leaves out, so
what counts is what is sent.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from steps_world import World

from productsapi.engine.plan import difference
from productsapi.engine.resource import Observed, Outputs
from productsapi.steps.user_pool import replaced
from productsapi.steps.user_pool.client import UserPoolClient
from productsapi.steps.user_pool.pool import UserPool

ANSWERS = Path(__file__).parent / "answers"
POOL_ID = "eu-west-2_AbCdEfGhI"
KNOWN = Outputs(
    {
        "pointer to user_pool_id": POOL_ID,
        "user_pool_id": POOL_ID,
        "pointer to client_id": "1example23456789",
    }
)


def _answer(name: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((ANSWERS / f"{name}.json").read_text())
    return answer


def _pool(world: World, answer: dict[str, Any]) -> Observed:
    world.fake("DescribeUserPool", {"UserPool": answer})
    seen = UserPool(world.stack()).read(world.aws, KNOWN)
    assert seen is not None
    return seen


def _pool_update(world: World, answer: dict[str, Any], **config: Any) -> dict[str, Any]:
    """What is sent for `config` where the pool is as in `answer`. botocore checks its shape."""
    seen = _pool(world, answer)
    world.fake("UpdateUserPool", {})
    resource = UserPool(world.stack(user_pool=config))
    change = difference(resource, seen, KNOWN)
    resource.update(world.aws, KNOWN, seen, change.changed)
    [sent] = world.asked("UpdateUserPool")
    return sent


def _client(world: World, answer: dict[str, Any]) -> Observed:
    world.fake("DescribeUserPoolClient", {"UserPoolClient": answer})
    seen = UserPoolClient(world.stack()).read(world.aws, KNOWN)
    assert seen is not None
    return seen


def _client_update(world: World, answer: dict[str, Any]) -> dict[str, Any]:
    seen = _client(world, answer)
    world.fake("UpdateUserPoolClient", {"UserPoolClient": {}})
    resource = UserPoolClient(world.stack())
    resource.update(world.aws, KNOWN, seen, difference(resource, seen, KNOWN).changed)
    [sent] = world.asked("UpdateUserPoolClient")
    return sent


@pytest.mark.parametrize(
    ("told", "taken", "left_out"),
    [
        ("UserPoolType", "UpdateUserPool", replaced.OF_THE_POOL),
        ("UserPoolClientType", "UpdateUserPoolClient", replaced.OF_THE_CLIENT),
    ],
)
def test_all_that_describe_can_tell_is_sent_or_on_the_list_with_its_reason(
    world: World, told: str, taken: str, left_out: dict[str, str]
) -> None:
    """By botocore's model, so that what AWS adds one day is noticed with the next botocore."""
    model = world.client("cognito-idp").meta.service_model
    members = set(model.shape_for(told).members)
    whole = {name for name in left_out if "." not in name}
    assert members == (members & world.aws.accepts("cognito-idp", taken)) | whole
    assert all(left_out.values())


@pytest.mark.parametrize(
    ("name", "shape"),
    [("user_pool", "UserPoolType"), ("user_pool_client", "UserPoolClientType")],
)
def test_the_answers_are_whole(world: World, name: str, shape: str) -> None:
    """Every key that AWS can tell is in them (but for one that excludes another)."""
    model = world.client("cognito-idp").meta.service_model
    excluded = {"UsernameAttributes"}  # a pool has these or AliasAttributes
    assert set(model.shape_for(shape).members) - excluded == _answer(name).keys()


def test_pool_update_sends_all_that_is_there(world: World) -> None:
    """Triggers, MFA, mail and message settings, tier, devices, recovery: all as they are."""
    answer = _answer("user_pool")
    sent = _pool_update(world, answer)
    kept = {
        "LambdaConfig",
        "MfaConfiguration",
        "EmailConfiguration",
        "SmsConfiguration",
        "SmsVerificationMessage",
        "EmailVerificationMessage",
        "EmailVerificationSubject",
        "VerificationMessageTemplate",
        "SmsAuthenticationMessage",
        "DeviceConfiguration",
        "UserPoolAddOns",
        "AccountRecoverySetting",
        "UserPoolTier",
        "KeyConfiguration",
    }
    assert {name: sent[name] for name in kept} == {name: answer[name] for name in kept}
    ours = {
        "UserPoolId",
        "PoolName",
        "Policies",
        "AdminCreateUserConfig",
        "DeletionProtection",
        "UserPoolTags",
        "AutoVerifiedAttributes",
        "UserAttributeUpdateSettings",
    }
    assert sent.keys() == kept | ours


def test_pool_update_changes_ours_within_what_others_set(world: World) -> None:
    answer = _answer("user_pool")
    sent = _pool_update(world, answer, password_length=12, self_sign_up=False)
    assert sent["Policies"] == {
        "PasswordPolicy": {**answer["Policies"]["PasswordPolicy"], "MinimumLength": 12},
        "SignInPolicy": answer["Policies"]["SignInPolicy"],
    }
    assert sent["AdminCreateUserConfig"] == {
        "AllowAdminCreateUserOnly": True,
        "InviteMessageTemplate": answer["AdminCreateUserConfig"]["InviteMessageTemplate"],
    }
    assert sent["DeletionProtection"] == "INACTIVE"


def test_pool_update_keeps_foreign_tags_and_sends_none_of_awss_own(world: World) -> None:
    sent = _pool_update(world, _answer("user_pool"))
    assert sent["UserPoolTags"] == {"productsapi:stack": "shop", "team": "blue"}


def test_attributes_verified_by_code_are_cleared_with_what_hangs_on_them(world: World) -> None:
    """Cognito refuses to wait for a verification that it doesn't do; untold, it keeps the wait."""
    sent = _pool_update(world, _answer("user_pool"))
    assert sent["AutoVerifiedAttributes"] == []
    settings = sent["UserAttributeUpdateSettings"]
    assert settings == {"AttributesRequireVerificationBeforeUpdate": []}


def test_empty_structures_and_texts_are_not_sent(world: World) -> None:
    """An empty SmsConfiguration or message is refused; the local cloud tells such."""
    empty = {"SmsConfiguration": {}, "SmsAuthenticationMessage": "", "LambdaConfig": {}}
    sent = _pool_update(world, {**_answer("user_pool_as_made"), **empty}, password_length=12)
    assert empty.keys().isdisjoint(sent)


def test_pool_as_we_made_it_shows_no_difference(world: World) -> None:
    seen = _pool(world, _answer("user_pool_as_made"))
    assert difference(UserPool(world.stack()), seen, KNOWN).fields == ()


def test_client_update_sends_all_that_is_there(world: World) -> None:
    answer = _answer("user_pool_client")
    sent = _client_update(world, answer)
    ours = {"ExplicitAuthFlows"}
    left_out = replaced.OF_THE_CLIENT.keys()
    assert {n: v for n, v in sent.items() if n not in ours} == {
        n: v for n, v in answer.items() if n not in ours | left_out
    }
    assert sent["ExplicitAuthFlows"] == [
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
    ]


def test_client_update_never_carries_the_secret(world: World) -> None:
    assert "very-secret" not in json.dumps(_client_update(world, _answer("user_pool_client")))


@pytest.mark.parametrize(
    "lengths",
    [
        {"RefreshTokenValidity": 30},
        {"RefreshTokenValidity": 0, "AccessTokenValidity": 0, "IdTokenValidity": 0},
        {"RefreshTokenValidity": 30, "AccessTokenValidity": 1, "IdTokenValidity": 1},
        {
            "RefreshTokenValidity": 720,
            "AccessTokenValidity": 60,
            "IdTokenValidity": 3600,
            "TokenValidityUnits": {
                "RefreshToken": "hours",
                "AccessToken": "minutes",
                "IdToken": "seconds",
            },
        },
    ],
)
def test_same_length_in_other_units_or_untold_is_no_difference(
    world: World, lengths: dict[str, Any]
) -> None:
    """Cognito's defaults: an hour for access and ID tokens, 30 days for refresh tokens."""
    told = _answer("user_pool_client")
    for name in ("RefreshTokenValidity", "AccessTokenValidity", "IdTokenValidity"):
        told.pop(name)
    told.pop("TokenValidityUnits")
    seen = _client(world, {**told, **lengths})
    fields = {f.field for f in difference(UserPoolClient(world.stack()), seen, KNOWN).fields}
    assert fields == {"auth_flows", "other_flows"}


def test_flows_in_another_order_are_no_difference(world: World) -> None:
    flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    seen = _client(world, {**_answer("user_pool_client"), "ExplicitAuthFlows": flows})
    assert difference(UserPoolClient(world.stack()), seen, KNOWN).fields == ()
