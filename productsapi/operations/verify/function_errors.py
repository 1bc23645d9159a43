"""Why a function that the gateway says 502 for didn't answer, by its own account.

New rights take AWS some seconds to spread, so a 5xx is asked again; a function whose code can't be
loaded (a syntax error, a module that isn't there) stays broken, and its log says so at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from productsapi.api_client import Answer
from productsapi.aws.caller import Aws
from productsapi.errors import ProductsApiError
from productsapi.operations.telemetry.logs import Logs
from productsapi.stack import Stack

Crash = Callable[[str, Answer], str | None]
"""What crashed a function (by its name in routes.py), given an answer of the gateway's."""

RAISED = re.compile(r"\[ERROR\]\s+((?:Runtime\.)?\w*(?:Error|Exception|NotFound)\b[^\r\n]*)")
"""How Lambda reports what code raised outside of a request: our handlers raise nothing in one."""
PATTERN = '"[ERROR]"'


@dataclass
class Crashes:
    """`since` is a time in milliseconds: what was logged before is of other code, maybe."""

    aws: Aws
    stack: Stack
    since: int
    known: dict[str, str] = field(default_factory=dict)

    def __call__(self, function: str, answer: Answer) -> str | None:
        if answer.status != HTTPStatus.BAD_GATEWAY:
            return None
        why = self.known.get(function) or reported_by(answer) or self._logged(function)
        if why is None:
            return None
        self.known[function] = why
        return f"{self.stack.function_name(function)} doesn't start: {why}"

    def _logged(self, function: str) -> str | None:
        """Its log may be late, or closed to whoever runs this: then nothing is known."""
        logs = Logs(self.aws, {function: self.stack.log_group(function)})
        try:
            for event in logs.events(self.since, pattern=PATTERN):
                if found := RAISED.match(event.message):
                    return found[1].strip()
        except ProductsApiError:
            return None
        return None


def reported_by(answer: Answer) -> str | None:
    """The local cloud passes on what AWS hides from callers."""
    reported = answer.json()
    message = reported.get("message") if isinstance(reported, dict) else None
    try:
        error = json.loads(message) if isinstance(message, str) else None
    except ValueError:
        return None
    said = error.get("errorMessage") if isinstance(error, dict) else None
    return said if isinstance(said, str) and said else None
