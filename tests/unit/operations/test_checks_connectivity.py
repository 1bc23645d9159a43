"""doctor: Region, clock, account, and the project's runtime and sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from checks_aws import ACCOUNT, REGION

from productsapi.aws.endpoints import Endpoints, Setting
from productsapi.aws.location import Location
from productsapi.aws.probe import SERVICES, RegionKnown
from productsapi.config import Config
from productsapi.errors import CredentialsError
from productsapi.operations.doctor import connectivity, project
from productsapi.operations.finding import Finding, State, attempt, worst

NOON = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
HERE = Location(REGION, ACCOUNT)


@pytest.mark.parametrize(
    ("seconds", "state", "words"),
    [
        (0, State.OK, "to a minute"), (-60, State.OK, "to a minute"),
        (61, State.WARNING, "61 s ahead"), (-300, State.WARNING, "300 s behind"),
        (301, State.BROKEN, "AWS refuses"), (-7200, State.BROKEN, "7200 s behind"),
    ],
)  # fmt: skip
def test_a_clock_five_minutes_off_breaks_signatures(seconds: int, state: State, words: str) -> None:
    found = connectivity.clock(NOON, NOON + timedelta(seconds=seconds))
    assert found.state is state
    assert words in found.text


def test_a_region_is_known_unknown_or_lacks_a_service() -> None:
    assert connectivity.region(REGION, RegionKnown("aws")).state is State.OK
    unknown = connectivity.region("eu-west-9", RegionKnown("aws", SERVICES))
    assert (unknown.state, "no Region eu-west-9" in unknown.text) == (State.WARNING, True)
    short = connectivity.region(REGION, RegionKnown("aws", ("cognito-idp",)))
    assert (short.state, "cognito-idp" in short.text) == (State.WARNING, True)


def test_a_region_that_is_not_enabled_is_named_as_such() -> None:
    found = connectivity.not_enabled("ap-east-1", "us-east-1")
    assert found.state is State.BROKEN
    assert "enable ap-east-1" in found.fix


def test_another_account_than_expected_is_broken(config: Config) -> None:
    other = connectivity.account(HERE, replace(config, expected_account="999999999999"))
    assert other.state is State.BROKEN
    assert ACCOUNT in other.text
    assert "999999999999" in other.text
    right = connectivity.account(HERE, replace(config, expected_account=ACCOUNT))
    assert (right.state, right.text) == (State.OK, f"{ACCOUNT}, as expected")


def test_without_an_expectation_any_account_will_do(config: Config) -> None:
    assert "expected_account isn't set" in connectivity.account(HERE, config).text


def test_the_local_clouds_account_is_none_to_expect(config: Config) -> None:
    local = replace(HERE, account="000000000000", local=True)
    expecting = replace(config, expected_account=ACCOUNT)
    assert connectivity.account(local, expecting) == Finding("account", State.OK, "000000000000")


# -- the project -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("runtime", "today", "state", "words"),
    [
        ("python3.13", date(2026, 11, 22), State.OK, "until 2029-06-30"),
        ("python3.9", date(2026, 11, 22), State.WARNING, "deprecated since 2025-12-15"),
        ("python3.9", date(2027, 2, 1), State.BROKEN, "blocks creating"),
        ("python3.9", date(2027, 3, 3), State.BROKEN, "blocks creating"),
    ],
)
def test_a_runtimes_end_is_reported_by_its_dates(
    config: Config, runtime: str, today: date, state: State, words: str
) -> None:
    chosen = replace(config, functions=replace(config.functions, runtime=runtime))
    found = project.runtime(chosen, today)
    assert found.state is state
    assert words in found.text
    assert "functions.runtime" not in found.text, "that is the fix, told once"
    assert ("functions.runtime" in found.fix) == (state is not State.OK)


def test_the_functions_sources_are_there_or_reported(config: Config, tmp_path: Path) -> None:
    here = replace(config, path=Path(__file__).parents[3] / "config" / "dev.yaml")
    (found,) = project.sources(here)
    assert found.state is State.OK
    away = replace(config, path=tmp_path / "config" / "dev.yaml")
    (missing,) = attempt("sources", State.BROKEN, lambda: project.sources(away))
    assert missing.state is State.BROKEN
    assert "productsapi init" in missing.fix


# -- findings --------------------------------------------------------------------------------------


def test_a_check_that_cannot_be_made_says_why() -> None:
    def look() -> object:
        yield Finding("one", State.OK, "seen")
        raise CredentialsError("they have expired", "sign in again")

    assert list(attempt("two", State.WARNING, look)) == [  # type: ignore[arg-type]
        Finding("one", State.OK, "seen"),
        Finding("two", State.WARNING, "can't be looked at: they have expired", "sign in again"),
    ]


def test_the_worst_counts_and_open_is_the_worst() -> None:
    def found(*states: State) -> State:
        return worst(Finding("x", state, "") for state in states)

    assert found() is State.OK
    assert found(State.WARNING, State.OK) is State.WARNING
    assert found(State.OPEN, State.FAILED, State.OK) is State.OPEN
    assert found(State.FAILED, State.WARNING) is State.FAILED


def test_endpoints_are_reported_where_some_are_set() -> None:
    setting = Setting("dynamodb", "https://dynamodb.api.aws", "AWS_ENDPOINT_URL_DYNAMODB")
    assert connectivity.endpoints(Endpoints(())) == []
    for ignored in (False, True):
        (found,) = connectivity.endpoints(Endpoints((setting,), ignored))
        assert (setting.by in found.text, "ignored" in found.text) == (True, ignored)
