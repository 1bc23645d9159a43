"""What AWS may show late to a run that comes right after another one: looked at again.

Taken at once for the truth, what isn't shown yet would be made a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from productsapi.aws.caller import Aws
from productsapi.aws.retries import Cadence
from productsapi.errors import NotFound

LATE = Cadence(first=0.5, dense=2, longest=1.5, total=5)

T = TypeVar("T")


def reread_until_visible(
    aws: Aws,
    what: str,
    look: Callable[[Aws], T],
    *,
    shown: Callable[[T], bool] = bool,
    cadence: Cadence = LATE,
) -> T:
    """What `look` gives, asked again for some seconds until it is `shown` (D2, D3).

    Once in a run for each `what`, which names it for the user; the local cloud is never late.
    Raises what `look` raises the last time.
    """
    looking = aws
    settled = aws.location.local or what in aws.looked_again
    for seconds in () if settled else cadence.pauses():
        with suppress(NotFound):
            if shown(found := look(looking)):
                return found
        aws.wait(seconds, f"AWS may not show {what} yet")
        looking = aws.forgetting()
    aws.looked_again.add(what)
    return look(looking)
