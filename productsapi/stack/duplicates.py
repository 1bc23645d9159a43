"""Duplicates: which of several of one name is ours, and removing our own empty ones.

REST APIs and user pools may share a name: the tag decides. Several with our tag come from a create
whose answer was lost: all but one are empty then, and are removed. Of several without a stack's tag
the user has to choose one.

While a pointer names the one in use, others are not searched for, except with --find-doubles, and
for an hour after an answer was lost or a run was killed before it wrote the pointers.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from productsapi.aws.caller import Aws
from productsapi.engine.names import Output
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Cleanup, Observed
from productsapi.errors import NotFound, Refused
from productsapi.stack import STACK_TAG, Stack
from productsapi.stack.output_names import pointer_to

SEPARATOR = ", "
LAG = timedelta(seconds=30)
"""For which AWS's listings may not show what was made. What is younger isn't known to be empty."""
IN_DOUBT = Output("in doubt whether anything was made twice")
"""Since when."""
DOUBT_TAG = "productsapi:in-doubt"
"""The same, as a tag of the table."""
DOUBT = timedelta(hours=1)


def doubt(stack: Stack, tags: Mapping[str, str]) -> Given:
    """What the table's tags record of it, as an output; nothing once it is long ago."""
    reported = tags.get(DOUBT_TAG, "")
    with suppress(ValueError, TypeError):  # of what somebody else has written there
        if stack.began - datetime.fromisoformat(reported) < DOUBT:
            return {IN_DOUBT: reported}
    return {}


@dataclass(frozen=True)
class Wording:
    """What is looked for, as text, and the option that chooses one."""

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
        """Sorts the oldest first, the same for all who look."""
        return (self.made.timestamp() if self.made else 0.0, self.identity)


@dataclass(frozen=True)
class Choice:
    """The one that is meant; `label` names it, or all that could be meant."""

    chosen: Candidate | None = None
    label: str = ""


@dataclass(frozen=True)
class Duplicates(Cleanup):
    """Duplicates of what is in use. AWS takes a create that is sent again for another one.

    Those go that are proven to be empty; what isn't is for a person to decide.
    """

    stack: Stack
    wanted = False
    of: ClassVar[Wording]
    used: ClassVar[Output]
    """The output with the id of the one in use."""

    @property
    def lookup_inputs(self) -> tuple[Output, ...]:
        return (self.used, pointer_to(self.used), IN_DOUBT)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        if not self.looked_for(known):
            return None
        duplicates = self.beside(aws, known)
        if not duplicates:
            return None
        ids = SEPARATOR.join(duplicate.identity for duplicate in duplicates)
        stays = [
            (duplicate, why) for duplicate in duplicates if (why := self.content(aws, duplicate))
        ]
        reason = self._stays(known[self.used], stays) if stays else ""
        raw = {"duplicates": duplicates, "used": known[self.used]}
        return Observed({}, identity=ids, raw=raw, removal_blocker=reason)

    def looked_for(self, known: Outputs) -> bool:
        """Without a pointer to the one in use, all of them were listed anyway."""
        used = known.get(self.used)
        if not used:
            return False
        pointed = used == known.get(pointer_to(self.used))
        return not pointed or self.stack.find_doubles or bool(known.get(IN_DOUBT))

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        duplicates = observed.raw["duplicates"]
        stays = [
            (duplicate, why) for duplicate in duplicates if (why := self.content(aws, duplicate))
        ]
        return self._stays(observed.raw["used"], stays) if stays else None

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        """Look again just before: something may have been put in since the plan was made."""
        asking = aws.forgetting()
        for duplicate in observed.raw["duplicates"]:
            self._wait_until_known(aws, duplicate)
            with suppress(NotFound):
                if not self.content(asking, duplicate):
                    self.remove_one(asking, duplicate)
        return {}

    def _stays(self, used: Any, duplicates: list[tuple[Candidate, str]]) -> str:
        text = "; ".join(f"{duplicate.identity}: {why}" for duplicate, why in duplicates)
        return (
            f"this stack has more than one {self.of.one}: {used}, which is in use, beside {text}. "
            f"It isn't removed: where nobody needs it, remove its tag {STACK_TAG}"
        )

    def _wait_until_known(self, aws: Aws, duplicate: Candidate) -> None:
        """Wait until listings show what is in it. Without a known age it may be new."""
        age = self.stack.began - duplicate.made if duplicate.made else timedelta()
        left = (LAG - max(age, timedelta())).total_seconds()
        if left > 0:
            aws.wait(
                left, f"what is in the new {self.of.one} {duplicate.identity} may not show yet"
            )

    @abstractmethod
    def beside(self, aws: Aws, known: Outputs) -> list[Candidate]:
        """Those of ours beside the one in use, by a full listing."""

    @abstractmethod
    def content(self, aws: Aws, duplicate: Candidate) -> str:
        """Why one isn't proven to be empty. Raises NotFound where it has gone."""

    @abstractmethod
    def remove_one(self, aws: Aws, duplicate: Candidate) -> None:
        """Remove one that is empty."""


def choose(  # noqa: PLR0913 - one of each, by name
    stack: Stack,
    kind: Wording,
    candidates: Iterable[Candidate],
    *,
    name: str,
    asked: str | None,
    is_empty: Callable[[Candidate], bool],
) -> Choice:
    """Ours; else, for taking over, what the user asked for or the only one of the name.

    Raises Refused, with their ids, where it isn't clear which one is meant.
    """
    candidates = list(candidates)
    ours = [c for c in candidates if stack.owns(c.tags)]
    if ours:
        kept = _with_content(stack, kind, ours, is_empty) if len(ours) > 1 else ours[0]
        settled(kind, kept.identity, asked)
        return Choice(kept, kept.identity)
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


def settled(kind: Wording, ours: str, asked: str | None) -> None:
    """Raise Refused where another one is asked for than the one that this stack has."""
    if asked not in {None, ours}:
        text = f"this stack has its {kind.one} already, {ours}: {asked} can't be taken over beside"
        raise Refused(text, f"leave {kind.option} out")


def oldest(stack: Stack, made: Candidate, others: Iterable[Candidate]) -> Candidate | None:
    """Ours that was there before the one just made. Whoever made the younger one gives it up."""
    ours = [c for c in others if stack.owns(c.tags) and c.age < made.age]
    return min(ours, key=lambda c: c.age, default=None)


def _with_content(
    stack: Stack, kind: Wording, ours: list[Candidate], is_empty: Callable[[Candidate], bool]
) -> Candidate:
    full = [c for c in ours if not is_empty(c)]
    if len(full) > 1:
        ids = SEPARATOR.join(c.identity for c in full)
        raise Refused(
            f"{len(full)} {kind.many} carry the tag {STACK_TAG}={stack.config.stack}: {ids}",
            f"remove the tag {STACK_TAG} from those that aren't in use, then repeat the command",
        )
    return full[0] if full else min(ours, key=lambda c: c.age)


def _asked(kind: Wording, candidates: list[Candidate], asked: str) -> Candidate:
    found = next((c for c in candidates if c.identity == asked), None)
    if found is None:
        raise Refused(f"there is no {kind.one} {asked} here", f"correct {kind.option}")
    return found
