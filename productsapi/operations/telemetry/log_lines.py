"""What a log line says: its level, whose request it is about, and how a person reads it.

Four kinds of lines come together: our functions' (JSON), the gateway's access log (JSON), Lambda's
own about each invocation (START, END, REPORT), and what Lambda or Python say when something breaks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from productsapi.printable import printable

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
ALSO_CALLED = {"TRACE": "DEBUG", "WARN": "WARNING", "CRITICAL": "ERROR", "FATAL": "ERROR"}

OF_LAMBDA = re.compile(
    r"(START|END|REPORT) RequestId: |(INIT|RESTORE)_(START|REPORT)\b|EXTENSION\t|TELEMETRY\t"
)
INVOCATION = re.compile(
    r"(?:START |END |REPORT )?RequestId: ([\w-]+)"  # Lambda's own, also «RequestId: … Error: …»
    r"|\S+Z ([\w-]+) Task timed out"
    r"|\[\w+\]\t\S+Z\t([\w-]+)\t"  # Python's logging module, in Lambda's form
)
NAMED_LEVEL = re.compile(r"\[(\w+)\]")
WENT_WRONG = re.compile(
    r"\S+Z [\w-]+ Task timed out"
    r"|RequestId: [\w-]+ (Error|Process exited)"
    r"|(REPORT|INIT_REPORT|RESTORE_REPORT)\b.*\bStatus: (error|timeout)"
)
TRACE = re.compile(r"\bXRAY TraceId: ([\w-]+)")
"""In Lambda's REPORT of an invocation that X-Ray has a trace of."""
NOTHING = "-"
"""What an access log says where there is nothing to say."""


@dataclass(frozen=True)
class Line:
    level: str | None
    of_lambda: bool = False
    """Whether it is one of Lambda's own about the course of an invocation."""
    invocation: str | None = None
    """Lambda's id of the invocation that it is about."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    trace_id: str | None = None
    """X-Ray's id. No id of the request alone: a caller's trace may hold several."""

    @property
    def request_id(self) -> str | None:
        """The gateway's id where the line contains it, otherwise Lambda's."""
        own = self.fields.get("requestId")
        return own if isinstance(own, str) and own not in {"", NOTHING} else self.invocation

    @property
    def ids(self) -> set[str]:
        """Every id by which this line knows its request."""
        named = {
            value
            for name, value in self.fields.items()
            if name.lower().endswith("requestid") and isinstance(value, str)
        }
        return (named | ({self.invocation} if self.invocation else set())) - {"", NOTHING}


def read(message: str) -> Line:
    """Any text is a line; what it doesn't contain is None."""
    fields = _fields(message)
    if fields:
        trace = fields.get("traceId")
        given_id = trace if isinstance(trace, str) else None
        return Line(_level_of(fields), fields=fields, trace_id=given_id)
    found = INVOCATION.match(message)
    invocation = next(filter(None, found.groups()), None) if found else None
    trace = TRACE.search(message)
    of_lambda = bool(OF_LAMBDA.match(message))
    given_id = trace[1] if trace and of_lambda else None
    return Line(_level_in(message), of_lambda, invocation, trace_id=given_id)


def is_at_least(level: str | None, least: str) -> bool:
    return level is not None and LEVELS.index(level) >= LEVELS.index(least)


def in_words(message: str) -> list[str]:
    """The line for reading, and further ones that belong below it, such as a traceback."""
    fields = _fields(message)
    if not fields:
        return [printable(part, keep="\t") for part in re.split(r"[\r\n]+", message.rstrip())]
    below = fields.pop("traceback", None)
    first = [str(fields.pop(name)) for name in ("status", "route") if name in fields]
    fields.pop("level", None)
    rest = [f"{name}={_short(value)}" for name, value in fields.items() if value is not None]
    more = below if isinstance(below, list) else []
    return [printable(str(text), keep="\t") for text in (" ".join([*first, *rest]), *more)]


def holds(message: str, text: str) -> bool:
    """Whether a line holds a text, as it was logged or as it is read: JSON writes ü as \\u00fc."""
    return text in message or text in "\n".join(in_words(message))


def is_wanted(
    message: str, line: Line, *, level: str = "", text: str = "", platform: bool = False
) -> bool:
    """Whether a line is to be shown: at least of `level`, holding `text`.

    Lambda's own lines without a level are left out unless `platform`: they belong to a request's
    trace, and hide the others elsewhere.
    """
    if level and not is_at_least(line.level, level):
        return False
    if line.of_lambda and not line.level and not platform:
        return False
    return not text or holds(message, text)


def _fields(message: str) -> dict[str, Any]:
    if not message.startswith("{"):
        return {}
    try:
        reported = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    return reported if isinstance(reported, dict) else {}


def _level_of(fields: Mapping[str, Any]) -> str | None:
    """The level that a line gives itself; an access log's follows from the status."""
    own = fields.get("level")
    if isinstance(own, str):
        return _known(own)
    status = str(fields.get("status", ""))
    if not re.fullmatch(r"[1-5][0-9][0-9]", status):
        return None
    if int(status) == HTTPStatus.SERVICE_UNAVAILABLE:
        return "WARNING"
    return "ERROR" if int(status) >= HTTPStatus.INTERNAL_SERVER_ERROR else "INFO"


def _level_in(message: str) -> str | None:
    if WENT_WRONG.match(message):
        return "ERROR"
    if message.startswith("LAMBDA_WARNING"):
        return "WARNING"
    named = NAMED_LEVEL.match(message)
    return _known(named[1]) if named else None


def _known(name: str) -> str | None:
    level = ALSO_CALLED.get(name.upper(), name.upper())
    return level if level in LEVELS else None


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
