"""What a check says: one plain value, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from productsapi.errors import ProductsApiError


class State(str, Enum):
    """`doctor` says ok, warning or broken; `verify` says ok, warning, failed or open."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"
    FAILED = "failed"
    OPEN = "open"
    """Someone gets in, or could, who shouldn't: worse than anything that fails."""


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, in words, and what to do about it."""

    check: str
    state: State
    text: str
    fix: str = ""


def attempt(
    check: str, otherwise: State, look: Callable[[], Iterable[Finding]]
) -> Iterable[Finding]:
    """What `look` finds; where it can't be made, why. `otherwise` is how bad that is."""
    try:
        yield from look()
    except ProductsApiError as error:
        yield Finding(check, otherwise, f"can't be looked at: {error.message}", error.hint)


def worst(findings: Iterable[Finding]) -> State:
    """The gravest state of all, in the order in which State lists them."""
    order = list(State)
    return max((finding.state for finding in findings), key=order.index, default=State.OK)
