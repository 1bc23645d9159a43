"""Which of several is ours, where AWS takes any number of one name: REST APIs and user pools.

The tag says it. Several of ours come of a create whose answer was lost: all but one are empty then,
and go. Several that are nobody's are for the user to choose from.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, NeverMade, Observed, Outputs
from productsapi.errors import NotFound, Refused
from productsapi.steps.stack import STACK_TAG, Stack

SEPARATOR = ", "


@dataclass(frozen=True)
class Kind:
    """What is looked for, in words, and the option that chooses one."""

    one: str
    many: str
    option: str


@dataclass(frozen=True)
class Candidate:
    identity: str
    name: str
    tags: Mapping[str, str]
    made: datetime | None
    answer: Mapping[str, Any]

    @property
    def age(self) -> tuple[float, str]:
        """Sorts the eldest first, the same for all who look."""
        return (self.made.timestamp() if self.made else 0.0, self.identity)


@dataclass(frozen=True)
class Choice:
    """The one that is meant; `told` names it, or all that could be meant; `twins` are to go."""

    chosen: Candidate | None = None
    told: str = ""
    twins: str = ""


@dataclass(frozen=True)
class Twins(NeverMade):
    """Empty doubles of ours. AWS takes a create that is sent again for another one."""

    stack: Stack
    wanted = False
    output: ClassVar[str]
    """The named output that tells their ids: who reads the one that is meant sees the others."""

    @property
    def located_by(self) -> tuple[str, ...]:
        return (self.output,)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        ids = known.get(self.output)
        return Observed({}, identity=ids) if ids else None

    def want(self, known: Outputs) -> Fields:
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        raise AssertionError("a twin only goes")

    def delete(self, aws: Aws, observed: Observed) -> None:
        for identity in observed.identity.split(SEPARATOR):
            with suppress(NotFound):
                if self.is_empty(aws, identity):  # as it was when the plan was made
                    self.remove(aws, identity)

    @abstractmethod
    def is_empty(self, aws: Aws, identity: str) -> bool:
        """Whether nothing was put in, or built upon it."""

    @abstractmethod
    def remove(self, aws: Aws, identity: str) -> None:
        """Remove one that is empty."""


def choose(  # noqa: PLR0913 - one of each, by name
    stack: Stack,
    kind: Kind,
    candidates: Iterable[Candidate],
    *,
    name: str,
    asked: str | None,
    is_empty: Callable[[Candidate], bool],
) -> Choice:
    """Ours; else, for taking over, what the user asked for or the only one of the name.

    Raises Refused, with their ids, where it can't be told which is meant.
    """
    candidates = list(candidates)
    ours = [c for c in candidates if stack.owns(c.tags)]
    if ours:
        kept = _with_content(stack, kind, ours, is_empty) if len(ours) > 1 else ours[0]
        settled(kind, kept.identity, asked)
        twins = SEPARATOR.join(c.identity for c in ours if c is not kept)
        return Choice(kept, kept.identity, twins)
    if asked:
        return Choice(_asked(kind, candidates, asked), asked)
    free = [c for c in candidates if c.name == name and STACK_TAG not in c.tags]
    ids = SEPARATOR.join(c.identity for c in free)
    if len(free) > 1 and stack.adopt:
        raise Refused(
            f"there are {len(free)} {kind.many} of the name {name}: {ids}",
            f"say which: `productsapi deploy --adopt {kind.option} {free[0].identity}`",
        )
    return Choice(free[0] if free else None, ids)


def settled(kind: Kind, ours: str, asked: str | None) -> None:
    """Raise Refused where another one is asked for than the one that this stack has."""
    if asked not in {None, ours}:
        text = f"this stack has its {kind.one} already, {ours}: {asked} can't be taken over beside"
        raise Refused(text, f"leave {kind.option} away")


def elder(stack: Stack, made: Candidate, others: Iterable[Candidate]) -> Candidate | None:
    """Ours that was there before the one just made. Whoever made the younger one gives it up."""
    ours = [c for c in others if stack.owns(c.tags) and c.age < made.age]
    return min(ours, key=lambda c: c.age, default=None)


def _with_content(
    stack: Stack, kind: Kind, ours: list[Candidate], is_empty: Callable[[Candidate], bool]
) -> Candidate:
    full = [c for c in ours if not is_empty(c)]
    if len(full) > 1:
        ids = SEPARATOR.join(c.identity for c in full)
        raise Refused(
            f"{len(full)} {kind.many} carry the tag {STACK_TAG}={stack.config.stack}: {ids}",
            "remove the one that isn't in use, or its tag, then repeat the command",
        )
    return full[0] if full else min(ours, key=lambda c: c.age)


def _asked(kind: Kind, candidates: list[Candidate], asked: str) -> Candidate:
    found = next((c for c in candidates if c.identity == asked), None)
    if found is None:
        raise Refused(f"there is no {kind.one} {asked} here", f"correct {kind.option}")
    return found
