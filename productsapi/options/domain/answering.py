"""Whether the domain answers, as our API does: DNS, certificate and mapping are all in place."""

from __future__ import annotations

import json
from contextlib import suppress

from productsapi.aws.network import Network
from productsapi.errors import ProductsApiError, Refused
from productsapi.gateway_problems import TYPE
from productsapi.routes import COLLECTION
from productsapi.stack import Stack


def unreachable_reason(stack: Stack, network: Network) -> str:
    """Why it doesn't answer; empty where it does.

    The local cloud knows the domain by the Host header alone: its name is in no DNS.
    """
    domain, location = stack.config.api.domain, stack.location
    url, headers = domain.url, {}
    if location.endpoint_url:
        base = f"/{domain.base_path}" if domain.base_path else ""
        url, headers = f"{location.endpoint_url.rstrip('/')}{base}", {"Host": str(domain.name)}
    try:
        status, _, body = network.send("GET", url + COLLECTION, headers, None)
    except ProductsApiError as error:
        return error.message
    problem = None
    with suppress(ValueError):
        problem = json.loads(body)
    if isinstance(problem, dict) and str(problem.get("type")).startswith(TYPE):
        return ""
    return f"{domain.url} answers {status}, and not as this API does without a token"


def not_answering(stack: Stack, network: Network) -> Refused | None:
    """Why the API's own URL can't be switched off yet."""
    why = unreachable_reason(stack, network)
    if not why:
        return None
    return Refused(
        f"api.domain.disable_invoke_url is true, and the domain doesn't answer: {why}",
        "set it to false, deploy, and set it once the domain answers: nobody would reach the API",
    )
