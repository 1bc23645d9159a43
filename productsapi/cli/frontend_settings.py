"""A stack's settings for a front end, in the formats that front ends read. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from productsapi.config import Config
from productsapi.printable import json_text

AMPLIFY = "1.3"
"""The schema of `amplify_outputs.json` (docs.amplify.aws, client config schema)."""
API = "products"
"""Amplify's name for the API: `get({apiName: "products", path: "/products"})`."""


def settings(config: Config, reported: Mapping[str, Any], api_url: str) -> dict[str, Any]:
    """All of it is public: a page holds it. Of an API key it says that there is one."""
    pool = config.user_pool
    values = {
        "api_url": api_url,
        "region": reported["region"],
        "user_pool_id": reported["user_pool_id"],
        "user_pool_client_id": reported["client_id"],
        "api_key_required": config.api.key,
        "self_sign_up": pool.self_sign_up,
        "self_confirm": pool.self_confirm,
        "password_reset": pool.password_reset,
        "password_length": pool.password_length,
    }
    if endpoint := reported["endpoint_url"]:  # the local cloud's: AWS's follows from the Region
        values["cognito_endpoint"] = endpoint
    return values


def as_json(values: Mapping[str, Any]) -> str:
    return json_text(values) + "\n"


def as_env(values: Mapping[str, Any], prefix: str) -> str:
    """Lines that Vite, Next.js, dotenv and a shell read alike."""
    return "".join(f"{prefix}{name.upper()}={_word(value)}\n" for name, value in values.items())


def as_amplify(values: Mapping[str, Any]) -> str:
    """`amplify_outputs.json`, for `Amplify.configure`. The API is where Amplify's docs put it.

    Amplify signs in by SRP, so the password itself isn't sent.
    """
    verified = ["email"] if values["self_confirm"] or values["password_reset"] else []
    strict = ("lowercase", "uppercase", "numbers", "symbols")
    auth = {
        "aws_region": values["region"],
        "user_pool_id": values["user_pool_id"],
        "user_pool_client_id": values["user_pool_client_id"],
        "password_policy": {
            "min_length": values["password_length"],
            **{f"require_{kind}": True for kind in strict},
        },
        "standard_required_attributes": ["email"],
        "user_verification_types": verified,
        "mfa_configuration": "NONE",
    }
    api = {"endpoint": values["api_url"], "region": values["region"], "apiName": API}
    more = {
        name: values[name] for name in ("api_key_required", "cognito_endpoint") if name in values
    }
    return (
        json_text({"version": AMPLIFY, "auth": auth, "custom": {"API": {API: api}, **more}}) + "\n"
    )


def is_prefix(text: str) -> bool:
    return re.fullmatch(r"([A-Za-z_][A-Za-z0-9_]*)?", text) is not None


def _word(value: Any) -> str:
    """No value needs quotes: URLs, ids, numbers and flags."""
    return str(value).lower() if isinstance(value, bool) else str(value)
