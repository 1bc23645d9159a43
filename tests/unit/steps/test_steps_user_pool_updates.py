"""UpdateUserPool and UpdateUserPoolClient: nothing that is there gets lost by not being sent.

The answers are whole ones, of AWS's documented shapes: emulators keep what an update leaves out, so
what counts is what is sent.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from steps_world import World, error

from productsapi.aws.caller import Aws
from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import Action, difference
from productsapi.engine.resource import Observed
from productsapi.errors import AwsError
from productsapi.steps.user_pool import clients, full_updates
from productsapi.steps.user_pool.client import UserPoolClient
from productsapi.steps.user_pool.pool import UserPool

NEWER = {"AcrConfiguration", "ClientSecretArn", "ClientType", "DcrConfiguration"}
"""What botocore returns from 1.44 on; 1.43 keeps none of it in an answer."""
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
    ("reported", "taken", "left_out"),
    [
        ("UserPoolType", "UpdateUserPool", full_updates.OF_THE_POOL),
        ("UserPoolClientType", "UpdateUserPoolClient", full_updates.OF_THE_CLIENT),
    ],
)
def test_all_that_describe_returns_is_sent_or_excused(
    world: World, reported: str, taken: str, left_out: dict[str, str]
) -> None:
    """By botocore's model, so that what AWS adds one day is noticed with the next botocore."""
    model = world.client("cognito-idp").meta.service_model
    members = set(model.shape_for(reported).members)
    whole = {name for name in left_out if "." not in name} - (NEWER - members)
    assert members == (members & world.aws.accepts("cognito-idp", taken)) | whole
    assert all(left_out.values())


@pytest.mark.parametrize(
    ("name", "shape"),
    [("user_pool", "UserPoolType"), ("user_pool_client", "UserPoolClientType")],
)
def test_the_answers_are_whole(world: World, name: str, shape: str) -> None:
    """Every key that AWS can return is in them (but for one that excludes another)."""
    model = world.client("cognito-idp").meta.service_model
    excluded = {"UsernameAttributes"}  # a pool has these or AliasAttributes
    assert set(model.shape_for(shape).members) - excluded - NEWER == _answer(name).keys()


def test_pool_update_sends_all_that_is_there(world: World) -> None:
    """Triggers, MFA, mail and message settings, tier, devices: all as they are."""
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
        "AccountRecoverySetting",
        "AutoVerifiedAttributes",
        "UserAttributeUpdateSettings",
    }
    assert sent.keys() == kept | ours


def test_a_pool_update_keeps_what_others_set(world: World) -> None:
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


def test_a_pool_update_keeps_foreign_tags_not_awss(world: World) -> None:
    sent = _pool_update(world, _answer("user_pool"))
    assert sent["UserPoolTags"] == {"productsapi:stack": "shop", "team": "blue"}


def test_verified_attributes_go_with_their_dependants(world: World) -> None:
    """Cognito refuses to wait for a verification that it doesn't do; untold, it keeps the wait."""
    sent = _pool_update(world, _answer("user_pool"))
    assert sent["AutoVerifiedAttributes"] == []
    settings = sent["UserAttributeUpdateSettings"]
    assert settings == {"AttributesRequireVerificationBeforeUpdate": []}


def test_empty_structures_and_texts_are_not_sent(world: World) -> None:
    """An empty SmsConfiguration or message is refused; the local cloud returns such."""
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
    left_out = full_updates.OF_THE_CLIENT.keys()
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
def test_the_same_validity_in_other_units_is_the_same(
    world: World, lengths: dict[str, Any]
) -> None:
    """Cognito's defaults: an hour for access and ID tokens, 30 days for refresh tokens."""
    reported = _answer("user_pool_client")
    for name in ("RefreshTokenValidity", "AccessTokenValidity", "IdTokenValidity"):
        reported.pop(name)
    reported.pop("TokenValidityUnits")
    seen = _client(world, {**reported, **lengths})
    fields = {f.field for f in difference(UserPoolClient(world.stack()), seen, KNOWN).fields}
    assert fields == {"auth_flows", "other_flows"}


