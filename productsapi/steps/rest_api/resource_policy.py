"""Resource-based policies of the functions: who may invoke them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields
from productsapi.errors import NotFound
from productsapi.stack import ALIAS

Statements = dict[str, Mapping[str, Any]]


def of_alias(aws: Aws, function: str) -> Statements:
    """The statements on our alias, by id; some endpoints return the function's own with them."""
    reported = _policy(aws, FunctionName=function, Qualifier=ALIAS)
    return _by_id(s for s in reported if not re.search(":function:[^:]+$", _resource(s)))


def of_function(aws: Aws, function: str) -> Statements:
    """The statements on the function itself, by id; some endpoints return the alias's with them."""
    reported = _policy(aws, FunctionName=function)
    return _by_id(s for s in reported if not _resource(s).endswith(f":{ALIAS}"))


def remove(aws: Aws, function: str, statement_id: str, *, alias: bool) -> None:
    qualifier = {"Qualifier": ALIAS} if alias else {}
    with suppress(NotFound):
        aws.call(
            "lambda",
            "RemovePermission",
            FunctionName=function,
            StatementId=statement_id,
            **qualifier,
        )


def granted(statement: Mapping[str, Any]) -> Fields:
    """What a statement grants; whatever it says otherwise than we would shows as another value."""
    principal, condition = statement.get("Principal"), statement.get("Condition")
    service = principal.get("Service") if isinstance(principal, Mapping) else principal
    source = json.dumps(condition, sort_keys=True) if condition else None
    if isinstance(condition, Mapping) and condition.keys() == {"ArnLike"}:
        source = condition["ArnLike"].get("AWS:SourceArn")
    return {"source_arn": source, "principal": service, "action": statement.get("Action")}


def in_words(statement: Mapping[str, Any]) -> str:
    reported = granted(statement)
    who = reported["principal"] or json.dumps(statement.get("Principal"))
    return f"{who} may {reported['action']} from {reported['source_arn'] or 'anywhere'}"


def _policy(aws: Aws, **address: str) -> list[Mapping[str, Any]]:
    try:
        answer = aws.call("lambda", "GetPolicy", **address)
    except NotFound:
        return []
    statements: list[Mapping[str, Any]] = json.loads(answer["Policy"])["Statement"]
    return statements


def _resource(statement: Mapping[str, Any]) -> str:
    return str(statement.get("Resource", ""))


def _by_id(statements: Iterable[Mapping[str, Any]]) -> Statements:
    return {str(statement.get("Sid", "")): statement for statement in statements}
