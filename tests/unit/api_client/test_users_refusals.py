"""Every answer of Cognito that a person can cause is reported in words, with the next command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from productsapi.api_client.token_store import Tokens
from productsapi.api_client.users import UserPool
from productsapi.errors import AwsError, SignInError

PASSWORD = "Correct-horse-7"

REFUSALS = [
    ("NotAuthorizedException", "Incorrect username or password.",
     "Wrong password, or no user ann (Cognito doesn't say which).", "productsapi user list"),
    ("NotAuthorizedException", "User is disabled.", "The user ann is disabled.",
     "aws cognito-idp admin-enable-user --user-pool-id eu-west-2_pool --username ann"),
    ("NotAuthorizedException", "Password attempts exceeded",
     "Too many wrong passwords for ann", "try again"),
    ("NotAuthorizedException",
     "Client abc is configured with secret but SECRET_HASH was not received",
     "The app client has a secret", "productsapi plan"),
    ("NotAuthorizedException", "Unable to verify secret hash for client abc",
     "The app client has a secret", "productsapi plan"),
    ("NotAuthorizedException", "Something new.", "Cognito refuses ann: Something new.", "login"),
    ("UserNotFoundException", "User does not exist.", "There is no user ann.",
     "productsapi user create ann"),
    ("UserNotConfirmedException", "User is not confirmed.", "isn't confirmed",
     "productsapi user password ann"),
    ("PasswordResetRequiredException", "Password reset required for the user",
     "reset the password of ann", "productsapi user password ann"),
    ("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client",
     "doesn't allow signing in with a password", "productsapi plan"),
    ("ResourceNotFoundException", "User pool client abc does not exist.",
     "The app client isn't there any more", "productsapi status"),
    ("TooManyRequestsException", "Rate exceeded", "asked too often", "try again"),
    ("LimitExceededException", "Attempt limit exceeded", "A limit of Cognito", "try again"),
]  # fmt: skip


def test_c10_an_expired_temporary_password_is_reported(scripted: Callable[..., Any]) -> None:
    text = "Temporary password has expired and must be reset by an administrator."
    users, _ = scripted(InitiateAuth=[AwsError("InitiateAuth", "NotAuthorizedException", text)])
    with pytest.raises(SignInError, match="was not used in time") as reported:
        users.login("ann", PASSWORD)
    assert "user password ann" in reported.value.hint


@pytest.mark.parametrize(("code", "text", "words", "hint"), REFUSALS)
def test_a_refused_login_is_reported_with_what_to_do(
    scripted: Callable[..., Any], code: str, text: str, words: str, hint: str
) -> None:
    users, _ = scripted(InitiateAuth=[AwsError("InitiateAuth", code, text)])
    with pytest.raises(SignInError) as caught:
        users.login("ann", PASSWORD)
    assert words in caught.value.message
    assert hint in caught.value.hint
    assert PASSWORD not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    "text", ["Refresh Token has expired", "Refresh Token has been revoked", "Invalid Refresh Token"]
)
def test_an_ended_sign_in_asks_to_sign_in_again(scripted: Callable[..., Any], text: str) -> None:
    users, _ = scripted(InitiateAuth=[AwsError("InitiateAuth", "NotAuthorizedException", text)])
    with pytest.raises(SignInError, match="has expired or was revoked") as caught:
        users.refresh("ann", Tokens("i", "a", "r"))
    assert caught.value.hint == "productsapi user login ann"


def test_an_error_of_nobodys_stays_as_it_is(scripted: Callable[..., Any]) -> None:
    users, _ = scripted(InitiateAuth=[AwsError("InitiateAuth", "InternalErrorException", "oops")])
    with pytest.raises(AwsError, match="oops"):
        users.login("ann", PASSWORD)


@pytest.mark.parametrize(
    ("challenge", "words"),
    [
        ("NEW_PASSWORD_REQUIRED", "temporary password"),
        ("SOFTWARE_TOKEN_MFA", "second factor"),
        ("SMS_MFA", "second factor"),
        ("MFA_SETUP", "second factor"),
        ("CUSTOM_CHALLENGE", "more than a password"),
    ],
)
def test_a_challenge_is_named_where_tokens_are_missing(
    scripted: Callable[..., Any], challenge: str, words: str
) -> None:
    users, _ = scripted(InitiateAuth=[{"ChallengeName": challenge, "Session": "s"}])
    with pytest.raises(SignInError, match=words) as caught:
        users.login("ann", PASSWORD)
    assert caught.value.hint


def test_a_temporary_password_is_recognised(pool: UserPool) -> None:
    pool.aws.call(
        "cognito-idp", "AdminCreateUser", UserPoolId=pool.user_pool_id, Username="ann",
        TemporaryPassword=PASSWORD,
    )  # fmt: skip
    with pytest.raises(SignInError, match="temporary password") as caught:
        pool.login("ann", PASSWORD)
    assert caught.value.hint == "productsapi user password ann"


def test_a_wrong_password_in_a_real_answer(pool: UserPool) -> None:
    pool.create("ann", PASSWORD)
    with pytest.raises(SignInError, match="Wrong password, or no user ann"):
        pool.login("ann", "Wrong-one-123")


def test_a_name_is_quoted_in_a_command_to_be_typed(scripted: Callable[..., Any]) -> None:
    users, _ = scripted(
        InitiateAuth=[AwsError("InitiateAuth", "UserNotFoundException", "User does not exist.")]
    )
    with pytest.raises(SignInError) as caught:
        users.login("a$b", PASSWORD)
    assert caught.value.hint == "productsapi user create 'a$b'"
