"""What is right after a broken run and the one that followed it."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator

from fault_inventory import Inventory
from fault_kinds import Kind
from fault_proxy import Fault, Watch
from fault_world import Ended

GROWTH = 0
"""Versions and deployments beyond an undisturbed run's: one for each of the two runs at most."""
TRACES = ("Traceback", "Exception ignored", "ResourceWarning", "DeprecationWarning")
INTERRUPTED = 130


def first_run(fault: Fault, watch: Watch, ended: Ended) -> Iterator[str]:
    """The broken run ends with a clear message, or rides over it."""
    if not watch.met:
        yield "the call never came"
        return
    yield from without_traces(ended)
    if ended.code not in _codes(fault.kind):
        yield f"it ended with {ended.code}, not with one of {sorted(_codes(fault.kind))}"
    if ended.code > 0:
        yield from _said(fault, watch, ended)


def _codes(kind: Kind) -> set[int]:
    if kind.kills:
        return {-signal.SIGKILL}
    if kind is Kind.CTRL_C:
        return {0, INTERRUPTED}
    if kind is Kind.THROTTLED:
        return {0}  # a known transient
    return {0, 4} if kind is Kind.DENIED else {0, 1}


def _said(fault: Fault, watch: Watch, ended: Ended) -> Iterator[str]:
    if ended.code == INTERRUPTED:
        if "Interrupted." not in ended.err:
            yield "it doesn't say that it was interrupted"
        begun = [key for key in watch.keys if not key.reads]
        if begun[0] != fault.key and not ("Done: " in ended.err and "Left: " in ended.err):
            yield "it doesn't say what is done and what is left"
        return
    if "Error: " not in ended.err or "Next: " not in ended.err:
        yield "it doesn't say what is wrong and what to do next"
    if ended.code == 1 and fault.key.operation not in ended.err:
        yield "it doesn't name the call"
    if ended.code == 4 and "isn't allowed" not in ended.err:
        yield "it doesn't name the permission"


def second_run(first: Ended, second: Ended) -> Iterator[str]:
    """The run that follows at once, without fault, ends well; after a good one it does nothing."""
    yield from without_traces(second)
    if second.code:
        yield f"the second run: {second.reported}"
        return
    reported = json.loads(second.out)
    changes = reported.get("changes", reported.get("removed"))
    if first.code == 0 and changes:
        names = ", ".join(each["resource"] for each in changes)
        yield f"the first run said that all is done, and the second found to do: {names}"


def afterwards(found: Inventory, expected: Inventory) -> Iterator[str]:
    """The same system as after an undisturbed run: nothing twice, nothing orphaned or missing."""
    yield from found.differences(expected)
    yield from found.grown(expected, GROWTH)


def without_traces(ended: Ended) -> Iterator[str]:
    for trace in TRACES:
        if trace in ended.err:
            yield f"«{trace}» in stderr"
