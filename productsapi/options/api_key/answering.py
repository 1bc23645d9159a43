"""Whether API Gateway knows a new key yet: that takes seconds, at times far longer.

It answers 403 until then. Where the authorizer is asked first and nobody's token is at hand, it
answers any key alike: so one that was just made up is asked with too.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from http import HTTPStatus

from productsapi.aws.caller import Aws
from productsapi.aws.retries import BRIEF
from productsapi.errors import RequestFailed

Ask = Callable[[str], int]
"""The status that the API answers to a request with this key. Raises RequestFailed for none."""

IN_A_ROW = 3
"""Good answers: the edge has many machines, and each learns of the key by itself."""
BYTES = 32
"""Of chance, as 64 hexadecimal digits: API Gateway takes 20 to 128 letters and digits."""


def known_by_now(aws: Aws, value: str, ask: Ask) -> bool:
    """Ask until the key is known, for a minute. False where it isn't, or it can't be seen."""
    try:
        if ask(secrets.token_hex(BYTES)) != HTTPStatus.FORBIDDEN:
            return False
        for seconds in BRIEF.pauses():
            if all(_answers(ask(value)) for _ in range(IN_A_ROW)):
                return True
            aws.wait(seconds, "API Gateway doesn't know the new API key everywhere yet")
    except RequestFailed:
        pass
    return False


def _answers(status: int) -> bool:
    return status != HTTPStatus.FORBIDDEN and status < HTTPStatus.INTERNAL_SERVER_ERROR
