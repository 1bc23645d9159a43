"""Everything that can be refused, each with a stable code, as RFC 9457 problem details."""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple, Sequence


def _load() -> dict[str, tuple[int, str]]:
    path = os.path.join(os.path.dirname(__file__), "problems.json")  # noqa: PTH118, PTH120
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - os.path spares an import
        return {code: (each["status"], each["title"]) for code, each in json.load(file).items()}


CODES = _load()
"""Status and title by code; the OpenAPI document is made from the same file."""

MAX_VIOLATIONS = 100
"""So that a body full of mistakes can't ask for an answer of any size."""


class Violation(NamedTuple):
    field: str  # where: stock, dimensions.width, tags[2]; or the parameter's or header's name
    code: str  # the rule's name in the schema, such as minLength
    message: str


class Problem(Exception):
    """A refusal. Its texts go to the caller: nothing of the inside may stand in them."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        violations: Sequence[Violation] = (),
        **members: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status, self.title = CODES[code]
        self.detail = detail
        self.violations = violations[:MAX_VIOLATIONS]
        self.members = members

    def body(self, request_id: str) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": f"urn:productsapi:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "requestId": request_id,
            **self.members,
        }
        if self.detail:
            body["detail"] = self.detail
        if self.violations:
            body["errors"] = [violation._asdict() for violation in self.violations]
        return body


def invalid_parameter(name: str, message: str, code: str | None = None) -> Problem:
    violations: list[Violation] = [Violation(name, code or "invalid", message)]
    return Problem("invalid_parameter", f"{name} {message}.", violations)


def invalid_product(*found: Violation) -> Problem:
    text = f"{counted(len(found), 'violation')}, each with its field."
    return Problem("invalid_product", text, found)


def counted(number: int, noun: str) -> str:
    """Both in words: `1 violation`, `4 violations`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
