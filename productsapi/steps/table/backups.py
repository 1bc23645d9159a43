"""Point-in-time recovery of the table."""

from __future__ import annotations

from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.errors import NotFound
from productsapi.stack import kinds
from productsapi.steps.table.part import TablePart


@dataclass(frozen=True)
class Backups(TablePart, Managed):
    """Point-in-time recovery: a setting of the table with calls, and a wait, of its own."""

    kind = kinds.BACKUPS

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        try:
            answer = aws.call("dynamodb", "DescribeContinuousBackups", TableName=self.name)
        except NotFound:
            return None
        recovery = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        enabled = recovery.get("PointInTimeRecoveryStatus") == "ENABLED"
        return Observed({"point_in_time_recovery": enabled})

    def want(self, known: Outputs) -> Fields:
        return {"point_in_time_recovery": self.stack.config.table.point_in_time_recovery}

    def create(self, aws: Aws, known: Outputs) -> Given:
        """A new table has none, so only switching it on takes a call."""
        return self._set(aws) if self.stack.config.table.point_in_time_recovery else {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        return self._set(aws)

    def _set(self, aws: Aws) -> Given:
        enabled = self.stack.config.table.point_in_time_recovery
        aws.call(
            "dynamodb",
            "UpdateContinuousBackups",
            TableName=self.name,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": enabled},
        )
        return {}
