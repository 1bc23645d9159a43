"""The calls of one run in the order of their begin, with the gaps in which none was under way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aws_proxy import Call
from contenders import Timed

GAP = 0.02
"""Seconds without any call under way that are worth a line."""
BAR = 60


def timeline(calls: Iterable[Call], run: Timed) -> Iterator[str]:
    """Lines: begin and duration in seconds, operation, resource, what AWS refused, and a bar."""
    yield f"{'begin':>7} {'takes':>6}  {'operation':<30} {'about':<44} over the {run.seconds:.1f} s"
    busy_until, last = run.began, "start"
    for call in sorted(calls, key=lambda each: each.began):
        if call.began - busy_until > GAP:
            yield _gap(busy_until, call.began, run, f"no call under way after {last}")
        yield _line(call, run)
        if call.ended > busy_until:
            busy_until, last = call.ended, call.request.operation
    yield _gap(busy_until, run.ended, run, "end of the process")


def _line(call: Call, run: Timed) -> str:
    reported = call.refused or (str(call.status) if call.status >= 400 else "")
    mark = " " if call.request.reads else "*"
    about = f"{call.request.resource} {reported}".strip()[:43]
    begin, takes = call.began - run.began, call.ended - call.began
    bar = _bar(call.began, call.ended, run, "x" if reported else "=")
    return f"{begin:7.2f} {takes:6.2f} {mark}{call.request.operation:<30} {about:<44} {bar}"


def _gap(since: float, until: float, run: Timed, what: str) -> str:
    bar = _bar(since, until, run, ".")
    return f"{since - run.began:7.2f} {until - since:6.2f}  -- {what:<72} {bar}"


def _bar(since: float, until: float, run: Timed, sign: str) -> str:
    first = int((since - run.began) / run.seconds * BAR)
    last = max(first + 1, round((until - run.began) / run.seconds * BAR))
    return "|" + " " * first + sign * (last - first) + " " * (BAR - last) + "|"
