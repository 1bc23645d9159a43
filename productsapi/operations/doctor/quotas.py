"""Service quotas: how near the account is to those that a deploy could meet, in few calls.

Not looked at, since they are far away or take too many calls: log groups (a million a Region),
parameters (10,000), app clients (1,000 a pool).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import NamedTuple

from productsapi.aws.caller import Aws
from productsapi.operations.finding import Finding, State, attempt

NEAR = 0.9
MOST_PAGES = 25
"""As many pages as the usual limits fill; where there is more, the limit was raised."""
FEW_AT_ONCE = 50
RAISE = "raise it in the console under Service Quotas, or remove what isn't needed"


class Usage(NamedTuple):
    """`reported`: the limit comes from AWS; else it is the default one, which may be raised."""

    of: str
    used: int
    limit: int
    reported: bool
    unit: str = ""


def quotas(aws: Aws) -> Iterator[Finding]:
    looks: dict[str, Callable[[Aws], Iterator[Usage]]] = {
        "REST APIs": _rest_apis,
        "user pools": _user_pools,
        "tables": _tables,
        "code storage": _code_storage,
        "IAM roles": _roles,
    }
    for name, look in looks.items():
        yield from attempt(f"quota of {name}", State.WARNING, partial(_judged, aws, look))
    yield from attempt("concurrency", State.WARNING, partial(_concurrency, aws))


def _judged(aws: Aws, look: Callable[[Aws], Iterator[Usage]]) -> Iterator[Finding]:
    return map(check_usage, look(aws))


def check_usage(usage: Usage) -> Finding:
    name, reported = f"quota of {usage.of}", f"{usage.used:,} of {usage.limit:,}{usage.unit}"
    words = reported if usage.reported else f"{reported} (the usual limit)"
    if usage.used < usage.limit * NEAR:
        return Finding(name, State.OK, words)
    if usage.reported and usage.used >= usage.limit:
        return Finding(name, State.BROKEN, f"{words}: no more can be made", RAISE)
    return Finding(name, State.WARNING, f"{words}: near", RAISE)


def _rest_apis(aws: Aws) -> Iterator[Usage]:
    used = _count(aws, "apigateway", "GetRestApis", "items", limit=500)
    yield Usage("REST APIs", used, 600, reported=False)


def _user_pools(aws: Aws) -> Iterator[Usage]:
    used = _count(aws, "cognito-idp", "ListUserPools", "UserPools", MaxResults=60)
    yield Usage("user pools", used, 1000, reported=False)


def _tables(aws: Aws) -> Iterator[Usage]:
    used = _count(aws, "dynamodb", "ListTables", "TableNames", Limit=100)
    yield Usage("tables", used, 2500, reported=False)


def _code_storage(aws: Aws) -> Iterator[Usage]:
    answer = aws.call("lambda", "GetAccountSettings")
    used, limit = answer["AccountUsage"]["TotalCodeSize"], answer["AccountLimit"]["TotalCodeSize"]
    yield Usage("code storage", used // 2**20, limit // 2**20, reported=True, unit=" MiB")


def _roles(aws: Aws) -> Iterator[Usage]:
    summary = aws.call("iam", "GetAccountSummary")["SummaryMap"]
    yield Usage("IAM roles", summary["Roles"], summary["RolesQuota"], reported=True)


def _concurrency(aws: Aws) -> Iterator[Finding]:
    most = aws.call("lambda", "GetAccountSettings")["AccountLimit"]["ConcurrentExecutions"]
    text = f"{most:,} function calls at once"
    if most >= FEW_AT_ONCE:
        yield Finding("concurrency", State.OK, text)
        return
    fix = "ask for 1,000 in the console under Service Quotas, AWS Lambda, Concurrent executions"
    yield Finding("concurrency", State.WARNING, f"only {text}, as new accounts have", fix)


def _count(aws: Aws, service: str, listing: str, key: str, **params: int) -> int:
    pages = islice(aws.pages(service, listing, **params), MOST_PAGES)
    return sum(len(page[key]) for page in pages)
