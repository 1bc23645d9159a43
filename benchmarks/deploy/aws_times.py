"""How long things take on AWS, as seen there (facts K, «Times seen on AWS»), drawn by lot.

The lot is the same for every tool: it hangs on the seed and the thing's name alone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

CALL = 0.08
FROM_ELSEWHERE = 0.25
"""A call within the Region, and one from farther away."""
CALLS = (CALL, FROM_ELSEWHERE)

SECONDS = {
    "CreateFunction": 0.6,
    "CreateUserPool": 0.5,
    "CreateTable": 0.3,
    "CreateRestApi": 0.6,
    "DeleteRestApi": 0.9,
}
"""How long a call takes within the Region, where it isn't CALL."""
REFUSED = 0.35
"""A change that is refused costs no less."""

WARM_ROLE = 1.5
"""A role whose name was used before."""
FUNCTION_PENDING = 2.0
FUNCTION_UPDATING = 1.0
TABLE_CREATING = 4.0
INDEX_CREATING = 480.0

ROLE, DELETING = "role not assumable", "table DELETING"
"""The waits that are drawn by lot."""


@dataclass(frozen=True)
class Times:
    """`used` are the names of roles that were made in former runs."""

    call: float = CALL
    seed: str = ""
    used: frozenset[str] = field(default_factory=frozenset)

    def of_call(self, operation: str, *, refused: bool = False) -> float:
        """A service's own share is the same, wherever it is called from."""
        farther = self.call - CALL
        return (REFUSED if refused else SECONDS.get(operation, CALL)) + farther

    def role_assumable(self, role: str) -> float:
        """7 to 12 s for nine in ten, up to 14 s for nearly all others, rarely up to a minute."""
        if role in self.used:
            return WARM_ROLE
        lot, which = self._lot(role), self._lot(f"{role}'s tail").random()
        if which < 0.9:
            return lot.uniform(7, 12)
        return lot.uniform(12, 14) if which < 0.99 else lot.uniform(14, 60)

    def table_deleting(self, table: str) -> float:
        return self._lot(f"{table} deleted").uniform(5, 30)

    def edge_lag(self, operation: str) -> float:
        """For so long requests may still meet what was deployed before (K11, G11)."""
        return self._lot(f"edge after {operation}").uniform(5, 30)

    def _lot(self, what: str) -> random.Random:
        return random.Random(f"{self.seed}/{what}")  # noqa: S311 - a model's times, no secret
