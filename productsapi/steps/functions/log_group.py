"""Where a function's logs go, and when they end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key
from productsapi.engine.outputs import Outputs
from productsapi.engine.resource import Observed, Resource
from productsapi.stack import kinds, log_group
from productsapi.stack.previous_names import left_over, previous_names


@dataclass(frozen=True)
class LogGroup(log_group.LogGroup):
    """Made before the function, so that no log is ever written without an end to its keeping."""

    function: str
    step = "functions"
    kind = kinds.LOG_GROUP

    @property
    def name(self) -> str:
        return self.stack.log_group(self.function)

    @property
    def retention_days(self) -> int:
        return self.stack.config.functions.log_retention_days

    @property
    def depends_on(self) -> tuple[Key, ...]:
        """The role first: all else of a function is found by it later, see previous_names.py."""
        return (kinds.ROLE(self.stack.role_name(self.function)),)

    def discover_orphans(self, aws: Aws) -> Iterable[Resource]:
        return [
            PreviousLogGroup(self.stack, self.function, n) for n in previous_names(self.stack, aws)
        ]


@dataclass(frozen=True)
class PreviousLogGroup(LogGroup):
    """The logs of a function that is called otherwise now."""

    former: str
    wanted = False

    @property
    def name(self) -> str:
        return f"/aws/lambda/{self.former}"

    @property
    def delete_after(self) -> tuple[Key, ...]:
        return (kinds.FUNCTION(self.former),)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        return left_over(super().read(aws, known))
