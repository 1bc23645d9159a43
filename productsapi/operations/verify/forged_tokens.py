"""Tokens that nobody may be let in by, made from one that is good."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any


def other_signature(token: str) -> str:
    """One character of the signature changed: in the middle, since the last carries spare bits."""
    signed, _, signature = token.rpartition(".")
    at = len(signature) // 2
    other = "A" if signature[at] != "A" else "B"
    return f"{signed}.{signature[:at]}{other}{signature[at + 1 :]}"


def other_claims(token: str, groups: Iterable[str]) -> str:
    """Claims of somebody else, who is in `groups`, under the signature of the old ones."""
    header, payload, signature = token.split(".")
    claims = {**_decoded(payload), "sub": "somebody-else", "cognito:groups": list(groups)}
    return f"{header}.{_encoded(claims)}.{signature}"


def unsigned(token: str) -> str:
    """What says of itself that it needs no signature."""
    _, payload, _ = token.split(".")
    return f"{_encoded({'alg': 'none', 'typ': 'JWT'})}.{payload}."


def _decoded(part: str) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return decoded


def _encoded(value: dict[str, Any]) -> str:
    text = json.dumps(value, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
