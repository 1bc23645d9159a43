"""Tags that AWS shows late: what carries none yet would count as nobody's, and be made again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from productsapi.aws.caller import Aws
from productsapi.aws.transients import Cadence
from productsapi.errors import NotFound
from productsapi.steps.stack import Stack

LATE_TAGS = Cadence(first=0.5, dense=2, longest=1.5, total=5)


def looked_at_again(
    stack: Stack, aws: Aws, arn: str, look: Callable[[Aws], dict[str, str]]
) -> dict[str, str]:
    """The tags that `look` tells, asked again for some seconds while they don't say it is ours.

    For what may be new: a run that was killed just now made it, or it is somebody else's (D2, D3).
    Once in a run; the local cloud is never late. Raises what `look` raises the last time.
    """
    looking = aws
    settled = stack.place.local or arn in aws.looked_again
    for seconds in () if settled else LATE_TAGS.pauses():
        with suppress(NotFound):
            if stack.owns(tags := look(looking)):
                return tags
        aws.wait(seconds, f"AWS may not show the tags of {arn} yet")
        looking = aws.forgetting()
    aws.looked_again.add(arn)
    return look(looking)
