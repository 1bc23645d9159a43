"""What is wrong between keys that are right by themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from productsapi.options.domain import configuration as domain
from productsapi.options.environment import configuration as environment
from productsapi.wording import in_a_row

# Lambda takes 4 KB of environment in all; the rest is for our other variables.
LISTS_BYTES = 3000


def _duplicate_function_names(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for path, value in values.items():
        if path.startswith("functions.names."):
            other = seen.setdefault(value, path)
            if other != path:
                yield path, f'found "{value}", allowed: a name of its own ({other} has it too)'


def _foreign_boundary(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    boundary, account = values.get("permissions.boundary"), values.get("expected_account")
    if boundary and account and boundary.split(":")[4] not in {account, "aws"}:
        yield (
            "permissions.boundary",
            f'found "{boundary}", allowed: a policy of expected_account {account}',
        )


def _idle_owner_groups(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if values.get("auth.owner_groups") and values.get("auth.owner_only") is False:
        yield "auth.owner_groups", "found groups, allowed: none unless auth.owner_only is true"


def _open_to_anybody(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    keys = ("user_pool.self_confirm", "user_pool.self_sign_up")
    unguarded = values.get("auth.write_groups") == () and values.get("auth.owner_only") is False
    if unguarded and all(values.get(key) for key in keys):
        text = "found true with user_pool.self_sign_up, so that anybody in the world may write"
        yield keys[0], f"{text}, allowed: true beside auth.write_groups or auth.owner_only"


def _long_lists(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    names = ("client_ids", "write_groups", "owner_groups")
    lists = {f"auth.{name}": values.get(f"auth.{name}", ()) for name in names}
    if isinstance(origins := values.get("api.cors_origin"), tuple):
        lists["api.cors_origin"] = origins
    texts = map(",".join, lists.values())
    # Lambda measures the environment as JSON, where a quote takes two.
    size = sum(len(json.dumps(text, ensure_ascii=False).encode()) - 2 for text in texts)
    if size > LISTS_BYTES:
        message = f"found {size} bytes in {in_a_row(names)} together"
        if "api.cors_origin" in lists:
            message = f"found {size} bytes in {in_a_row([*names, 'api.cors_origin'])} together"
        yield "auth", f"{message}, allowed: {LISTS_BYTES} (Lambda takes 4 KB of settings in all)"


CONFLICTS = (
    _duplicate_function_names,
    _foreign_boundary,
    _idle_owner_groups,
    _open_to_anybody,
    _long_lists,
    environment.conflicts,
    domain.conflicts,
)


def conflicts(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each as (path, what is wrong). A path that isn't in `values` had no good value."""
    return chain.from_iterable(found(values) for found in CONFLICTS)
