"""Why a rollback is refused: the release has less protection than today's, or parts are gone.

Pure: each reason as text, from what was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.releases.inventory import Snapshot, Version
from productsapi.routes import ROUTES
from productsapi.stack.api_tree import PREFLIGHT, Methods, our_path
from productsapi.stack.function_settings import role_mark
from productsapi.stack.option import Requirement

LOCKED = "COGNITO_USER_POOLS"
OURS = {str(route) for route in ROUTES}
DEPENDENCY_MISMATCH_REASONS = {
    "authorizer": "lets in by another authorizer than today's",
    "pool": "lets in the users of another user pool than today's",
    "functions": "calls functions that have other names today",
}


@dataclass(frozen=True)
class CurrentState:
    """What a former release has to fit in with."""

    client_id: str | None
    external_dependencies: Mapping[str, str]
    roles: frozenset[str]
    """The ARNs of the roles that are there."""
    category_index: bool
    reports_locks: bool
    """Whether the endpoint reports how a deployed method is locked, as AWS does."""
    required: tuple[Requirement, ...] = ()
    """What the options ask of a deployment."""


def weaker_version(
    name: str, then: Version, live: Mapping[str, Any], today: CurrentState
) -> list[str]:
    """Why a version can't take the place of the `live` one."""
    role = str(then.configuration.get("Role"))
    reported = (then.configuration.get("Environment", {}), live.get("Environment", {}))
    if any("Error" in each for each in reported):
        reasons = ["doesn't return its settings"]
    else:
        former, now = (each.get("Variables", {}) for each in reported)
        reasons = [*_other_data(former, now, today), *_wider_access(former, now, today)]
        made_for, made_now = (role_mark(each.get("ROLE_ID", "")) for each in (former, now))
        if made_for and made_for != made_now:  # KMSAccessDenied
            reasons.append("can't read its settings: its role was made anew since")
    if role != live.get("Role"):
        reasons.append(f"runs with another role than today's, {role}")
    elif role not in today.roles:
        reasons.append(f"runs with a role that is gone, {role}")
    return [f"{name} version {then.number} {reason}" for reason in reasons]


def weaker_deployment(
    then: Snapshot, methods: Methods | None, served: Methods, today: CurrentState
) -> list[str]:
    """Why a deployment can't take the place of the one that is `served`."""
    name = f"API deployment {then.id}"
    if methods is None:
        return [f"{name} is gone"]
    needs = then.metadata.external_dependencies
    reasons = [
        reason
        for what, reason in DEPENDENCY_MISMATCH_REASONS.items()
        if what in needs and needs[what] != today.external_dependencies[what]
    ]
    if not DEPENDENCY_MISMATCH_REASONS.keys() <= needs.keys():
        reasons.append("doesn't record which authorizer, user pool and functions it depends on")
    reasons += [r.reason for r in today.required if needs.get(r.name) != r.value]
    if not methods and today.reports_locks:
        reasons.append("doesn't report which methods it serves, or how they are authorized")
    return [f"{name} {reason}" for reason in (*reasons, *_open(methods, served, today))]


def _other_data(
    then: Mapping[str, str], now: Mapping[str, str], today: CurrentState
) -> Iterator[str]:
    if then.get("TABLE_NAME") != now.get("TABLE_NAME"):
        yield f"works on another table than today's, {then.get('TABLE_NAME')}"
    if then.get("SORT_KEY") != now.get("SORT_KEY"):
        yield "assumes another key schema than the table has"
    if then.get("CATEGORY_INDEX") and not today.category_index:
        yield "asks the category index, which isn't there"


def _wider_access(
    then: Mapping[str, str], now: Mapping[str, str], today: CurrentState
) -> Iterator[str]:
    """Each list of these settings is of those who may; an empty one lets everybody."""
    clients, groups, owners = (
        (_names(then, name), _names(now, name))
        for name in ("CLIENT_IDS", "WRITE_GROUPS", "OWNER_GROUPS")
    )
    if _is_wider(*clients):
        yield f"takes tokens of {_listed(*clients, everybody='any app client')}"
    elif today.client_id and clients[0] and today.client_id not in clients[0]:
        yield f"takes no tokens of today's app client, {today.client_id}"
    if _is_wider(*groups):
        yield f"lets {_listed(*groups, everybody='every signed-in user')} write"
    if now.get("OWNER_ONLY") != "true":
        return
    if then.get("OWNER_ONLY") != "true":
        yield "lets others than its creator change a product"
    elif owners[0] - owners[1]:
        yield f"lets {_listed(*owners, everybody='')} change others' products"


def _is_wider(then: frozenset[str], now: frozenset[str]) -> bool:
    return bool(now) and (not then or bool(then - now))


def _listed(then: frozenset[str], now: frozenset[str], everybody: str) -> str:
    more = ", ".join(sorted(then - now))
    return f"{more} too" if more else everybody


def _names(variables: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset(part.strip() for part in variables.get(name, "").split(",") if part.strip())


def _open(methods: Methods, served: Methods, today: CurrentState) -> Iterator[str]:
    for path, by_method in sorted(methods.items()):
        for http_method, reported in sorted(by_method.items()):
            if http_method == PREFLIGHT:
                continue
            route = f"{http_method} {path}"
            lock = reported.get("authorizationType")
            ours = f"{http_method} {our_path(path)}" in OURS
            if lock is None and today.reports_locks:
                yield f"doesn't report how {route} is locked"
            elif lock == "NONE" or (ours and lock not in {LOCKED, None}):
                yield f"has {route} locked by {lock}"
            key_today = served.get(path, {}).get(http_method, {}).get("apiKeyRequired")
            if key_today and not reported.get("apiKeyRequired"):
                yield f"asks for no API key at {route}"
