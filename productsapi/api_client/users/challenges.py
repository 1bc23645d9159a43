"""A sign-in in steps: what Cognito asks for beyond a password, and the answers to it.

For who can ask a person between two calls. `UserPool.login` takes a password and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from productsapi.api_client.token_store import Tokens
from productsapi.api_client.users.cognito_errors import challenged, explained
from productsapi.api_client.users.passwords import check_password
from productsapi.api_client.users.pool import SERVICE, UserPool
from productsapi.errors import Unintelligible

NEW_PASSWORD = "NEW_PASSWORD_REQUIRED"  # noqa: S105 - Cognito's name of the challenge
ANSWERED_BY = {
    NEW_PASSWORD: "NEW_PASSWORD",
    "SOFTWARE_TOKEN_MFA": "SOFTWARE_TOKEN_MFA_CODE",
    "SMS_MFA": "SMS_MFA_CODE",
    "SMS_OTP": "SMS_OTP_CODE",
    "EMAIL_OTP": "EMAIL_OTP_CODE",
}
"""The member of ChallengeResponses for each challenge (RespondToAuthChallenge's reference)."""


@dataclass(frozen=True)
class Challenge:
    """What Cognito wants to know next. Its session is a secret: it replaces the password."""

    user: str
    name: str
    session: str = field(repr=False)
    username: str = field(repr=False, default="")
    """What Cognito calls the user: not always what was typed, where aliases are on."""
    sent_to: str = ""
    """Where a code was sent to, as Cognito masks it."""


def begin(pool: UserPool, name: str, password: str) -> Tokens | Challenge:
    """Raises SignInError where Cognito refuses, or asks for what can't be answered here."""
    check_password(password)
    with explained(name, pool.user_pool_id):
        answer = pool.aws.call(
            SERVICE,
            "InitiateAuth",
            ClientId=pool.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": password},
        )
    return _next(name, "InitiateAuth", answer)


def respond(pool: UserPool, asked: Challenge, answer: str) -> Tokens | Challenge:
    """Answer it with a new password or a code. Raises SignInError; it may then be tried again."""
    if asked.name == NEW_PASSWORD:
        check_password(answer)
    with explained(asked.user, pool.user_pool_id):
        response = pool.aws.call(
            SERVICE,
            "RespondToAuthChallenge",
            ClientId=pool.client_id,
            ChallengeName=asked.name,
            Session=asked.session,
            ChallengeResponses={
                "USERNAME": asked.username or asked.user,
                ANSWERED_BY[asked.name]: answer,
            },
        )
    return _next(asked.user, "RespondToAuthChallenge", response)


def _next(name: str, operation: str, answer: Mapping[str, Any]) -> Tokens | Challenge:
    """Neither tokens nor a challenge is no sign-in, and no refusal either."""
    if challenge := answer.get("ChallengeName"):
        if challenge not in ANSWERED_BY or not answer.get("Session"):
            raise challenged(name, challenge)
        reported = answer.get("ChallengeParameters") or {}
        return Challenge(
            name,
            challenge,
            answer["Session"],
            reported.get("USER_ID_FOR_SRP", ""),
            reported.get("CODE_DELIVERY_DESTINATION", ""),
        )
    result = answer.get("AuthenticationResult") or {}
    try:
        return Tokens(result["IdToken"], result["AccessToken"], result["RefreshToken"])
    except KeyError as missing:
        raise Unintelligible(operation, f"the answer lacks {missing}") from None
