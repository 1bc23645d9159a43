"""One call: how it is sent, what its answer must be, and which of its errors pass by themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.clients import Clients
from productsapi.aws.error_mapping import LOCAL_CLOUD_GONE
from productsapi.aws.location import Location
from productsapi.aws.read_after_write import REMOVES, OwnWrites
from productsapi.aws.request import send
from productsapi.aws.retries import LOST, NEW, UNPARSEABLE_RESPONSE, Transient
from productsapi.aws.retryable_errors import transient
from productsapi.errors import AlreadyExists, AwsError, Interrupted, Unintelligible

MAKES_A_SECOND_ONE = frozenset(
    {
        "CreateApiKey",
        "CreateAuthorizer",
        "CreateDeployment",
        "CreateRestApi",
        "CreateUsagePlan",
        "CreateUserPool",
        "CreateUserPoolClient",
    }
)
"""Creates that AWS carries out again when they are sent again: never repeated unseen.

Of an authorizer AWS refuses a second one of the name, with a code that no page lists."""

SENT_ONCE = MAKES_A_SECOND_ONE | {"PutParameter", "DeleteParameter"}
"""Sent again after its answer was lost, a call about the lease could meet the next run's."""

DONE_ALREADY = {"CreateUsagePlanKey", "PutMethodResponse"}
"""Where «there is one already», after an answer was lost, says that the lost one did it (G19)."""


@dataclass
class Call:
    """A call that may be sent several times; `lost`: one that may have taken effect was."""

    clients: Clients
    location: Location
    writes: OwnWrites
    service: str
    operation: str
    params: Mapping[str, Any]
    lost: bool = False

    def send(self, guard: Callable[[], None]) -> dict[str, Any]:
        """Send it once. Raises AwsError or one of its kinds, CredentialsError, ConfigError."""
        if self.operation in MAKES_A_SECOND_ONE:
            guard()
        try:
            client = self.clients.get(self.service)
            answer = send(client, self.location, self.service, self.operation, self.params)
        except AlreadyExists:  # which those who are asked for it may not know yet
            self._note({})
            if self.lost and self.operation in DONE_ALREADY:
                return {}
            raise
        except Interrupted:
            self.lost = True
            raise
        self._note(answer)
        return answer

    def passing(self, error: AwsError) -> Transient | None:
        """What an error means, if it is one that passes."""
        if found := transient(self.service, self.operation, error.code, error.text):
            return found
        if isinstance(error, Interrupted):
            return self._repeatable(error)
        if self.lost and REMOVES.fullmatch(self.operation):
            return None  # not there any more, by the call whose answer was lost
        new = self.writes.not_shown_yet(self.service, self.operation, self.params, error)
        return Transient(f"AWS doesn't show the new {new} yet", NEW) if new else None

    def _repeatable(self, error: Interrupted) -> Transient | None:
        if self.operation in SENT_ONCE or error.code == LOCAL_CLOUD_GONE:
            return None
        if isinstance(error, Unintelligible):
            return Transient("AWS's answer can't be read", UNPARSEABLE_RESPONSE)
        return Transient("AWS gave no answer, or an internal error", LOST)

    def _note(self, answer: Mapping[str, Any]) -> None:
        self.writes.note(self.service, self.operation, self.params, answer)
