"""What a front end gets: all that it needs, and no secret."""

from __future__ import annotations

import json
from typing import Any

import pytest

from productsapi.cli import frontend_settings as written
from productsapi.config import Config
from productsapi.config.access import UserPool
from productsapi.config.model import Api

REPORTED = {
    "region": "eu-west-2",
    "endpoint_url": None,
    "user_pool_id": "eu-west-2_AbCdEfGhI",
    "client_id": "1example23456789",
}
URL = "https://abc.execute-api.eu-west-2.amazonaws.com/dev"


def reported(endpoint: str | None = None, **keys: Any) -> dict[str, Any]:
    api, pool = Api(key=keys.pop("key", False)), UserPool(**keys)
    config = Config(schema=1, stack="shop", region="eu-west-2", api=api, user_pool=pool)
    return written.settings(config, {**REPORTED, "endpoint_url": endpoint}, URL)


def test_env_is_lines_that_a_shell_reads() -> None:
    assert written.as_env(reported(key=True), "VITE_").splitlines() == [
        f"VITE_API_URL={URL}",
        "VITE_REGION=eu-west-2",
        "VITE_USER_POOL_ID=eu-west-2_AbCdEfGhI",
        "VITE_USER_POOL_CLIENT_ID=1example23456789",
        "VITE_API_KEY_REQUIRED=true",
        "VITE_SELF_SIGN_UP=true",
        "VITE_SELF_CONFIRM=false",
        "VITE_PASSWORD_RESET=false",
        "VITE_PASSWORD_LENGTH=8",
    ]


def test_plain_names_have_no_prefix() -> None:
    assert written.as_env(reported(), "").startswith("API_URL=")


@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:4567"])
def test_an_endpoint_is_shown_for_the_local_cloud_only(endpoint: str | None) -> None:
    assert json.loads(written.as_json(reported(endpoint))).get("cognito_endpoint") == endpoint
    assert json.loads(written.as_amplify(reported(endpoint)))["custom"].get("cognito_endpoint") == (
        endpoint
    )


@pytest.mark.parametrize(
    ("keys", "verified"), [({}, []), ({"self_confirm": True}, ["email"])]
)  # fmt: skip
def test_amplify_gets_its_own_form(keys: dict[str, Any], verified: list[str]) -> None:
    outputs = json.loads(written.as_amplify(reported(password_length=14, **keys)))
    assert outputs["version"].startswith("1.")
    assert outputs["auth"] == {
        "aws_region": "eu-west-2",
        "user_pool_id": "eu-west-2_AbCdEfGhI",
        "user_pool_client_id": "1example23456789",
        "password_policy": {
            "min_length": 14,
            "require_lowercase": True,
            "require_uppercase": True,
            "require_numbers": True,
            "require_symbols": True,
        },
        "standard_required_attributes": ["email"],
        "user_verification_types": verified,
        "mfa_configuration": "NONE",
    }
    assert outputs["custom"]["API"] == {
        "products": {"endpoint": URL, "region": "eu-west-2", "apiName": "products"}
    }


@pytest.mark.parametrize(
    ("prefix", "good"), [("", True), ("NEXT_PUBLIC_", True), ("A B", False), ("1A", False)]
)
def test_a_prefix_begins_a_variable_name(prefix: str, good: bool) -> None:
    assert written.is_prefix(prefix) is good
