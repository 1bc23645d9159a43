"""Retrying, for as long as each kind of «not yet» deserves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from productsapi.aws.retries import Transient
from productsapi.errors import AwsError, Interrupted

Answer = TypeVar("Answer")


@dataclass
class _Used:
    """Of one kind's budget: since when, and the pauses that are left."""

    since: float
    pauses: Iterator[float]


@dataclass
class RetryBudget:
    """How long one call is tried for. Each kind has a budget of its own, whatever came between."""

    clock: Callable[[], float]
    tries: int = 0
    waited: float = 0.0
    _used: dict[Transient, _Used] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._begun = self.clock()

    @property
    def seconds(self) -> float:
        """Since the first try; at least what was waited, where a test's clock doesn't move."""
        return max(self.clock() - self._begun, self.waited)

    def pause(self, passing: Transient) -> float | None:
        """Seconds until the next try, or None where that kind's time is over.

        The time that the tries themselves took counts too: one can be lost for a minute.
        """
        cadence = passing.cadence
        used = self._used.setdefault(passing, _Used(self.clock(), cadence.pauses()))
        if self.clock() - used.since >= cadence.total:
            return None
        seconds = next(used.pauses, None)
        self.waited += seconds or 0.0
        return seconds


def retry_while_transient(
    ask: Callable[[], Answer],
    passing: Callable[[AwsError], Transient | None],
    wait: Callable[[float, str], object],
    clock: Callable[[], float],
) -> Answer:
    """Ask until there is an answer, or an error that doesn't pass, or not in its time.

    Raises that error, with how often and for how long it was asked.
    """
    budget = RetryBudget(clock)
    while True:
        budget.tries += 1
        try:
            return ask()
        except AwsError as error:
            found = passing(error)
            seconds = budget.pause(found) if found else None
            if found is None or seconds is None:
                if found or isinstance(error, Interrupted):
                    error.given_up(budget.tries, budget.seconds)
                raise
        wait(seconds, found.reason)
