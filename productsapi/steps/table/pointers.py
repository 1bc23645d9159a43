"""Pointers in the table's tags: the ids of resources that have no unique name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key, Output
from productsapi.engine.outputs import LOST, Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.stack import kinds
from productsapi.stack.duplicates import DOUBT_TAG, Duplicates
from productsapi.stack.output_names import API_ID, CLIENT_ID, USER_POOL_ID, pointer_to
from productsapi.stack.tag_sync import Tagged, add_tags
from productsapi.steps.table.part import TAGS, TablePart

POINTERS: Mapping[str, Output] = {
    "productsapi:rest-api-id": API_ID,
    "productsapi:user-pool-id": USER_POOL_ID,
    "productsapi:client-id": CLIENT_ID,
}
"""Tags that spare listing every API and pool of an account, whose names aren't unique."""
MADE_NOW = Output("the table was made by this run")


@dataclass(frozen=True)
class Pointers(TablePart, Managed):
    """The ids of API, pool and client in the table's tags, which any run reads anyway.

    A further tag records since when something may exist twice: a late listing may show it only
    later, and without that tag no later run would look for it.
    """

    duplicates: tuple[Duplicates, ...] = ()

    kind = kinds.POINTERS
    serial_group = TAGS
    inputs = tuple(POINTERS.values())
    lookup_inputs = tuple(map(pointer_to, POINTERS.values()))

    @property
    def depends_on(self) -> tuple[Key, ...]:
        """After duplicates are gone: they are only found while no pointer names one of them."""
        return (*super().depends_on, *(duplicates.key for duplicates in self.duplicates))

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        found: Fields = {output: known.get(pointer_to(output)) for output in POINTERS.values()}
        return Observed(found) if any(found.values()) else None

    def want(self, known: Outputs) -> Fields:
        return {output: known[output] for output in POINTERS.values()}

    def create(self, aws: Aws, known: Outputs) -> Given:
        """A run before this one made the table, and may have made more than it wrote down."""
        return self._write(aws, known, begun_before=not known.get(MADE_NOW))

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        return self._write(aws, known)

    def _write(self, aws: Aws, known: Outputs, *, begun_before: bool = False) -> Given:
        """Look at all that there is first: from then on nobody does."""
        found = [
            duplicate
            for duplicates in self.duplicates
            for duplicate in duplicates.beside(aws, known)
        ]
        if found:
            ids = ", ".join(duplicate.identity for duplicate in found)
            aws.on_wait(f"AWS shows by now what was made twice, {ids}: see `productsapi plan`")
        tags: dict[str, Any] = {tag: known[output] for tag, output in POINTERS.items()}
        if found or begun_before or self.stack.after_a_kill or known.get(LOST):
            tags[DOUBT_TAG] = self.stack.began.isoformat(timespec="seconds")
        arn = self.stack.location.table_arn(self.name)
        add_tags(aws, Tagged("dynamodb", arn), tags)
        return {}
