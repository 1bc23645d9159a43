"""Who calls, from the claims of the token that API Gateway has checked; and what they may do."""

from __future__ import annotations

from typing import Any, NamedTuple

from shared.problems import Problem
from shared.settings import Settings


class Caller(NamedTuple):
    sub: str
    groups: frozenset[str]


def caller_of(claims: dict[str, Any], settings: Settings) -> Caller:
    """Claims are needed on every route, even if the gateway were told to let everybody in."""
    sub = claims.get("sub")
    if not isinstance(sub, str) or not sub:
        raise Problem("unauthorized")
    if claims.get("token_use") != "id":
        raise Problem("id_token_required")
    # the gateway takes the tokens of every app client of the user pool
    if settings.client_ids and str(claims.get("aud")) not in settings.client_ids:
        raise Problem("unknown_client")
    return Caller(sub, groups_of(claims.get("cognito:groups")))


def must_be_writer(caller: Caller, settings: Settings) -> None:
    if settings.write_groups and not settings.write_groups & caller.groups:
        raise Problem("write_group_required")


def must_own(caller: Caller, settings: Settings) -> bool:
    """Whether this caller may change only what they created."""
    return settings.owner_only and not settings.owner_groups & caller.groups


def groups_of(claim: Any) -> frozenset[str]:
    """The gateway tells the list as text: "a,b", and in some forms "[a b]" or "[a, b]"."""
    if isinstance(claim, str):
        listed = claim.startswith("[") and claim.endswith("]")
        claim = claim[1:-1].replace(" ", ",").split(",") if listed else claim.split(",")
    if not isinstance(claim, list):
        return frozenset()
    return frozenset(name.strip() for name in claim if isinstance(name, str) and name.strip())
