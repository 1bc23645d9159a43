"""What a token says of its user. Nothing here checks it: the gateway does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def groups_in(claims: Mapping[str, Any]) -> set[str]:
    """As they stand in an ID token (`cognito:groups`); a user of none has no such claim."""
    groups = claims.get("cognito:groups")
    listed = groups if isinstance(groups, list) else []
    return {each for each in listed if isinstance(each, str)}
