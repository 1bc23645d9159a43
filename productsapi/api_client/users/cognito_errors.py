"""What Cognito answers to a person's mistake, in words, with what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from shlex import quote
from typing import NamedTuple

from productsapi.errors import AwsError, SignInError


@contextmanager
def explained(name: str, user_pool_id: str) -> Iterator[None]:
    """Turn an AwsError that reports a mistake of user `name` into a SignInError."""
    try:
        yield
    except AwsError as error:
        for refusal in _REFUSALS:
            if refusal.code == error.code and refusal.fragment in error.text:
                values = {"text": error.text, "pool": user_pool_id}
                raise SignInError(
                    refusal.message.format(name=name, **values),
                    hint=refusal.hint.format(name=quote(name), **values),
                ) from error
        raise


def challenged(name: str, challenge: str) -> SignInError:
    """Make the error for a sign-in that Cognito answers with a question."""
    if challenge == "NEW_PASSWORD_REQUIRED":
        return SignInError(
            f"{name} has a temporary password, which must be replaced before signing in.",
            hint=f"productsapi user password {quote(name)}",
        )
    if challenge in _MFA:
        return SignInError(
            f"Cognito asks {name} for a second factor ({challenge}), which can't be given here.",
            hint="Sign in as a user without a second factor, or with the application itself.",
        )
    return SignInError(
        f"Cognito asks {name} for more than a password ({challenge}).",
        hint="Sign in as another user, or with the application itself.",
    )


class _Refusal(NamedTuple):
    code: str
    fragment: str  # of Cognito's text, where one code has several meanings
    message: str
    hint: str


_AGAIN = "productsapi user login {name}"
_NEW_PASSWORD = "productsapi user password {name}"  # noqa: S105 - a command, not a password
_LATER = "Wait a little, then try again."
_CLIENT = "The app client isn't as configured: `productsapi plan` shows how, `deploy` repairs it."

# The first that fits. Texts as AWS words them; the last row of a code takes what is left of it.
_REFUSALS = (
    _Refusal("NotAuthorizedException", "Incorrect username or password",
             "Wrong password, or no user {name} (Cognito doesn't say which).",
             "`productsapi user list` shows who there is; `" + _NEW_PASSWORD + "` sets a new one."),
    _Refusal("NotAuthorizedException", "User is disabled", "The user {name} is disabled.",
             "aws cognito-idp admin-enable-user --user-pool-id {pool} --username {name}"),
    _Refusal("NotAuthorizedException", "attempts exceeded",
             "Too many wrong passwords for {name}: Cognito has locked it for a while.", _LATER),
    _Refusal("NotAuthorizedException", "emporary password has expired",
             "The temporary password of {name} was not used in time, and has expired.",
             "`" + _NEW_PASSWORD + "` sets a new one."),
    _Refusal("NotAuthorizedException", "SECRET_HASH",
             "The app client has a secret, so nobody without it can sign in.", _CLIENT),
    _Refusal("NotAuthorizedException", "secret hash",
             "The app client has a secret, so nobody without it can sign in.", _CLIENT),
    _Refusal("NotAuthorizedException", "Refresh Token",
             "The sign-in of {name} has expired or was revoked.", _AGAIN),
    _Refusal("NotAuthorizedException", "", "Cognito refuses {name}: {text}", _AGAIN),
    _Refusal("UserNotFoundException", "", "There is no user {name}.",
             "productsapi user create {name}"),
    _Refusal("UserNotConfirmedException", "",
             "{name} has signed up, but isn't confirmed. An administrator does that.",
             "`" + _NEW_PASSWORD + "` confirms with a new password; to keep the old one: aws"
             " cognito-idp admin-confirm-sign-up --user-pool-id {pool} --username {name}"),
    _Refusal("PasswordResetRequiredException", "",
             "An administrator has reset the password of {name}.", _NEW_PASSWORD),
    _Refusal("InvalidPasswordException", "", "Cognito refuses the password of {name}: {text}",
             "Choose one that fits the pool's password policy."),
    _Refusal("PasswordHistoryPolicyViolationException", "",
             "Cognito refuses the password of {name}: it was used before.", "Choose a new one."),
    _Refusal("InvalidParameterException", "flow not enabled",
             "The app client doesn't allow signing in with a password (USER_PASSWORD_AUTH).",
             _CLIENT),
    _Refusal("InvalidParameterException", "method not supported",
             "The app client doesn't allow signing in with a password (USER_PASSWORD_AUTH).",
             _CLIENT),
    _Refusal("InvalidParameterException", "did not conform to the schema",
             "The user pool asks for attributes that {name} wasn't given: {text}",
             "Give an address with --email; what else the pool requires is in its "
             "`SchemaAttributes`: aws cognito-idp describe-user-pool --user-pool-id {pool}"),
    _Refusal("CodeMismatchException", "", "That code isn't the right one for {name}.",
             "Give the newest code: one is good for half a minute or a few."),
    _Refusal("ExpiredCodeException", "", "The code of {name} has expired.", "Sign in again."),
    _Refusal("EnableSoftwareTokenMFAException", "", "That code isn't the right one for {name}.",
             "Give the newest code: one is good for half a minute or a few."),
    _Refusal("ResourceNotFoundException", "lient",
             "The app client isn't there any more: {text}", "productsapi status"),
    _Refusal("UnsupportedOperationException", "evo",
             "The app client doesn't allow revoking tokens.", _CLIENT),
    _Refusal("TooManyRequestsException", "", "Cognito is asked too often just now.", _LATER),
    _Refusal("LimitExceededException", "", "A limit of Cognito is reached: {text}", _LATER),
    _Refusal("TooManyFailedAttemptsException", "",
             "Too many failed attempts for {name}.", _LATER),
)  # fmt: skip

_MFA = ("SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP", "SMS_OTP", "SELECT_MFA_TYPE", "MFA_SETUP")
