"""Where the next run finds what has no unique name: ids in the table's tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Observed, Outputs
from productsapi.steps.table.part import TAGS, TablePart

POINTERS = {
    "productsapi:rest-api-id": "api_id",
    "productsapi:user-pool-id": "user_pool_id",
    "productsapi:client-id": "client_id",
}
"""Tags that spare listing every API and pool of an account, whose names aren't unique."""


@dataclass(frozen=True)
class Pointers(TablePart):
    """The ids of API, pool and client in the table's tags, which any run reads anyway."""

    kind = "pointers"
    lane = TAGS
    needs = tuple(POINTERS.values())
    located_by = tuple(f"pointer to {output}" for output in POINTERS.values())

    @property
    def after(self) -> tuple[str, ...]:
        """Once twins are gone: they are only found while no pointer tells which one is ours."""
        config = self.stack.config
        twins = (f"twin rest api {config.api.name}", f"twin user pool {config.user_pool.name}")
        return (*super().after, *twins)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        found = {output: known.get(f"pointer to {output}") for output in POINTERS.values()}
        return Observed(dict(found)) if any(found.values()) else None

    def want(self, known: Outputs) -> Fields:
        return {output: known[output] for output in POINTERS.values()}

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        tags = [{"Key": tag, "Value": known[output]} for tag, output in POINTERS.items()]
        arn = self.stack.place.table_arn(self.name)
        aws.call("dynamodb", "TagResource", ResourceArn=arn, Tags=tags)
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        return self.create(aws, known)
