"""Answers by call, for a look that many take part in: each question is asked once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from productsapi.errors import AwsError

Asked = tuple[str, str, str]
"""A call: service, operation, and its parameters as JSON."""


def key(service: str, operation: str, params: Mapping[str, Any]) -> Asked:
    return service, operation, json.dumps(params, sort_keys=True)


class Memory:
    """The first to ask makes the call, the others wait for its answer."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._locks: dict[Asked, Lock] = {}
        self._answers: dict[Asked, dict[str, Any] | AwsError] = {}

    @property
    def asked(self) -> tuple[Asked, ...]:
        with self._lock:
            return tuple(self._locks)

    def once(self, asked: Asked, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        with self._lock:
            lock = self._locks.setdefault(asked, Lock())
        with lock:
            if asked not in self._answers:
                try:
                    self._answers[asked] = ask()
                except AwsError as error:
                    self._answers[asked] = error
            answer = self._answers[asked]
        if isinstance(answer, AwsError):
            raise answer
        return answer
