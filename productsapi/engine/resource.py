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
    UNTAGGED = "it carries no stack's tag"
    OTHER_STACK = "it carries another stack's tag"


@dataclass(frozen=True)
class Note:
    """Something to report that is no change; one that `exposes_access` lets someone in.

    JSON output that holds nothing but changes has those too that expose access or warn. `brief`
    is a shorter text, for a screen that holds much else; without it `text` is shown.
    """

    text: str
    exposes_access: bool = False
    warns: bool = False
    brief: str = ""


@dataclass(frozen=True)
class Observed:
    """A resource as it was found.

    `fields` holds what we manage, in the shape that `Resource.want` gives it; `raw` is AWS's own
    answer, for updates that must send back what isn't ours. `notes` says what else was seen in it
    that isn't ours and isn't changed. `identity` is AWS's id for it where its name isn't unique.
    `removal_blocker` says why it mustn't be removed, wanted or not, before a person has decided.
    `owner` names the other stack whose tag it carries.
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
        """Whether it should exist. A deploy removes what exists and isn't wanted."""
        return True

    @property
    def delete_after(self) -> tuple[Key, ...]:
        """For what isn't wanted: the keys of resources that come first when it is removed.

        Unlike `depends_on` it is never reversed: a deploy creates or changes those first, and a
        teardown removes them first.
        """
        return ()

    @property
    def opt_out(self) -> str:
        """The setting that switches it off, such as `api.key to false`; empty if there is none."""
        return ""

    @property
    def monthly(self) -> float:
        """Fixed cost in dollars a month, in us-east-1, beyond the free tier."""
        return 0.0

    def monthly_of(self, fields: Fields) -> float:
        """The same for a resource with these fields, where the price depends on them."""
        return self.monthly

    @property
    def exposure_fields(self) -> frozenset[str]:
        """Fields that let someone in when they differ from what is wanted: shown first."""
        return frozenset()

    @property
    def parent(self) -> Key | None:
        """The key of the resource whose removal removes this one too."""
        return None

    @abstractmethod
    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        """What is there now; None if nothing is."""

    def discover_orphans(self, aws: Aws) -> Iterable[Resource]:
        """Resources of its kind that no configuration names, found by listing."""
        return ()

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        """Why a teardown must leave this one. Asked for the plan, and again just before removal."""
        return None

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        """Remove what was observed; what is gone already is fine."""
        raise AssertionError(f"{self.key} goes with {self.parent}, or isn't ours to remove")


class Managed(Resource):
    """Should exist, in the state that `want` gives."""

    unique: ClassVar[bool] = True
    """Whether AWS refuses a second one of the same identity. If not, a create whose answer was
    lost is looked for before it is repeated."""
    immutable: ClassVar[Mapping[str, str]] = {}
    """Fields that only replacing could change, each with the way out that a person has."""
    regenerates: ClassVar[tuple[Output, ...]] = ()
    """Outputs that a change gives anew: a deployment is never changed, another one is made."""

    @property
    def create_blocker(self) -> str:
        """Why it can't be created where it doesn't exist, and what a person can do about it."""
        return ""

    @property
    def price(self) -> str:
        """What it costs to have, where that isn't next to nothing.

        A monthly amount must be in `monthly` too, so that the sum is of what is shown.
        """
        return dollars(self.monthly) if self.monthly else ""

    def on_hold(self, known: Outputs, observed: Observed | None) -> tuple[str, ...]:
        """What `want` would make live again after a rollback from it, as text."""
        return ()

    @abstractmethod
    def want(self, known: Outputs) -> Fields:
        """The wanted fields; Unknown where a value depends on something yet to be created."""

    def create(self, aws: Aws, known: Outputs) -> Given:
        """Create it and return its outputs.

        Raises AlreadyExists where AWS refuses a second one, Refused for what is only updated.
        """
        raise Refused(f"{self.key} isn't there any more", "repeat the command: it looks again")

    @abstractmethod
    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        """Change the `changed` fields to what `want` gives; returns new outputs, if any."""

    def delete(self, aws: Aws, observed: Observed) -> None:
        """Remove it; what is gone already is fine. Parts have none: they go with their parent."""
        super().remove(aws, Outputs(), observed)

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        self.delete(aws, observed)
        return {}


class Upsert(Managed):
    """Created and overwritten by one and the same call."""

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        return self.create(aws, known)


class ReadOnly(Managed):
    """May have been created by others: read, and never changed."""

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        raise AssertionError("what is there is taken as it is")


class Cleanup(Resource):
    """Left by earlier runs or by others: reported or removed, never created."""

    def remains(self, known: Outputs, observed: Observed) -> Fields:
        """What a deploy leaves of the fields that were observed: nothing, usually."""
        return {name: {} for name in observed.fields}
