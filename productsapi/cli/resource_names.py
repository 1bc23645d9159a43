"""What resources are called: a kind's words for one and for several of it, and names in a row."""

from __future__ import annotations

from collections.abc import Sequence

from productsapi.wording import in_a_row

NOUNS = {
    "table": "tables",
    "category index": "category indexes",
    "backups": "backup settings",
    "id tags": "sets of id tags",
    "feature tags": "sets of feature tags",
    "former feature tags": "sets of former feature tags",
    "function": "functions",
    "log group": "log groups",
    "secret": "secrets",
    "account limits": "account limits",
    "account throttle": "account throttle",
    "role": "roles",
    "role policy": "role policies",
    "role limits": "roles' limits",
    "rest api": "REST APIs",
    "twin rest api": "twin REST APIs",
    "path": "paths",
    "method": "methods",
    "gateway response": "gateway responses",
    "invoke permission": "invoke permissions",
    "open methods": "sets of open methods",
    "foreign stages": "sets of foreign stages",
    "foreign paths": "sets of foreign paths",
    "foreign permissions": "foreign permissions",
    "deployment": "deployments",
    "stage": "stages",
    "former stages": "sets of former stages",
    "access log": "access logs",
    "access log group": "access log groups",
    "account log role": "account log roles",
    "certificate": "certificates",
    "custom domain": "custom domains",
    "base path mapping": "base path mappings",
    "dns record": "DNS records",
    "former domains": "sets of former domains",
    "invoke url": "invoke URLs",
    "stage cache": "stage caches",
    "api key": "API keys",
    "api key secret": "API key secrets",
    "usage plan": "usage plans",
    "other usage plans": "other usage plans",
    "releases": "sets of releases",
    "user pool": "user pools",
    "twin user pool": "twin user pools",
    "app client": "app clients",
    "twin app client": "twin app clients",
    "further app clients": "sets of further app clients",
    "authorizer": "authorizers",
    "live code": "live versions",
    "alias": "aliases",
    "alarm": "alarms",
    "alarm topic": "alarm topics",
    "dashboard": "dashboards",
}
"""By kind, the word for several, in the order in which a step lists them; see `several`."""
ONE = {
    "backups": "backup setting",
    "id tags": "set of id tags",
    "feature tags": "set of feature tags",
    "rest api": "REST API",
    "api key": "API key",
    "api key secret": "API key secret",
    "live code": "live version",
}
"""The word for one, where the kind itself isn't."""
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def several(kind: str) -> str:
    """The word for several of a kind; without an entry in NOUNS its own, with an s."""
    return NOUNS.get(kind, f"{kind}s")


def counted(kind: str, names: Sequence[str]) -> str:
    """How many, and of a single one which: `1 table T`, `4 functions`."""
    if len(names) == 1:
        return f"1 {ONE.get(kind, kind)} {names[0]}"
    return f"{len(names)} {several(kind)}"


def named(kind: str, names: Sequence[str], of: int = 0) -> str:
    """Which they are: `table T`, `functions a and b`; several, if they are all `of`, by number."""
    if len(names) == 1:
        return f"{ONE.get(kind, kind)} {names[0]}"
    nouns = several(kind)
    if len(names) == of > 2:  # noqa: PLR2004 - two are named as shortly
        return f"all {NUMBERS[of] if of < len(NUMBERS) else of} {nouns}"
    return f"{nouns} {in_a_row(names)}"
