"""What the engine works on: resources, and how they were found."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, ClassVar

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key, Kind, Output
from productsapi.engine.outputs import Given, Outputs
from productsapi.errors import Refused

Fields = dict[str, Any]


class Ownership(Enum):
    """Whose it is: by its tags, or because the user says that we may take it over."""

    OURS = "ours"
    ADOPTED = "taken over"
    UNTAGGED = "it carries no stack's mark"
    OTHER_STACK = "it carries another stack's mark"


@dataclass(frozen=True)
class Note:
    """Something that no planned change tells; one that `exposes_access` lets someone in.

    Both that and what `warns` is told to programs too that ask for the changes alone.
    """

    text: str
    exposes_access: bool = False
    warns: bool = False


@dataclass(frozen=True)
class Observed:
    """A resource as it was found.

    `fields` holds what we manage, in the shape that `Resource.want` gives it; `raw` is AWS's own
    answer, for updates that must send back what isn't ours. `notes` tells what else was seen in it
    that is neither ours nor touched. `identity` is AWS's id for it where its name isn't unique.
    `removal_blocker` says why what isn't wanted mustn't go, and a person has to decide first.
    `owner` names the other stack whose mark it carries.
    """

    fields: Fields
    outputs: Given = field(default_factory=dict)
    ownership: Ownership = Ownership.OURS
    raw: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    identity: str = ""
    removal_blocker: str = ""
    owner: str = ""

    @property
    def ours(self) -> bool:
        return self.ownership in {Ownership.OURS, Ownership.ADOPTED}


def dollars(monthly: float) -> str:
    return f"about ${monthly:,.2f} a month"


class Resource(ABC):
    """One thing in the cloud that a stack consists of: a managed one, or something to clean up.

    `outputs` names those it gives, `inputs` those that a change of it uses, `lookup_inputs` those
    that `read` uses, `depends_on` the keys of resources that must be in place first though nothing
    of theirs is needed. Removing runs the other way round.
    """

    step: ClassVar[str]
    kind: ClassVar[Kind]
    serial_group: ClassVar[str | None] = None
    """Resources of one group are changed one at a time: API Gateway refuses concurrent changes."""

    @property
    @abstractmethod
    def name(self) -> str:
        """AWS's name for it, or the closest to one that a person would recognise."""

    @cached_property
    def key(self) -> Key:
        return self.kind(self.name)

    @property
    def outputs(self) -> tuple[Output, ...]:
        return ()

    @property
    def inputs(self) -> tuple[Output, ...]:
        return ()

    @property
    def lookup_inputs(self) -> tuple[Output, ...]:
        return ()

    @property
    def depends_on(self) -> tuple[Key, ...]:
        return ()

    @property
    def wanted(self) -> bool:
        """Whether it should be there at all. What isn't wanted any more is removed by a deploy."""
        return True

    @property
    def delete_after(self) -> tuple[Key, ...]:
        """For what isn't wanted: the keys of what must be done with before it goes.

        Never turned round as `depends_on` is: a deploy makes or changes those first, a teardown
        removes them first.
        """
        return ()

    @property
    def opt_out(self) -> str:
        """What to set in the configuration to do without it: `api.key to false`, if that can be."""
        return ""

    @property
    def monthly(self) -> float:
        """Dollars a month that it costs to have, used or not; in us-east-1, beyond what is free."""
        return 0.0

    def monthly_of(self, fields: Fields) -> float:
        """The same, of one that has these fields, where they make the price."""
        return self.monthly

    @property
    def exposure_fields(self) -> frozenset[str]:
        """Fields that let someone in when they differ from what is wanted: told first."""
        return frozenset()

    @property
    def parent(self) -> Key | None:
        """The key of the resource whose removal removes this one too."""
        return None

    @abstractmethod
    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        """What is there now; None if nothing is."""

    def discover_orphans(self, aws: Aws) -> Iterable[Resource]:
        """What there is of its kind that no configuration names, found by listing."""
        return ()

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        """Why a teardown must leave this one. Asked for the plan, and again just before removal."""
        return None

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        """Remove what was observed; what is gone already is fine."""
        raise AssertionError(f"{self.key} goes with {self.parent}, or isn't ours to remove")


class Managed(Resource):
    """What should be there, in the state that `want` tells."""

    unique: ClassVar[bool] = True
    """Whether AWS refuses a second one of the same identity. If not, a create whose answer was
    lost is looked for before it is repeated."""
    immutable: ClassVar[Mapping[str, str]] = {}
    """Fields that only replacing could change, each with the way out that a person has."""
    regenerates: ClassVar[tuple[Output, ...]] = ()
    """Outputs that a change gives anew: a deployment is never changed, another one is made."""

    @property
    def create_blocker(self) -> str:
        """Why it can't be made where it isn't there, and the way out that a person has."""
        return ""

    @property
    def price(self) -> str:
        """What it costs to have, where that isn't next to nothing.

        An amount a month stands in `monthly` too: what is told is what is added up.
        """
        return dollars(self.monthly) if self.monthly else ""

    def on_hold(self, known: Outputs, observed: Observed | None) -> tuple[str, ...]:
        """What `want` would bring back though a rollback went away from it, in words."""
        return ()

    @abstractmethod
    def want(self, known: Outputs) -> Fields:
        """What should be there, field by field; Unknown where it hangs on something to be made."""

    def create(self, aws: Aws, known: Outputs) -> Given:
        """Make it and return its outputs. Raises AlreadyExists where AWS refuses a second one.

        Raises Refused for what is only changed where it is.
        """
        raise Refused(f"{self.key} isn't there any more", "repeat the command: it looks again")

    @abstractmethod
    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        """Bring the `changed` fields to what `want` says and return new outputs, if any."""

    def delete(self, aws: Aws, observed: Observed) -> None:
        """Remove it; what is gone already is fine. Parts have none: they go with their parent."""
        super().remove(aws, Outputs(), observed)

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        self.delete(aws, observed)
        return {}


class Upsert(Managed):
    """What one call makes and overwrites: an update is that call again."""

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        return self.create(aws, known)


class TakenAsIs(Managed):
    """What others may have made: looked at, and never changed."""

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        raise AssertionError("what is there is taken as it is")


class Cleanup(Resource):
    """Left by earlier runs or by others: reported or removed, never created."""

    def remains(self, known: Outputs, observed: Observed) -> Fields:
        """What a deploy leaves of the fields that were observed: nothing, usually."""
        return {name: {} for name in observed.fields}
