"""Custom domains that lead to an API: while one does, neither it nor its stage can be removed (G7).

But those of ours, which go before. They are looked for before a teardown's first change, by a
bounded number of calls; where those were not enough, AWS's own refusal is met, with the same text.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from productsapi.aws.caller import Aws
from productsapi.errors import AccessDenied, AwsError, NotFound, Refused
from productsapi.stack import Stack

MOST = 25
"""Domains that are asked about, a call each. Most accounts have none."""
NO_BASE_PATH = "(none)"
"""API Gateway's name for the mapping without a base path."""
REFUSAL = "base path mapping"
"""In the text of BadRequestException: «Please remove all base path mappings related to the RestApi
in your domains: …» (serverless/serverless#3638)."""


def mappings(aws: Aws, domain: str) -> dict[str, str]:
    """Each base path with the API that it leads to; {} also where there is no such domain."""
    try:
        pages = aws.pages("apigateway", "GetBasePathMappings", domainName=domain, limit=500)
        items = [item for page in pages for item in page.get("items", [])]
    except NotFound:
        return {}
    return {item.get("basePath", NO_BASE_PATH): str(item.get("restApiId")) for item in items}


def leading_to(stack: Stack, aws: Aws, api_id: str) -> list[str]:
    """Others' domains with their paths, `shop.example.com/v1`; [] also where nobody may look."""
    found = []
    try:
        pages = aws.pages("apigateway", "GetDomainNames", limit=500)
        items = (item for page in pages for item in page["items"])
        names = (i["domainName"] for i in items if not stack.owns(i.get("tags") or {}))
        for name in islice(names, MOST):
            paths = mappings(aws, name).items()
            found += [f"{name}/{path}" for path, leads_to in paths if leads_to == api_id]
    except AccessDenied:
        return []
    return found


def must_not_lead_to(stack: Stack, aws: Aws, api_id: str) -> None:
    """Raises Refused where a domain does, with the lines that end it."""
    if mapped := leading_to(stack, aws, api_id):
        raise Refused(
            f"nothing was removed: AWS removes no API that a custom domain leads to, and "
            f"{', '.join(mapped)} leads to {api_id}",
            "\n".join(("remove the mappings first, then repeat the command:", *_ways(mapped))),
        )


@contextmanager
def explained(api_id: str) -> Iterator[None]:
    """Turns AWS's refusal for the sake of a domain into a Refused that says what to do."""
    try:
        yield
    except AwsError as error:
        if REFUSAL not in error.text.lower():
            raise
        raise Refused(
            f"a custom domain leads to the API {api_id}, so AWS refuses {error.operation}: "
            f"{error.text}",
            "see the mappings with `aws apigateway get-base-path-mappings --domain-name DOMAIN`, "
            "remove them, then repeat the command",
        ) from error


def _ways(mapped: list[str]) -> list[str]:
    command = "aws apigateway delete-base-path-mapping --domain-name {} --base-path '{}'"
    return [command.format(*each.split("/", 1)) for each in mapped]
