"""What users do for themselves by a mailed code: confirm their sign-up, and reset a password.

Confirming is `AutoVerifiedAttributes`: Cognito mails a code to whoever signs up, and takes it as
the confirmation. Resetting is `AccountRecoverySetting`, which needs no such attribute but an
address that was verified. They are apart, so that a pool whose users may reset their passwords lets
in nobody whom an administrator hasn't confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from productsapi.config import Config
from productsapi.config.access import UserPool
from productsapi.engine.resource import Note
from productsapi.steps.user_pool import sms

EMAIL = "email"
BY_MAIL, BY_ADMINISTRATORS = "verified_email", "admin_only"
"""Cognito's names of the two ways to a forgotten password's successor."""
UNSET = "unset"
"""Cognito then takes a verified phone number, else a verified address (its "legacy behavior")."""


def verified_by_code(pool: Mapping[str, Any]) -> str | None:
    """The attributes that are, beside those that second factors by message need."""
    needed = sms.verified(pool)
    return ", ".join(name for name in sms.from_aws(pool) if name not in needed) or None


def codes(wanted: UserPool, pool: Mapping[str, Any]) -> dict[str, Any]:
    """Which attributes a code verifies. Where none does, only an administrator confirms.

    A changed address counts once it is verified, so that nobody loses the way back by a slip. The
    second setting can't name what the first doesn't, and stays as it was where it is left out.
    """
    names = [*([EMAIL] if wanted.self_confirm else []), *sms.verified(pool)]
    return {
        "AutoVerifiedAttributes": names,
        "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": names},
    }


def codes_of_a_new_pool(wanted: UserPool) -> dict[str, Any]:
    return codes(wanted, {}) if wanted.self_confirm else {}


def wanted_recovery(wanted: UserPool) -> str:
    return BY_MAIL if wanted.password_reset else BY_ADMINISTRATORS


def recovering(wanted: UserPool) -> dict[str, Any]:
    way = {"Priority": 1, "Name": wanted_recovery(wanted)}
    return {"AccountRecoverySetting": {"RecoveryMechanisms": [way]}}


def recovery(pool: Mapping[str, Any]) -> str:
    """The pool's ways, the preferred one first."""
    ways = (pool.get("AccountRecoverySetting") or {}).get("RecoveryMechanisms", [])
    return ", ".join(w["Name"] for w in sorted(ways, key=lambda w: int(w["Priority"]))) or UNSET


def notes(config: Config, pool: Mapping[str, Any]) -> tuple[Note, ...]:
    """That anyone gets in, where the configuration says so: now, or by the next deploy."""
    keys = config.user_pool
    if not (keys.self_confirm and keys.self_sign_up):
        return ()
    creates = "" if config.auth.write_groups else ", and create products of their own"
    text = f"anyone with a mailbox can sign up and read all products{creates}"
    reason = "user_pool.self_confirm says so"
    alone = (pool.get("AdminCreateUserConfig") or {}).get("AllowAdminCreateUserOnly", False)
    if EMAIL in sms.from_aws(pool) and not alone:
        return (Note(f"Open now: {text}; {reason}", exposes_access=True),)
    return (Note(f"deploy opens the user pool: {text}; {reason}", warns=True),)
