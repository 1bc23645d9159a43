"""What is right after runs that met a late cloud."""

from __future__ import annotations

import signal
from collections.abc import Iterator

from fault_judge import without_traces
from fault_proxy import Watch
from fault_world import Ended
from late_kinds import Bad, LateKind, Moment

TOGETHER = (
    frozenset({"GetAlias", "ListAliases", "GetFunction", "GetFunctionConfiguration"}),
    frozenset({"GetStage", "GetStages", "GetDeployment", "GetDeployments"}),
)
"""Reads of one thing, that are behind together."""


TWICE = "what was made twice"
"""What a deploy says where a listing shows by now what it didn't at first."""
OLD_ENOUGH = 31.0
"""Seconds after which the next deploy removes that: before, a listing might lag about it too."""


def behind_together(operation: str) -> frozenset[str]:
    return next((each for each in TOGETHER if operation in each), frozenset({operation}))


def first_run(kind: LateKind, watch: Watch, ended: Ended) -> Iterator[str]:
    """What is only late is waited for; what can't be understood may be refused."""
    if not watch.met:
        yield "the call never came"
        return
    if kind.moment is Moment.NEXT:
        if ended.code != -signal.SIGKILL:
            yield f"it ended with {ended.code}, and was to be killed"
        return
    yield from clear(ended)
    may_refuse = isinstance(kind.what, Bad) or kind.moment is Moment.LOST
    if ended.code and not may_refuse:
        yield f"it ended with {ended.code}, and what is late comes within seconds"


def second_run(ended: Ended, *, met: bool) -> Iterator[str]:
    """The run that follows at once: a refusal must be clear, and needs something that was late."""
    yield from clear(ended)
    if ended.code and not met:
        yield f"the second run: {ended.reported}"


def third_run(ended: Ended) -> Iterator[str]:
    """Where the second refused, or told of a double: nothing is late any more."""
    yield from clear(ended)
    if ended.code:
        yield f"the third run: {ended.reported}"


def clear(ended: Ended) -> Iterator[str]:
    """It ends well, or says what is wrong and what to do next."""
    yield from without_traces(ended)
    if ended.code < 0:
        yield f"it was killed: {ended.reported}"
    elif ended.code and not ("Error: " in ended.err and "Next: " in ended.err):
        yield f"it doesn't say what is wrong and what to do next: {ended.reported}"
