"""What a token says of its user. Nothing here checks it: the gateway does."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any


def claims_of(token: str) -> dict[str, Any] | None:
    """None for what is no token."""
    if not re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", token):
        return None
    payload = token.split(".")[1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None


def groups_in(claims: Mapping[str, Any]) -> set[str]:
    """As they stand in an ID token (`cognito:groups`); a user of none has no such claim."""
    groups = claims.get("cognito:groups")
    listed = groups if isinstance(groups, list) else []
    return {each for each in listed if isinstance(each, str)}
