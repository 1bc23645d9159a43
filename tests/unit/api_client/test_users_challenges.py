"""What Cognito asks beyond a password is asked on, and answered."""

from __future__ import annotations

from typing import Any

import pytest

from productsapi.api_client.token_store import Tokens
from productsapi.api_client.users.challenges import Challenge, begin, respond
from productsapi.errors import AwsError, SignInError, Unintelligible

PASSWORD = "Correct-horse-7"
SESSION = "session-that-is-a-secret"
SIGNED_IN = {
    "AuthenticationResult": {"IdToken": "id", "AccessToken": "access", "RefreshToken": "refresh"}
}


def challenge(name: str, **reported: str) -> dict[str, Any]:
    return {"ChallengeName": name, "Session": SESSION, "ChallengeParameters": reported}


@pytest.mark.parametrize(
    ("name", "member", "answer"),
    [
        ("NEW_PASSWORD_REQUIRED", "NEW_PASSWORD", "Another-horse-8"),
        ("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE", "123456"),
        ("SMS_MFA", "SMS_MFA_CODE", "123456"),
        ("EMAIL_OTP", "EMAIL_OTP_CODE", "12345678"),
    ],
)
def test_a_challenge_is_answered(scripted: Any, name: str, member: str, answer: str) -> None:
    asks = challenge(name, USER_ID_FOR_SRP="its-own-name", CODE_DELIVERY_DESTINATION="+*9")
    pool, aws = scripted(InitiateAuth=[asks], RespondToAuthChallenge=[SIGNED_IN])
    asked = begin(pool, "ann", PASSWORD)
    assert isinstance(asked, Challenge)
    assert asked.sent_to == "+*9"
    assert SESSION not in repr(asked)
    assert respond(pool, asked, answer) == Tokens("id", "access", "refresh")
    sent = aws.asked[1][1]
    assert sent["ChallengeResponses"] == {"USERNAME": "its-own-name", member: answer}
    assert sent["Session"] == SESSION


def test_one_challenge_may_follow_another(scripted: Any) -> None:
    pool, _ = scripted(
        InitiateAuth=[challenge("NEW_PASSWORD_REQUIRED")],
        RespondToAuthChallenge=[challenge("SOFTWARE_TOKEN_MFA"), SIGNED_IN],
    )
    first = begin(pool, "ann", PASSWORD)
    assert isinstance(first, Challenge)
    second = respond(pool, first, "Another-horse-8")
    assert isinstance(second, Challenge)
    assert isinstance(respond(pool, second, "123456"), Tokens)


@pytest.mark.parametrize("name", ["MFA_SETUP", "CUSTOM_CHALLENGE", "SELECT_MFA_TYPE"])
def test_what_cannot_be_answered_here_is_reported(scripted: Any, name: str) -> None:
    pool, _ = scripted(InitiateAuth=[challenge(name)])
    with pytest.raises(SignInError, match=name):
        begin(pool, "ann", PASSWORD)


def test_a_wrong_code_is_reported_in_words(scripted: Any) -> None:
    wrong = AwsError("RespondToAuthChallenge", "CodeMismatchException", "Invalid code")
    pool, _ = scripted(RespondToAuthChallenge=[wrong])
    with pytest.raises(SignInError, match="isn't the right one for ann"):
        respond(pool, Challenge("ann", "SOFTWARE_TOKEN_MFA", SESSION), "000000")


@pytest.mark.parametrize("answer", [{}, {"AuthenticationResult": {"IdToken": "id"}}])
def test_an_answer_without_tokens_is_no_sign_in(scripted: Any, answer: dict[str, Any]) -> None:
    pool, _ = scripted(InitiateAuth=[answer])
    with pytest.raises(Unintelligible):
        begin(pool, "ann", PASSWORD)


def test_a_password_that_cannot_be_is_not_sent(scripted: Any) -> None:
    pool, aws = scripted()
    for wrong in ("", "with space"):
        with pytest.raises(SignInError):
            begin(pool, "ann", wrong)
        with pytest.raises(SignInError):
            respond(pool, Challenge("ann", "NEW_PASSWORD_REQUIRED", SESSION), wrong)
    assert not aws.asked