def test_flows_in_another_order_are_no_difference(world: World) -> None:
    flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    seen = _client(world, {**_answer("user_pool_client"), "ExplicitAuthFlows": flows})
    assert difference(UserPoolClient(world.stack()), seen, KNOWN).fields == ()


def test_c4_what_botocore_1_44_returns_is_sent_back(world: World) -> None:
    """A registration of clients is never switched on by being sent without its status."""
    reported = {"Level1": {"Name": "urn:one"}}
    answer = _answer("user_pool") | {"DcrConfiguration": {"OpenDcrEnabled": True}}
    aws = SimpleNamespace(accepts=lambda *_: {"DcrConfiguration", "AcrConfiguration"})
    for tier, sent in (("LITE", {}), ("PLUS", {"AcrConfiguration": reported})):
        pool = {**answer, "AcrConfiguration": reported, "UserPoolTier": tier}
        current = full_updates.current(
            cast("Aws", aws), "UpdateUserPool", pool, full_updates.OF_THE_POOL
        )
        assert current == sent


@pytest.mark.parametrize("tier", ["LITE", "PLUS"])
def test_c5_the_tier_goes_along_as_protection_goes(world: World, tier: str) -> None:
    """Left out it would become ESSENTIALS, which costs."""
    answer = _answer("user_pool") | {"UserPoolTier": tier}
    sent = _pool_update(world, answer, deletion_protection=False)
    assert (sent["DeletionProtection"], sent["UserPoolTier"]) == ("INACTIVE", tier)


def test_c6_a_client_with_a_published_secret_is_unfit() -> None:
    client = {"ExplicitAuthFlows": [clients.PASSWORD_FLOW]}
    assert clients.unfit(client) is None
    assert clients.unfit({**client, "ClientSecretArn": "arn:aws:secretsmanager:x"})


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("AccessDeniedException", "not authorized to perform: iam:PassRole on resource: x"),
        ("InvalidSmsRoleAccessPolicyException", "Role does not have permission to publish"),
    ],
)
def test_c8_a_refused_role_for_messages_is_explained(world: World, code: str, text: str) -> None:
    seen = _pool(world, _answer("user_pool"))
    world.fake("UpdateUserPool", error(code, text))
    with pytest.raises(AwsError, match="role/service-role/cognito-sms") as reported:
        UserPool(world.stack()).update(world.aws, KNOWN, seen, frozenset({"password_length"}))
    assert "iam:PassRole on" in reported.value.hint


def test_c9_a_client_goes_without_refused_analytics(world: World) -> None:
    refusal = error("InvalidParameterException", "Amazon Pinpoint application does not exist")
    seen = _client(world, _answer("user_pool_client"))
    world.fake(
        "UpdateUserPoolClient",
        lambda sent: refusal if "AnalyticsConfiguration" in sent else {"UserPoolClient": {}},
    )
    UserPoolClient(world.stack()).update(world.aws, KNOWN, seen, frozenset({"name"}))
    first, second = world.asked("UpdateUserPoolClient")
    assert first == {**second, "AnalyticsConfiguration": first["AnalyticsConfiguration"]}


SMS = {"MfaConfiguration": "OPTIONAL", "AutoVerifiedAttributes": ["phone_number"]}


def test_k15_a_pool_with_sms_codes_keeps_its_phones(world: World) -> None:
    """Cognito refuses a second factor by message where no phone number is verified."""
    answer = _answer("user_pool") | SMS
    seen = _pool(world, answer)
    change = difference(UserPool(world.stack()), seen, KNOWN)
    assert "auto_verified" not in change.changed
    sent = _pool_update(world, answer, password_length=12)
    assert sent["AutoVerifiedAttributes"] == ["phone_number"]


def test_k15_it_is_refused_where_anyone_may_sign_up(world: World) -> None:
    world.fake("DescribeUserPool", {"UserPool": _answer("user_pool") | SMS})
    pool = UserPool(world.stack(user_pool={"self_sign_up": True}))
    seen = pool.read(world.aws, KNOWN)
    change = difference(pool, seen, KNOWN)
    assert change.action is Action.REFUSE
    assert "self_sign_up" in change.reason
