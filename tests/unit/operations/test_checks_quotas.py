"""doctor: the account's limits and its log role, counted by few calls."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest
from checks_aws import ACCOUNT, ScriptedAws, aws

from productsapi.aws.location import Location
from productsapi.config import Config
from productsapi.config.model import Functions
from productsapi.config.operating import Limits
from productsapi.engine.outputs import Outputs
from productsapi.errors import AccessDenied, NotFound
from productsapi.operations.doctor.account_limits import of_gateway, of_lambda
from productsapi.operations.doctor.quotas import MOST_PAGES, Usage, check_usage, quotas
from productsapi.operations.finding import State
from productsapi.options.access_log.configuration import AccessLog
from productsapi.options.access_log.doctor import log_role
from productsapi.stack import Stack
from productsapi.steps.deployment import AccountThrottle

MIB = 2**20
ANSWERS: dict[str, Any] = {
    "GetRestApis": {"items": [{"id": "a"}, {"id": "b"}]},
    "ListUserPools": {"UserPools": []},
    "ListTables": {"TableNames": ["one", "two", "three"]},
    "GetAccountSettings": {
        "AccountLimit": {"TotalCodeSize": 75 * 1024 * MIB, "ConcurrentExecutions": 1000},
        "AccountUsage": {"TotalCodeSize": 3 * MIB},
    },
    "GetAccountSummary": {"SummaryMap": {"Roles": 12, "RolesQuota": 1000}},
}


def found(**changed: Any) -> dict[str, tuple[State, str]]:
    scripted: Any = aws(**{**ANSWERS, **changed})
    return {f.check: (f.state, f.text) for f in quotas(scripted)}


def test_an_account_with_room_is_shown_with_numbers() -> None:
    assert found() == {
        "quota of REST APIs": (State.OK, "2 of 600 (the usual limit)"),
        "quota of user pools": (State.OK, "0 of 1,000 (the usual limit)"),
        "quota of tables": (State.OK, "3 of 2,500 (the usual limit)"),
        "quota of code storage": (State.OK, "3 of 76,800 MiB"),
        "quota of IAM roles": (State.OK, "12 of 1,000"),
        "concurrency": (State.OK, "1,000 function calls at once"),
    }


@pytest.mark.parametrize(
    ("used", "reported", "state"),
    [
        (89, True, State.OK), (90, True, State.WARNING), (99, True, State.WARNING),
        (100, True, State.BROKEN), (100, False, State.WARNING), (500, False, State.WARNING),
    ],
)  # fmt: skip
def test_near_a_limit_warns_and_at_awss_is_broken(used: int, reported: bool, state: State) -> None:
    """The usual limits can have been raised."""
    assert check_usage(Usage("things", used, 100, reported)).state is state


def test_an_endless_listing_is_left_after_some_pages() -> None:
    page = {"TableNames": [f"table-{n}" for n in range(100)]}
    scripted = ScriptedAws({**ANSWERS, "ListTables": [page] * 90})
    reported = {f.check: f for f in quotas(scripted)}["quota of tables"]  # type: ignore[arg-type]
    assert reported.state is State.WARNING
    assert scripted.operations.count("ListTables") == MOST_PAGES


def test_one_that_cannot_be_asked_ends_no_other() -> None:
    denied = AccessDenied("ListUserPools", "AccessDeniedException", "no", "ask for it")
    reported = found(ListUserPools=denied)
    assert reported["quota of user pools"][0] is State.WARNING
    assert "can't be looked at" in reported["quota of user pools"][1]
    assert reported["quota of IAM roles"][0] is State.OK
    assert len(reported) == 6


def test_a_new_accounts_few_calls_at_once_are_reported() -> None:
    few = {**ANSWERS["GetAccountSettings"]}
    few["AccountLimit"] = {**few["AccountLimit"], "ConcurrentExecutions": 10}
    assert found(GetAccountSettings=few)["concurrency"][0] is State.WARNING


# -- the account's log role ------------------------------------------------------------------------

ROLE = f"arn:aws:iam::{ACCOUNT}:role/service/apigateway-logs"


def log(access_log: AccessLog = AccessLog(), **answers: Any) -> tuple[State, str]:  # noqa: B008 - frozen
    scripted: Any = aws(**answers)
    config = Config(schema=1, stack="shop", region="eu-west-2", access_log=access_log)
    (reported,) = log_role(scripted, config)
    return reported.state, reported.text


def test_an_account_without_a_log_role_is_fine() -> None:
    assert log(GetAccount={})[0] is State.OK


@pytest.mark.parametrize(("makes_one", "state"), [(True, State.OK), (False, State.WARNING)])
def test_it_is_said_who_makes_the_access_logs_role(makes_one: bool, state: State) -> None:
    wanted = AccessLog(enabled=True, set_account_role=makes_one)
    assert log(wanted, GetAccount={})[0] is state


def test_a_log_role_is_named_and_looked_for_by_name() -> None:
    role = {
        "Path": "/service/", "RoleName": "apigateway-logs", "RoleId": "AROA1234567890123456",
        "Arn": ROLE, "CreateDate": "2026-01-01T00:00:00Z",
    }  # fmt: skip

    def get_role(params: dict[str, Any]) -> Any:
        assert params == {"RoleName": "apigateway-logs"}
        return {"Role": role}

    assert log(GetAccount={"cloudwatchRoleArn": ROLE}, GetRole=get_role) == (State.OK, ROLE)


def test_a_log_role_that_is_gone_is_a_warning() -> None:
    gone = NotFound("GetRole", "NoSuchEntity", "no")
    assert log(GetAccount={"cloudwatchRoleArn": ROLE}, GetRole=gone)[0] is State.WARNING


def test_a_log_role_that_may_not_be_looked_at_is_fine() -> None:
    denied = AccessDenied("GetRole", "AccessDenied", "no")
    assert log(GetAccount={"cloudwatchRoleArn": ROLE}, GetRole=denied)[0] is State.OK


# -- what the configuration asks for ---------------------------------------------------------------


def test_l1_a_new_accounts_limits_are_warnings() -> None:
    config = Config(
        schema=1, stack="shop", region="eu-west-2",
        functions=Functions(memory_mb=4096), limits=Limits(concurrency=5),
    )  # fmt: skip
    few: Any = aws(GetAccountSettings={"AccountLimit": {"ConcurrentExecutions": 100}})
    reported = list(of_lambda(few, config))
    assert [finding.state for finding in reported] == [State.WARNING] * 2
    assert "3,008 MB" in reported[0].text
    assert "100 calls at once" in reported[1].text
    assert list(of_lambda(few, Config(schema=1, stack="shop", region="eu-west-2"))) == []


LARGE = {"rateLimit": 10000.0, "burstLimit": 5000}
SMALL = {"rateLimit": 2500.0, "burstLimit": 1250}


@pytest.mark.parametrize(
    ("throttle", "limits", "reported"),
    [
        (SMALL, Limits(rate=3000, burst=2000), "3000/2000, .* 2,500 requests .* 1,250 at once"),
        (SMALL, Limits(rate=50, burst=1251), "50/1251"),
        (SMALL, Limits(methods={"POST /products": "2501/10"}), "POST /products 2501/10"),
        (SMALL, Limits(rate=2500, burst=1250), ""),
        (LARGE, Limits(rate=3000, burst=2000), ""),
        (None, Limits(rate=3000, burst=2000), ""),
        ({"rateLimit": 2500.0}, Limits(rate=3000, burst=2000), ""),
        ({"burstLimit": 1250}, Limits(rate=3000, burst=2000), ""),
    ],
)
def test_g16_limits_beyond_the_accounts_are_reported(
    throttle: dict[str, float] | None, limits: Limits, reported: str
) -> None:
    """By `doctor`, and in the plan, which asks only where they may be beyond."""
    config = Config(schema=1, stack="shop", region="eu-west-2", limits=limits)
    account: Any = aws(GetAccount={"throttleSettings": throttle} if throttle else {})
    texts = [finding.text for finding in of_gateway(account, config)]
    seen = AccountThrottle(Stack(config, Location("eu-west-2", "1"))).read(account, Outputs())
    assert [note.text for note in seen.notes] == texts if seen else not texts
    assert re.search(reported, "".join(texts)) if reported else not texts


@pytest.mark.parametrize("limits", [Limits(), Limits(rate=2500, burst=1250)])
def test_g16_a_plan_of_usual_limits_asks_nothing(limits: Limits) -> None:
    config = Config(schema=1, stack="shop", region="eu-west-2", limits=limits)
    throttle = AccountThrottle(Stack(config, Location("eu-west-2", "1")))
    assert throttle.read(cast("Any", None), Outputs()) is None


def test_g16_a_plan_goes_on_where_nobody_may_ask() -> None:
    config = Config(schema=1, stack="shop", region="eu-west-2", limits=Limits(rate=3000))
    denied: Any = aws(GetAccount=AccessDenied("GetAccount", "AccessDenied", "no"))
    assert (
        AccountThrottle(Stack(config, Location("eu-west-2", "1"))).read(denied, Outputs()) is None
    )
