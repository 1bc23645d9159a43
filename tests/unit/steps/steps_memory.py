"""What moto answers, kept until something changes: a look at a stack asks sixty times the same.

Each service's answers belong to the state that it is in. A changing call begins another state; an
account that is put back is in its former one again. Where a test has got hold of moto's inside,
nobody sees what it does there, and of that service nothing is kept any more.
"""

from __future__ import annotations

import json
import pickle
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

HARMLESS = ("Get", "List", "Describe", "Scan")


class Answer(NamedTuple):
    status: int
    packed: bytes
    """Each reader gets its own, to be altered at will."""

    @property
    def parsed(self) -> dict[str, Any]:
        return cast("dict[str, Any]", pickle.loads(self.packed))  # noqa: S301 - packed here


State = dict[tuple[str, str], Answer]
"""One service's answers, by operation and parameters, as long as nothing changes in it."""
States = Mapping[str, State]


class Asked(NamedTuple):
    """A reading call, and the state of its service when it was made."""

    service: str
    operation: str
    params: str
    state: State


class Memory:
    """The answers of the states in which moto's services are now."""

    def __init__(self, reached_into: Callable[[], frozenset[str]]) -> None:
        self._reached_into = reached_into
        self._of_nothing: defaultdict[str, State] = defaultdict(dict)
        self._states = self._of_nothing

    def empty(self) -> None:
        """The account is; what others that were empty have answered still holds."""
        self._states = self._of_nothing

    def put_back(self, states: States) -> None:
        self._states = defaultdict(dict, states)

    def states(self) -> States:
        """To be put back with the account that is in them."""
        held = self._reached_into()
        return {service: state for service, state in self._states.items() if service not in held}

    def changed(self, service: str) -> None:
        self._states = defaultdict(dict, {**self._states, service: {}})

    def asked(self, service: str, operation: str, params: Mapping[str, Any]) -> Asked | None:
        """None where the answer isn't to be kept."""
        if not operation.startswith(HARMLESS) or service in self._reached_into():
            return None
        text = json.dumps(params, sort_keys=True, default=repr)
        return Asked(service, operation, text, self._states[service])

    def keep(self, asked: Asked, status: int, parsed: Mapping[str, Any]) -> None:
        """Unless something has changed since it was asked."""
        if self._states[asked.service] is asked.state:
            answer = Answer(status, pickle.dumps(dict(parsed)))
            asked.state[asked.operation, asked.params] = answer

    def get(self, asked: Asked) -> Answer | None:
        return asked.state.get((asked.operation, asked.params))
