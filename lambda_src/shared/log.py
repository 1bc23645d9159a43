"""One JSON line for each request: what happened, never what was sent."""

from __future__ import annotations

import json
import sys
from http import HTTPStatus
from typing import Any

from shared.service_errors import ServiceError
from shared.settings import MisconfiguredError

LONGEST_CHAIN = 5
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def line(threshold: str, entry: dict[str, Any]) -> None:
    """Writes `entry`, unless it is less than what is to be logged."""
    least = LEVELS.index(threshold) if threshold in LEVELS else LEVELS.index("INFO")
    if LEVELS.index(entry["level"]) >= least:
        sys.stdout.write(json.dumps(entry) + "\n")
        sys.stdout.flush()


def level_of(status: int) -> str:
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return "WARNING"
    return "ERROR" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "INFO"


def traceback_of(error: BaseException) -> list[str]:
    """Where and what, without the errors' own texts: they may repeat what a caller sent."""
    import traceback

    lines: list[str] = []
    for each in _chain(error):
        lines.append(_name_of(each))
        lines += [
            f"  {frame.filename}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(each.__traceback__)[-20:]
        ]
    return lines


def _chain(error: BaseException) -> list[BaseException]:
    """The error, and what led to it."""
    chain: list[BaseException] = []
    cause: Any = error
    while cause is not None and cause not in chain and len(chain) < LONGEST_CHAIN:
        chain.append(cause)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return chain


def _name_of(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, MisconfiguredError):
        return f"{name}: {error}"
    if isinstance(error, ServiceError):
        text = f"{name}: {error.code} on {error.operation}"
        return f"{text}, request {error.request_id}" if error.request_id else text
    return name
