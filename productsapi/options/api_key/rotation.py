"""Another value for the key, on a stack whose key is as it should be."""

from __future__ import annotations

from productsapi.engine.read import Reading
from productsapi.errors import Refused
from productsapi.options.api_key.answering import Ask
from productsapi.options.api_key.key import ApiKey
from productsapi.stack import Stack, kinds

LOOKED_AT = frozenset({kinds.API_KEY})
"""With all that it takes to find it."""
NEEDED = frozenset({kinds.USAGE_PLAN, kinds.API_KEY_SECRET, kinds.API_KEY})


def rotating(
    stack: Stack, reading: Reading, *, keep_former: bool, ask: Ask | None = None
) -> ApiKey:
    """The key as it is to be made. Raises Refused where there is none to be replaced."""
    if not stack.config.api.key:
        raise Refused(
            "the configuration asks for no API key",
            "set api.key to true, then `productsapi deploy`",
        )
    there = {key.kind for key in reading.observed}
    if not there >= NEEDED:
        missing = ", ".join(sorted(NEEDED - there))
        raise Refused(f"there is no API key to be replaced: no {missing}", "productsapi deploy")
    return ApiKey(stack, rotate=True, keep_former=keep_former, ask=ask)
