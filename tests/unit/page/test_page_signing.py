"""One person is signed in at a time; tokens are renewed, and never printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from page_tokens import id_token

from productsapi.api_client.users import UserPool
from productsapi.errors import AwsError, SignInError
from productsapi.page.user_session import SignIn

NOW = 1_000_000.0
PASSWORD = "Correct-horse-7"


def signed_in(expires: float) -> dict[str, Any]:
    reported = {"IdToken": id_token(expires), "AccessToken": "access", "RefreshToken": "refresh"}
    return {"AuthenticationResult": reported}


@dataclass
class Cognito:
    answers: list[Any]
    asked: list[str] = field(default_factory=list)

    def call(self, _service: str, operation: str, **_params: Any) -> Any:
        self.asked.append(operation)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def of(*answers: Any) -> tuple[SignIn, Cognito]:
    cognito = Cognito(list(answers))
    pool = UserPool(cognito, "pool", "client")  # type: ignore[arg-type]
    return SignIn(pool, clock=lambda: NOW), cognito


def test_the_page_learns_who_and_nothing_else() -> None:
    sign_in, _ = of(signed_in(NOW + 3600))
    sign_in.password("ann", PASSWORD)
    assert sign_in.state() == {"user": "ann", "asked": None, "of": None, "sentTo": None}
    assert sign_in.token() not in repr(sign_in)


def test_a_challenge_stands_until_it_is_answered() -> None:
    asks = {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "a-long-session"}
    refused = AwsError("RespondToAuthChallenge", "InvalidPasswordException", "too short")
    sign_in, _ = of(asks, refused, signed_in(NOW + 3600))
    sign_in.password("ann", PASSWORD)
    assert (sign_in.state()["asked"], sign_in.state()["of"]) == ("password", "ann")
    with pytest.raises(SignInError, match="Nobody"):
        sign_in.token()
    with pytest.raises(SignInError, match="too short"):
        sign_in.answer("short")
    assert sign_in.state()["asked"] == "password"
    sign_in.answer("Another-horse-8")
    assert sign_in.state()["user"] == "ann"


def test_a_token_is_renewed_before_it_ends() -> None:
    sign_in, cognito = of(signed_in(NOW + 30), signed_in(NOW + 3600))
    sign_in.password("ann", PASSWORD)
    assert sign_in.token() == sign_in.token() == id_token(NOW + 3600)
    assert cognito.asked == ["InitiateAuth", "InitiateAuth"]


def test_a_sign_in_that_ended_is_forgotten() -> None:
    gone = AwsError("InitiateAuth", "NotAuthorizedException", "Refresh Token has been revoked")
    sign_in, _ = of(signed_in(NOW), gone)
    sign_in.password("ann", PASSWORD)
    with pytest.raises(SignInError, match="expired or was revoked"):
        sign_in.token()
    assert sign_in.state()["user"] is None


def test_signing_out_ends_the_tokens() -> None:
    sign_in, cognito = of(signed_in(NOW + 3600), AwsError("RevokeToken", "X", "no"))
    sign_in.password("ann", PASSWORD)
    sign_in.out()
    assert cognito.asked[-1] == "RevokeToken"
    assert sign_in.state()["user"] is None


def test_an_answer_to_nothing_is_refused() -> None:
    with pytest.raises(SignInError, match="from the beginning"):
        of()[0].answer("123456")
