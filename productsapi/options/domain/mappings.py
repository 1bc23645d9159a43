"""Where the base paths of a domain lead."""

from __future__ import annotations

from productsapi.aws.caller import Aws
from productsapi.errors import AccessDenied, NotFound
from productsapi.stack import Stack
from productsapi.stack.custom_domains import NO_BASE_PATH, mappings


def others_in_words(aws: Aws, domain: str, api_id: str | None) -> str | None:
    """Why a domain must stay: it leads to others' APIs too. None where it doesn't."""
    others = [
        f"{domain}/{'' if path == NO_BASE_PATH else path} leads to the API {leads_to}"
        for path, leads_to in sorted(mappings(aws, domain).items())
        if leads_to != api_id
    ]
    return f"{', '.join(others)}, which isn't this stack's" if others else None


def is_ours(stack: Stack, aws: Aws, api_id: str) -> bool:
    """Whether an API is this stack's, or isn't there any more. What mustn't be seen isn't ours."""
    try:
        found = aws.call("apigateway", "GetRestApi", restApiId=api_id)
    except NotFound:
        return True
    except AccessDenied:
        return False
    return stack.owns(found.get("tags") or {})
