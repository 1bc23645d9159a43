"""Tokens as Cognito makes them, as far as their end is concerned."""

from __future__ import annotations

import base64
import json

FAR = 4_000_000_000


def id_token(expires: float) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": expires}).encode()).decode().rstrip("=")
    return f"head.{claims}.signature"
