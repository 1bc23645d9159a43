"""The functions: who may invoke them, and what the gateway reaches by their alias."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.errors import NotFound
from productsapi.operations.finding import Finding, State
from productsapi.operations.verify.access_denied import REDEPLOY_COMMAND
from productsapi.routes import ROUTES
from productsapi.stack import ALIAS, Stack

Statement = Mapping[str, Any]

GATEWAY = {"Service": "apigateway.amazonaws.com"}
ACTION = "lambda:InvokeFunction"


def permissions(aws: Aws, stack: Stack, function: str, api_id: str) -> Iterator[Finding]:
    """By its alias this API's own routes, and nobody else; otherwise nobody at all.

    Whoever else may invoke a function bypasses the gateway, and can send it any claims.
    """
    name = stack.function_name(function)
    check = f"permissions of {name}"
    sources = _sources(stack, function, api_id)
    on_alias = _statements(aws, FunctionName=name, Qualifier=ALIAS)
    # by the function's own name some endpoints return those of the alias too
    own = [s for s in _statements(aws, FunctionName=name) if not _is_on_alias(s)]
    strangers = [
        *(f"{_who(s)} by the alias" for s in on_alias if _source(s) not in sources),
        *(f"{_who(s)} by the function's name" for s in own),
    ]
    missing = sorted(sources.keys() - {_source(s) for s in on_alias})
    if strangers:
        text = f"more than this API may invoke it: {'; '.join(strangers)}"
        yield Finding(check, State.OPEN, text, _removal(name, on_alias, own, sources))
    if missing:
        routes = ", ".join(sources[source] for source in missing)
        text = f"the gateway may not invoke it for {routes}: callers get 500"
        yield Finding(check, State.FAILED, text, REDEPLOY_COMMAND)
    if not strangers and not missing:
        yield Finding(check, State.OK, f"only this API, for {', '.join(sources.values())}")


def alias(aws: Aws, stack: Stack, function: str) -> Iterator[Finding]:
    """One published version, for all calls."""
    name = stack.function_name(function)
    check = f"alias {ALIAS} of {name}"
    try:
        found = aws.call("lambda", "GetAlias", FunctionName=name, Name=ALIAS)
    except NotFound:
        yield Finding(check, State.FAILED, "it isn't there", REDEPLOY_COMMAND)
        return
    version = found["FunctionVersion"]
    weights = (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    if version == "$LATEST":
        text = "it points to $LATEST, which changes under callers, not to a version"
        yield Finding(check, State.FAILED, text, REDEPLOY_COMMAND)
    for other, weight in sorted(weights.items()):
        text = f"{weight:.0%} of the calls go to version {other}, the rest to {version}"
        fix = f"aws lambda update-alias --function-name {name} --name {ALIAS} "
        fix += "--routing-config AdditionalVersionWeights={}"
        yield Finding(check, State.FAILED, text, fix)
    if version != "$LATEST" and not weights:
        yield Finding(check, State.OK, f"version {version}")


def _sources(stack: Stack, function: str, api_id: str) -> dict[str, str]:
    """The route by the ARN that the gateway invokes for it; any stage, any value of a parameter."""
    return {
        stack.location.arn(
            "execute-api", f"{api_id}/*/{route.method}" + re.sub(r"\{[^}]+\}", "*", route.path)
        ): str(route)
        for route in ROUTES
        if route.function == function
    }


def _statements(aws: Aws, **of: str) -> list[Statement]:
    try:
        policy = json.loads(aws.call("lambda", "GetPolicy", **of)["Policy"])
    except NotFound:
        return []
    statements = policy["Statement"]
    return statements if isinstance(statements, list) else [statements]


def _is_on_alias(statement: Statement) -> bool:
    return str(statement.get("Resource", "")).endswith(f":{ALIAS}")


def _source(statement: Statement) -> str | None:
    """For which API and route, if it is a statement of the one form that is ours."""
    condition = statement.get("Condition")
    if (
        statement.get("Effect") != "Allow"
        or statement.get("Principal") != GATEWAY
        or statement.get("Action") != ACTION
        or not isinstance(condition, dict)
        or condition.keys() != {"ArnLike"}
        or condition["ArnLike"].keys() != {"AWS:SourceArn"}
    ):
        return None
    return str(condition["ArnLike"]["AWS:SourceArn"])


def _who(statement: Statement) -> str:
    principal = statement.get("Principal")
    if isinstance(principal, dict):
        principal = ", ".join(str(value) for value in principal.values())
    source = _source(statement)
    return f"{principal}{f' from {source}' if source else ''}"


def _removal(
    name: str, on_alias: list[Statement], own: list[Statement], sources: Mapping[str, str]
) -> str:
    """The first command of as many as there are statements."""
    of_alias = [s for s in on_alias if _source(s) not in sources]
    sid = str((of_alias or own)[0].get("Sid", "SID"))
    qualifier = f" --qualifier {ALIAS}" if of_alias else ""
    return f"aws lambda remove-permission --function-name {name}{qualifier} --statement-id {sid}"
