"""Users: made whole or not at all, signed in, listed, grouped, removed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from productsapi.api_client.token_store import Tokens
from productsapi.api_client.users import UserPool
from productsapi.errors import AwsError, SignInError

PASSWORD = "Correct-horse-7"


def refused(code: str, text: str = "no") -> AwsError:
    return AwsError("Operation", code, text)


def test_a_created_user_is_confirmed_and_can_sign_in(pool: UserPool) -> None:
    pool.create("testuser", PASSWORD, email="testuser@example.com")
    (user,) = pool.users()
    assert (user.name, user.status, user.enabled) == ("testuser", "CONFIRMED", True)
    assert user.email == "testuser@example.com"
    tokens = pool.login("testuser", PASSWORD)
    assert tokens.expires > 0
    refreshed = pool.refresh("testuser", tokens)
    assert refreshed.id_token
    assert refreshed.refresh_token == tokens.refresh_token


def test_no_mail_is_sent_and_an_email_is_verified(scripted: Callable[..., Any]) -> None:
    users, aws = scripted(AdminCreateUser=[{}], AdminSetUserPassword=[{}])
    users.create("ann", PASSWORD, email="ann@example.com")
    (_, made), (_, password) = aws.asked
    assert made["MessageAction"] == "SUPPRESS"
    assert {"Name": "email_verified", "Value": "true"} in made["UserAttributes"]
    temporary = made["TemporaryPassword"]  # one that fits any policy; known to nobody
    assert len(temporary) >= 99
    assert all(re.search(kind, temporary) for kind in ("[A-Z]", "[a-z]", "[0-9]", "[^A-Za-z0-9]"))
    assert PASSWORD not in temporary
    assert password["Permanent"] is True


def test_a_refused_password_leaves_no_user_behind(pool: UserPool) -> None:
    with pytest.raises(SignInError, match=r"refuses the password of ann"):
        pool.create("ann", "short")
    assert pool.users() == []


@pytest.mark.parametrize("end", [KeyboardInterrupt(), refused("InternalErrorException")])
def test_a_creation_ended_half_way_removes_its_user(
    scripted: Callable[..., Any], end: BaseException
) -> None:
    users, aws = scripted(AdminCreateUser=[{}], AdminSetUserPassword=[end], AdminDeleteUser=[{}])
    with pytest.raises(type(end)):
        users.create("ann", PASSWORD)
    assert aws.operations[-1] == "AdminDeleteUser"


def test_a_failing_cleanup_does_not_hide_the_error(scripted: Callable[..., Any]) -> None:
    users, _ = scripted(
        AdminCreateUser=[{}],
        AdminSetUserPassword=[refused("InvalidPasswordException", "too short")],
        AdminDeleteUser=[refused("TooManyRequestsException")],
    )
    with pytest.raises(SignInError, match="too short"):
        users.create("ann", PASSWORD)


def test_an_existing_user_is_noted_and_left_alone(pool: UserPool) -> None:
    pool.create("ann", PASSWORD)
    with pytest.raises(SignInError, match="already is a user ann") as caught:
        pool.create("ann", "Another-one-8")
    assert caught.value.hint == "`productsapi user password ann` sets a new password"
    assert pool.login("ann", PASSWORD)


def test_a_killed_runs_user_is_reported_and_completed(
    pool: UserPool,
) -> None:
    pool.aws.call("cognito-idp", "AdminCreateUser", UserPoolId=pool.user_pool_id, Username="ann")
    with pytest.raises(SignInError, match="without a permanent password") as caught:
        pool.create("ann", PASSWORD)
    assert caught.value.hint == "`productsapi user password ann` completes it"
    pool.set_password("ann", PASSWORD)
    assert pool.login("ann", PASSWORD)


@pytest.mark.parametrize("password", ["", "two words", "line\n"])
def test_an_impossible_password_is_refused_at_home(
    scripted: Callable[..., Any], password: str
) -> None:
    users, aws = scripted()
    for attempt in (users.create, users.login, users.set_password):
        with pytest.raises(SignInError, match="can't be empty or contain"):
            attempt("ann", password)
    assert aws.asked == []


def test_a_password_that_is_no_text_is_refused_at_home(
    scripted: Callable[..., Any],
) -> None:
    """So the environment gives bytes that are none."""
    users, aws = scripted()
    with pytest.raises(SignInError, match="isn't UTF-8 text") as raised:
        users.create("ann", "Abc12345!\udcff")
    assert "Abc12345" not in str(raised.value)
    assert aws.asked == []


def test_missing_groups_are_made_and_named(pool: UserPool) -> None:
    assert pool.create("ann", PASSWORD, groups=["staff", "admins"]) == ("admins", "staff")
    assert pool.create("bob", PASSWORD, groups=["staff"]) == ()
    assert pool.groups_of("ann") == ["admins", "staff"]


def test_set_groups_ends_with_exactly_these(pool: UserPool) -> None:
    pool.create("ann", PASSWORD, groups=["staff", "admins"])
    assert pool.set_groups("ann", ["staff", "editors"]) == ("editors",)
    assert pool.groups_of("ann") == ["editors", "staff"]


def test_a_group_another_run_makes_meanwhile_is_used(scripted: Callable[..., Any]) -> None:
    users, aws = scripted(
        AdminCreateUser=[{}],
        AdminAddUserToGroup=[refused("ResourceNotFoundException", "Group not found."), {}],
        CreateGroup=[refused("GroupExistsException")],
        AdminSetUserPassword=[{}],
    )
    assert users.create("ann", PASSWORD, groups=["staff"]) == ()
    assert aws.operations.count("AdminAddUserToGroup") == 2


def test_a_deleted_user_is_gone_and_again_says_so(pool: UserPool) -> None:
    pool.create("ann", PASSWORD)
    pool.delete("ann")
    assert pool.users() == []
    with pytest.raises(SignInError, match="There is no user ann"):
        pool.delete("ann")


def test_several_pages_of_users_are_listed_in_order(pool: UserPool) -> None:
    for number in range(65):
        pool.aws.call(
            "cognito-idp",
            "AdminCreateUser",
            UserPoolId=pool.user_pool_id,
            Username=f"user{number:02}",
        )
    assert [user.name for user in pool.users()] == [f"user{number:02}" for number in range(65)]


def test_a_rotated_refresh_token_replaces_the_old_one(scripted: Callable[..., Any]) -> None:
    users, aws = scripted(
        InitiateAuth=[
            {"AuthenticationResult": {"IdToken": "i", "AccessToken": "a", "RefreshToken": "new"}}
        ]
    )
    assert users.refresh("ann", Tokens("", "", "old")) == Tokens("i", "a", "new")
    assert aws.asked[0][1]["AuthParameters"] == {"REFRESH_TOKEN": "old"}


def test_logging_out_revokes_the_refresh_token(scripted: Callable[..., Any]) -> None:
    users, aws = scripted(RevokeToken=[{}])
    users.revoke("ann", Tokens("i", "a", "r"))
    assert aws.asked == [("RevokeToken", {"ClientId": "client", "Token": "r"})]


def test_nothing_of_a_sign_in_shows_in_a_repr(scripted: Callable[..., Any]) -> None:
    users, _ = scripted()
    shown = repr(Tokens("id-secret", "access-secret", "refresh-secret")) + repr(users)
    assert "secret" not in shown
    assert "Scripted" not in shown


def test_c2_who_has_no_address_gets_nobodys(scripted: Callable[..., Any]) -> None:
    """A pool whose schema requires one may refuse a user without; no mail ever reaches this."""
    users, aws = scripted(AdminCreateUser=[{}], AdminSetUserPassword=[{}])
    users.create("ann", PASSWORD)
    [made] = [asked for operation, asked in aws.asked if operation == "AdminCreateUser"]
    [address] = made["UserAttributes"]
    assert address["Value"].endswith("@example.invalid")
    entry = {"Username": "ann", "UserStatus": "CONFIRMED", "Enabled": True}
    users, _ = scripted(ListUsers=[{"Users": [{**entry, "Attributes": [address]}]}])
    assert [user.email for user in users.users()] == [None]


@pytest.mark.parametrize(
    ("address", "verified"),
    [
        ("ann@example.com", True),
        ("ann@example.invalid", False),
        ("ann@Mail.Example.INVALID", False),
        ("ann@notexample.invalid", True),
    ],
)
def test_nobodys_address_is_never_marked_verified(
    scripted: Callable[..., Any], address: str, verified: bool
) -> None:
    users, aws = scripted(AdminCreateUser=[{}], AdminSetUserPassword=[{}])
    users.create("ann", PASSWORD, email=address)
    made = aws.asked[0][1]
    marked = {"Name": "email_verified", "Value": "true"} in made["UserAttributes"]
    assert (marked, made["MessageAction"]) == (verified, "SUPPRESS")


def test_c2_a_refusal_of_the_schema_is_explained(scripted: Callable[..., Any]) -> None:
    text = "Attributes did not conform to the schema: phone_number: The attribute is required"
    refusal = AwsError("AdminCreateUser", "InvalidParameterException", text)
    users, _ = scripted(AdminCreateUser=[refusal])
    with pytest.raises(SignInError, match="phone_number") as reported:
        users.create("ann", PASSWORD)
    assert "SchemaAttributes" in reported.value.hint


def test_c3_a_password_is_always_set(scripted: Callable[..., Any]) -> None:
    """Pools with passwordless factors make no temporary one: none is waited for or read."""
    users, aws = scripted(AdminCreateUser=[{}], AdminSetUserPassword=[{}])
    users.create("ann", PASSWORD)
    assert aws.operations == ["AdminCreateUser", "AdminSetUserPassword"]
