"""Whom no mail reaches, and how many mails there are."""

from __future__ import annotations

from typing import Any

import pytest
from checks_aws import REGION, ScriptedAws

from productsapi.config import Config
from productsapi.config.access import UserPool
from productsapi.operations.email_checks import by_mail
from productsapi.operations.finding import Finding, State

POOL_ID = f"{REGION}_AbCdEfGhI"


class Paged(ScriptedAws):
    """A listing whose pages hold what a test says, and one more for ever after the last."""

    def pages(self, service: str, operation: str, **params: Any) -> Any:
        for users in self.answers[operation]:
            self.asked.append((operation, params))
            yield {"Users": users}


def user(name: str, status: str = "CONFIRMED", **attributes: str) -> dict[str, Any]:
    reported = [{"Name": n, "Value": v} for n, v in attributes.items()]
    return {"Username": name, "UserStatus": status, "Enabled": True, "Attributes": reported}


GOOD = {"email": "a@example.com", "email_verified": "true"}


def found(pages: list[list[dict[str, Any]]], sender: str = "DEVELOPER", **keys: bool) -> Any:
    pool = {"UserPool": {"EmailConfiguration": {"EmailSendingAccount": sender}}}
    aws: Any = Paged({"ListUsers": pages, "DescribeUserPool": pool})
    keys = keys or {"password_reset": True}
    config = Config(schema=1, stack="shop", region=REGION, user_pool=UserPool(**keys))
    return list(by_mail(aws, config, POOL_ID)), aws


@pytest.mark.parametrize(
    ("who", "can"),
    [
        (user("a", **GOOD), True),
        (user("a", **{**GOOD, "email_verified": "false"}), False),
        (user("a", email="a@example.com"), False),
        (user("a", **{**GOOD, "email": "a@example.invalid"}), False),
        (user("a", email_verified="true"), False),
        (user("a", "RESET_REQUIRED"), False),
        (user("a", "FORCE_CHANGE_PASSWORD"), True),
        (user("a", "UNCONFIRMED"), True),
    ],
)
def test_a_reset_needs_a_verified_address(who: dict[str, Any], can: bool) -> None:
    [first, _], _ = found([[who]])
    assert (first.state is State.OK) is can
    assert can or first.text.endswith("no verified address: a")


def test_c1_users_are_counted_past_an_empty_page() -> None:
    [first, _], _ = found([[user("b")], [], [user("a"), user("c", **GOOD)]])
    assert first.text.startswith("of all users, 2 can't")
    assert first.text.endswith("a and b")


def test_a_large_pool_is_looked_at_in_part() -> None:
    pages = [[user(f"u{page:02}-{n:02}") for n in range(60)] for page in range(40)]
    [first, _], aws = found(pages)
    assert first.text.startswith("of the first 600 users, 600 can't")
    assert first.text.endswith("u00-09 and 590 more")
    assert len(aws.asked) == 12


@pytest.mark.parametrize(("sender", "state"), [("COGNITO_DEFAULT", "warning"), ("DEVELOPER", "ok")])
@pytest.mark.parametrize("key", ["password_reset", "self_confirm"])
def test_the_limit_of_mails_is_reported(key: str, sender: str, state: str) -> None:
    findings, _ = found([[]], sender, **{key: True})
    mails: Finding = findings[-1]
    assert (mails.check, mails.state.value) == ("mails", state)
    assert ("50 a day" in mails.text) is (state == "warning")


def test_a_pool_that_mails_nothing_is_not_asked() -> None:
    findings, aws = found([[]], self_sign_up=True)
    assert findings == aws.asked == []
