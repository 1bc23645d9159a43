"""Reading: what is there, of everything a stack consists of, in parallel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from productsapi.aws.caller import Asked, Aws, Stopped
from productsapi.engine.graph import reading_edges
from productsapi.engine.names import Key, Output
from productsapi.engine.opt_out_hint import with_opt_out_hint
from productsapi.engine.outputs import Outputs
from productsapi.engine.resource import Note, Observed, Resource
from productsapi.engine.scheduler import run


@dataclass(frozen=True)
class Reading:
    """Everything seen in one look, in the order of the resources. Only ours give outputs."""

    observed: Mapping[Key, Observed]
    outputs: Outputs
    orphans: tuple[Resource, ...] = ()
    """What belongs to the stack beyond what was asked for: see `Resource.discover_orphans`."""
    asked: tuple[Asked, ...] = ()
    """The calls that it took, for a second look to begin at once."""

    @property
    def notes(self) -> tuple[Note, ...]:
        """What no change reports; first what lets someone in."""
        notes = [note for seen in self.observed.values() for note in seen.notes]
        return tuple(sorted(notes, key=lambda note: not note.exposes_access))

    def get(self, resource: Resource) -> Observed | None:
        return self.observed.get(resource.key)


def read(resources: Iterable[Resource], aws: Aws, before: Reading | None = None) -> Reading:
    """Look at each resource; a call that several of them need is made once.

    Where `aws` remembers already, what is looked at by the same one later is part of this look.
    A second look begins with all that the one `before` it asked.
    Raises the first error met, or KeyboardInterrupt.
    """
    asked_for = {r.key: r for r in resources}
    others: dict[str, Resource] = {}
    observed: dict[Key, Observed] = {}
    outputs: dict[Output, str] = {}
    looking = aws if aws.memory else aws.remembering(before.asked if before else ())

    def look(resource: Resource) -> None:
        with with_opt_out_hint(resource):
            seen = resource.read(looking, Outputs(outputs).only(resource.lookup_inputs))
        if seen is not None:
            observed[resource.key] = seen
            if seen.ours:
                outputs.update(seen.outputs)
        others.update(
            {r.key: r for r in resource.discover_orphans(looking) if r.key not in asked_for}
        )

    look_at(asked_for.values(), look, aws)
    found = tuple(sorted(others.values(), key=lambda r: r.key))
    look_at(found, look, aws)
    in_order = [r.key for r in (*asked_for.values(), *found) if r.key in observed]
    return Reading({k: observed[k] for k in in_order}, Outputs(outputs), found, looking.asked)


def look_at(resources: Iterable[Resource], look: Callable[[Resource], None], aws: Aws) -> None:
    """Look at each of them, side by side. Raises the first error met, or KeyboardInterrupt."""
    resources = list(resources)
    outcome = run(resources, reading_edges(resources), look, stop=aws.stop, one_at_a_time=False)
    if outcome.interrupted:
        raise KeyboardInterrupt
    for error in sorted(outcome.errors.values(), key=lambda e: isinstance(e, Stopped)):
        raise error
