"""What users do by mail: whom no mail reaches, and how many go out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from productsapi.api_client.users.pool import is_placeholder_email
from productsapi.aws.caller import Aws
from productsapi.config import Config
from productsapi.operations.finding import Finding, State
from productsapi.wording import in_a_row

RESET = "password reset"
MOST_PAGES = 10
"""Of 60 users: a large pool isn't gone through to its end."""
MOST_NAMED = 10
WITH_A_PASSWORD = {"CONFIRMED", "RESET_REQUIRED"}
"""Cognito resets no other's: who hasn't begun has a temporary one, or waits to be confirmed."""


def by_mail(aws: Aws, config: Config, pool_id: str) -> Iterator[Finding]:
    """What there is to know of a pool that mails its users codes; nothing of another."""
    if config.user_pool.password_reset:
        yield from unable_to_reset(aws, pool_id)
    mails = config.user_pool.password_reset or config.user_pool.self_confirm
    if mails and not aws.location.local:  # which sends none
        yield from _limit(aws, pool_id)


def unable_to_reset(aws: Aws, pool_id: str) -> Iterator[Finding]:
    """Users who could lose their password, and have no verified address for another.

    Pages may be short or empty before others (C1): only the last one ends the list.
    """
    listing = iter(aws.pages("cognito-idp", "ListUsers", UserPoolId=pool_id, Limit=60))
    users = [user for page in islice(listing, MOST_PAGES) for user in page["Users"]]
    seen = f"the first {len(users)} users" if next(listing, None) else "all users"
    names = sorted(user["Username"] for user in users if not _can_reset(user))
    if not names:
        yield Finding(RESET, State.OK, f"{seen} who have a password have a verified address")
        return
    more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    named = in_a_row([*names[:MOST_NAMED], *more])
    text = f"of {seen}, {len(names)} can't reset a password, having no verified address: {named}"
    fix = "productsapi user password NAME"
    yield Finding(RESET, State.WARNING, text, fix)


def _can_reset(user: Mapping[str, Any]) -> bool:
    if user["UserStatus"] not in WITH_A_PASSWORD:
        return True
    attributes = {each["Name"]: each.get("Value", "") for each in user.get("Attributes", ())}
    address = attributes.get("email", "")
    return (
        attributes.get("email_verified") == "true"
        and "@" in address
        and not is_placeholder_email(address)
    )


def _limit(aws: Aws, pool_id: str) -> Iterator[Finding]:
    pool = aws.call("cognito-idp", "DescribeUserPool", UserPoolId=pool_id)["UserPool"]
    sender = (pool.get("EmailConfiguration") or {}).get("EmailSendingAccount")
    if sender == "DEVELOPER":
        yield Finding("mails", State.OK, "sent by Amazon SES, within its quota")
        return
    text = "Cognito sends at most 50 a day, of all kinds, and no more codes after that"
    fix = "for more set up Amazon SES in the pool (console: Authentication methods, Email)"
    yield Finding("mails", State.WARNING, text, fix)
