"""What AWS allows the whole account, noted where the configuration may ask for more."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.outputs import Outputs
from productsapi.engine.resource import Cleanup, Note, Observed, Ownership
from productsapi.stack import Stack


@dataclass(frozen=True)
class AccountLimit(Cleanup):
    """Never made or changed: there where the configuration is beyond it."""

    stack: Stack
    wanted = False

    @property
    def name(self) -> str:
        return self.stack.location.region

    @abstractmethod
    def beyond(self, aws: Aws) -> list[str]:
        """What of the configuration is more than that, as text. One call at most."""

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        notes = tuple(Note(text) for text in self.beyond(aws))
        return Observed({}, ownership=Ownership.UNTAGGED, notes=notes) if notes else None
