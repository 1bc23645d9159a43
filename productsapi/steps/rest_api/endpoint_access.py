"""Endpoint settings that say who reaches the API: reported, and never widened unasked.

Facts of G17 (AWS guide, «Private REST APIs», «Disable the default endpoint»).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from productsapi.engine.resource import Fields, Note

PRIVATE = "PRIVATE"
OPEN: Fields = {"private": None}
"""What an API is to say about being private, unless it may be made public."""
IMMUTABLE = {
    "private": "only its VPC endpoints reach it, and made REGIONAL it would be public from that "
    "moment on: `productsapi deploy --make-public` does that, or give api.name another name"
}


def endpoints(api: Mapping[str, Any]) -> list[str]:
    return list(api.get("endpointConfiguration", {}).get("types", []))


def closed(api: Mapping[str, Any]) -> Fields:
    return {"private": True} if PRIVATE in endpoints(api) else {}


def notes(key: str, api: Mapping[str, Any], *, url_off: bool) -> tuple[Note, ...]:
    """What is set on the API beside what we manage. It stays as it is.

    `url_off` says that the configuration itself switches the API's own URL off.
    """
    found = []
    if api.get("disableExecuteApiEndpoint") and not url_off:
        found.append(
            "its own URL is switched off (disableExecuteApiEndpoint): it answers 403 to "
            "everything, and only a custom domain leads to the API"
        )
    if api.get("policy"):
        found.append(
            "it has a resource policy, which may refuse callers whom the authorizer would let in; "
            "a change of it holds from the next deployment on"
        )
    if types := api.get("binaryMediaTypes"):
        found.append(f"bodies of {', '.join(types)} are handed on as binary (binaryMediaTypes)")
    return tuple(Note(f"{key}: {text}") for text in found)
