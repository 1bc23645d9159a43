"""What else a user may be called: Cognito takes names in other cases, and addresses for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from productsapi.api_client.token_store import claims_of

OWN = "cognito:username"


def own_name(pool: Mapping[str, Any], typed: str, id_tokens: Mapping[str, str]) -> str:
    """Which of these sign-ins, by Cognito's own names, `typed` means in a described pool.

    `typed` itself where none does: a pool distinguishes upper and lower case unless it says that it
    doesn't, and takes an address for a name only where that is said.
    """
    setting = pool.get("UsernameConfiguration") or {}
    folded = str.casefold if setting.get("CaseSensitive") is False else str
    attributes = (OWN, *pool.get("AliasAttributes", []), *pool.get("UsernameAttributes", []))
    for name, token in id_tokens.items():
        claims = claims_of(token) or {}
        if folded(typed) in {folded(each) for each in _texts(claims, attributes)}:
            return name
    return typed


def _texts(claims: Mapping[str, Any], names: Iterable[str]) -> Iterable[str]:
    return (claims[name] for name in names if isinstance(claims.get(name), str))
