"""Rights as an IAM policy: each action once, on all that any right needs it for.

Short, since IAM ends a managed policy at 6,144 characters. What is written more widely than the
rights are reaches nobody else's: the roles by the stack's own path, which holds no others, what is
in an API of known id by that API's path, and a function or a log group by both of its ARNs wherever
one is needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from productsapi.stack.iam_right import Condition, Right, Scope

LIMIT = 6144
"""Characters of a managed policy, without white space: docs.aws.amazon.com/IAM/latest/UserGuide/
reference_iam-quotas.html."""
Document = dict[str, Any]

PARTS = ":*"
"""At the end of the ARN of a function's versions and aliases, and of a log group's streams."""


@dataclass(frozen=True)
class Statement:
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: Condition


def statements(rights: Iterable[Right], scope: Scope) -> tuple[Statement, ...]:
    """Actions together where AWS names them on the same things, under the same condition."""
    return _grouped(_needed(((right, right.on(scope)) for right in rights), scope))


def documents(rights: Iterable[Right], scope: Scope) -> tuple[Document, ...]:
    """As many as it takes; mostly one."""
    needed = _needed(((r, (*r.on(scope), *r.also(scope))) for r in rights), scope)
    twofold = {r.removesuffix(PARTS) for all_of in needed.values() for r in all_of if PARTS in r}
    short = {key: _shortened(all_of, twofold, scope) for key, all_of in needed.items()}
    filled: list[Document] = [_document()]
    for each in map(_written, _grouped(short)):
        if size(_document(*filled[-1]["Statement"], each)) > LIMIT:
            filled.append(_document())
        filled[-1]["Statement"].append(each)
    return tuple(filled)


def size(document: Document) -> int:
    """As IAM counts it."""
    return len(re.sub(r"\s", "", json.dumps(document, separators=(",", ":"))))


def covers(pattern: str, resource: str) -> bool:
    """Whether all that `resource` means, which may be a pattern too, is meant by `pattern`."""
    return pattern == resource or ("*" in pattern and bool(_meant(pattern).fullmatch(resource)))


@cache
def _meant(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))))


_Needed = Mapping[tuple[str, str], set[str]]
"""By action and condition, as JSON: on what."""


def _needed(rights: Iterable[tuple[Right, tuple[str, ...]]], scope: Scope) -> _Needed:
    needed: dict[tuple[str, str], set[str]] = {}
    for right, resources in rights:
        key = (right.action, json.dumps(right.condition(scope), sort_keys=True))
        needed.setdefault(key, set()).update(resources)
    return needed


def _grouped(needed: _Needed) -> tuple[Statement, ...]:
    """Each resource once for a condition: ARNs are longer than actions."""
    by_resource: dict[tuple[str, str], list[str]] = {}
    for (action, condition), resources in sorted(needed.items()):
        for resource in _without_covered(resources):
            by_resource.setdefault((condition, resource), []).append(action)
    grouped: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (condition, resource), actions in sorted(by_resource.items()):
        grouped.setdefault((condition, tuple(actions)), []).append(resource)
    return tuple(
        Statement(actions, tuple(resources), json.loads(condition))
        for (condition, actions), resources in grouped.items()
    )


def _shortened(resources: set[str], twofold: set[str], scope: Scope) -> set[str]:
    location, api_id = scope.stack.location, scope.api_id
    own = [location.role_arn(scope.stack.role_path, "")]
    own += [f"{location.rest_api_arn(api_id)}/"] if api_id else []
    short = {next((f"{o}*" for o in own if each.startswith(o)), each) for each in resources}
    both = {each.removesuffix(PARTS) for each in short} & twofold
    return short | both | {each + PARTS for each in both}


def _without_covered(resources: Iterable[str]) -> list[str]:
    found = sorted(resources)
    return [each for each in found if not any(o != each and covers(o, each) for o in found)]


def _document(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _written(statement: Statement) -> Document:
    return {
        "Effect": "Allow",
        "Action": _one_or_all(statement.actions),
        "Resource": _one_or_all(statement.resources),
        **({"Condition": statement.condition} if statement.condition else {}),
    }


def _one_or_all(names: tuple[str, ...]) -> str | list[str]:
    return names[0] if len(names) == 1 else list(names)
