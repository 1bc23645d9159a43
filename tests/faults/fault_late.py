"""Parameter Store as late as it may be: each read is answered by what stood before the last write.

Reads are eventually consistent (S1). What a version holds never changes: asked for by its number,
it is only unknown for as long as it is the newest.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from fault_calls import Request
from fault_kinds import Answer

READ, WRITES = "GetParameter", {"PutParameter", "DeleteParameter"}


@dataclass
class Late:
    """`answer` forwards a request itself, since between two of them nothing else may come."""

    former: dict[str, Answer] = field(default_factory=dict)
    """How each parameter was read before the last write to it."""
    lock: Lock = field(default_factory=Lock)

    def answer(
        self, operation: str, request: Request, forward: Callable[[Request], Answer]
    ) -> Answer | None:
        """None where it is about something else."""
        if operation not in WRITES | {READ}:
            return None
        name, _, number = str(json.loads(request.body)["Name"]).partition(":")
        with self.lock:
            if operation == READ:
                return self._read(name, number, request, forward)
            before = forward(_asking(name, request))
            answer = forward(request)
            if answer.status < 300:
                self.former[name] = before
            return answer

    def _read(
        self, name: str, number: str, request: Request, forward: Callable[[Request], Answer]
    ) -> Answer:
        former = self.former.get(name)
        if former is None:
            return forward(request)
        if not number:
            return former
        newest = json.loads(former.body).get("Parameter", {}).get("Version", 0)
        if int(number) > newest:
            return Answer(400, former.headers, b'{"__type": "ParameterVersionNotFound"}')
        return forward(request)


def _asking(name: str, request: Request) -> Request:
    """The read of a parameter by who sent `request`; the emulator checks no signature."""
    target = "X-Amz-Target"
    headers = {n: v for n, v in request.headers.items() if n.lower() != "content-length"}
    named = next(n for n in headers if n.lower() == target.lower())
    headers[named] = headers[named].rpartition(".")[0] + f".{READ}"
    return Request(request.method, request.path, headers, json.dumps({"Name": name}).encode())
