"""Codes by text message: what a pool that sends them needs of an update, and what it must keep.

A pool whose second factor is a text message must go on verifying phone numbers by code. Where users
may sign up by themselves that same code would confirm them: such a pool is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from productsapi.engine.resource import Fields
from productsapi.errors import AccessDenied, AwsError

PHONE = "phone_number"
FIELD = "second_factor_by_message"
HINT = (
    "Cognito then confirms by a code to the phone whoever signs up: set user_pool.self_sign_up to "
    "false, remove SMS from the pool's second factors, or give user_pool.name another name"
)
ROLE_CODES = {
    "InvalidSmsRoleAccessPolicyException",
    "InvalidSmsRoleTrustRelationshipException",
}


def second_factor(pool: Mapping[str, Any]) -> bool:
    return pool.get("MfaConfiguration") in {"ON", "OPTIONAL"} and bool(pool.get("SmsConfiguration"))


def verified(pool: Mapping[str, Any]) -> list[str]:
    """The attributes that a code may verify all the same."""
    return [PHONE] if second_factor(pool) and PHONE in from_aws(pool) else []


def from_aws(pool: Mapping[str, Any]) -> list[str]:
    return list(pool.get("AutoVerifiedAttributes", []))


def confirming(pool: Mapping[str, Any], *, self_sign_up: bool) -> Fields:
    """The field by which a pool is refused."""
    return {FIELD: True} if self_sign_up and verified(pool) else {}


@contextmanager
def explained(pool: Mapping[str, Any]) -> Iterator[None]:
    """UpdateUserPool resets what it isn't given, so the role for messages is sent (C8)."""
    role = (pool.get("SmsConfiguration") or {}).get("SnsCallerArn")
    try:
        yield
    except AwsError as error:
        passing = isinstance(error, AccessDenied) and "PassRole" in error.text
        if not role or not (passing or error.code in ROLE_CODES):
            raise
        text = f"{error.text}; the pool sends its text messages by the role {role}, and an update "
        text += "must name it again, or messages end"
        hint = f"ask for the permission iam:PassRole on {role}, or fix that role"
        raise type(error)(
            error.operation,
            error.code,
            text,
            hint,
            status=error.status,
            request_id=error.request_id,
        ) from error
