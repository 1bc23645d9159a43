"""Reading: what is there, of everything a stack consists of, in parallel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from productsapi.aws.caller import Aws, Stopped
from productsapi.engine.graph import reading_edges, run
from productsapi.engine.resource import Note, Observed, Outputs, Resource


@dataclass(frozen=True)
class Reading:
    """Everything seen in one look. Only what is ours gives outputs."""

    observed: Mapping[str, Observed]
    outputs: Outputs

    @property
    def notes(self) -> tuple[Note, ...]:
        """What no change tells; first what lets someone in."""
        notes = [note for seen in self.observed.values() for note in seen.notes]
        return tuple(sorted(notes, key=lambda note: not note.door))

    def get(self, resource: Resource) -> Observed | None:
        return self.observed.get(resource.key)


def read(resources: Iterable[Resource], aws: Aws) -> Reading:
    """Look at each resource; a call that several of them need is made once.

    Raises the first error met, or KeyboardInterrupt.
    """
    resources = list(resources)
    observed: dict[str, Observed] = {}
    outputs: dict[str, str] = {}
    looking = aws.remembering()

    def look(resource: Resource) -> None:
        seen = resource.read(looking, Outputs(outputs))
        if seen is not None:
            observed[resource.key] = seen
            if seen.ours:
                outputs.update(seen.outputs)

    outcome = run(resources, reading_edges(resources), look, stop=aws.stop, one_at_a_time=False)
    if outcome.interrupted:
        raise KeyboardInterrupt
    for error in sorted(outcome.errors.values(), key=lambda e: isinstance(e, Stopped)):
        raise error
    return Reading(observed, Outputs(outputs))
