"""Sign-ins are kept under Cognito's own name of the user, however it was typed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from productsapi.api_client.token_store import Pool, TokenFile, Tokens
from productsapi.cli.products_import import creator
from productsapi.cli.user_session import StackUsers
from productsapi.errors import AccessDenied, Refused

FOLDS = {"UsernameConfiguration": {"CaseSensitive": False}}
TELLS = {"UsernameConfiguration": {"CaseSensitive": True}}
BY_ADDRESS = {"AliasAttributes": ["email"]}
KEPT_UNDER = Pool("aws:eu-west-2", "eu-west-2_pool")


def id_token(**claims: Any) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{payload}.c2ln"


def tokens(name: str, email: str = "kim@example.com") -> Tokens:
    return Tokens(id_token(**{"cognito:username": name, "email": email}), "access", "refresh")


@pytest.mark.parametrize(
    ("pool", "typed", "kept"),
    [
        (FOLDS, "Kim", "kim"),
        (TELLS, "Kim", "Kim"),
        ({}, "Kim", "Kim"),
        (FOLDS, "Ann", "Ann"),
        (FOLDS, "kim@example.com", "kim@example.com"),
        (BY_ADDRESS, "kim@example.com", "kim"),
        ({**BY_ADDRESS, **FOLDS}, "KIM@example.com", "kim"),
        ({**BY_ADDRESS, **TELLS}, "KIM@example.com", "KIM@example.com"),
    ],
)
def test_a_name_is_taken_as_its_pool_takes_it(
    scripted: Callable[..., Any], pool: dict[str, Any], typed: str, kept: str
) -> None:
    users, _ = scripted(DescribeUserPool=[{"UserPool": pool}])
    assert users.own_name(typed, {"kim": tokens("kim").id_token}) == kept


@pytest.mark.parametrize("there", [{}, {"Kim": "x", "kim": "x"}])
def test_a_kept_name_asks_no_pool(scripted: Callable[..., Any], there: dict[str, str]) -> None:
    users, aws = scripted()
    assert (users.own_name("Kim", there), aws.asked) == ("Kim", [])


def test_who_may_not_describe_goes_by_the_name(scripted: Callable[..., Any]) -> None:
    users, _ = scripted(DescribeUserPool=[AccessDenied("DescribeUserPool", "AccessDenied", "no")])
    assert users.own_name("Kim", {"kim": tokens("kim").id_token}) == "Kim"


def test_two_spellings_of_a_user_are_one_sign_in(
    scripted: Callable[..., Any], tmp_path: Path
) -> None:
    users, _ = scripted(DescribeUserPool=[{"UserPool": FOLDS}])
    file = TokenFile(tmp_path / "tokens.json")
    file.put(KEPT_UNDER, "Kim", tokens("kim"))  # as it was kept before
    people = StackUsers(cast("Any", SimpleNamespace()), cast("Any", {}), users, file, KEPT_UNDER)
    assert [people.keep("kim", tokens("kim")), people.keep("Kim", tokens("kim"))] == ["kim"] * 2
    assert people.signed_in() == ["kim"]
    assert people.own_name("KIM") == "kim"


def test_who_imports_is_asked_by_the_names_signed_in(
    scripted: Callable[..., Any], tmp_path: Path
) -> None:
    users, _ = scripted()
    file = TokenFile(tmp_path / "tokens.json")
    for name in ("ann", "kim"):
        file.put(KEPT_UNDER, name, tokens(name))
    people = StackUsers(cast("Any", SimpleNamespace()), cast("Any", {}), users, file, KEPT_UNDER)
    with pytest.raises(Refused) as refused:
        creator(people, None)
    assert "ann and kim are signed in here" in refused.value.message
