"""What DynamoDB, or the way to it, said instead of an answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

PASSING = {
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "ReplicatedWriteConflictException",
    "RequestLimitExceeded",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionConflictException",
    "TransactionInProgressException",
}
"""Codes after which the same request may do well a moment later."""
CONDITION_FAILED = "ConditionalCheckFailedException"
DENIED = "AccessDeniedException"

UNREACHABLE = "Unreachable"
UNTRUSTED = "Untrusted"
UNREADABLE = "Unreadable"
"""Codes of our own: no answer, a wrong certificate, an answer that DynamoDB never gives."""


class ServiceError(Exception):
    """One call's failure. Its text is the code: a message may repeat what was sent."""

    def __init__(  # noqa: PLR0913 - an error's parts
        self,
        operation: str,
        code: str,
        message: str = "",
        *,
        status: int = 0,
        request_id: str = "",
        item: dict[str, Any] | None = None,
        maybe_done: bool = False,
    ) -> None:
        super().__init__(code)
        self.operation = operation
        self.code = code
        self.message = message
        self.status = status
        self.request_id = request_id
        self.item = item or {}  # what stood there when a condition failed
        self.maybe_done = maybe_done or status >= HTTPStatus.INTERNAL_SERVER_ERROR
        self.clock_was_set = False  # by this very answer: the next try is signed for its time
        self.was_retried = False  # an earlier try of the same call may have taken effect

    @property
    def passes(self) -> bool:
        """Whether the same request may do well a moment later."""
        failed = self.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        return failed or self.code in PASSING or self.code in (UNREACHABLE, UNREADABLE)


def is_passing(error: BaseException) -> bool:
    return isinstance(error, ServiceError) and error.passes


def is_denied(error: BaseException) -> bool:
    """Whether the function's role lacks a right; or has it, and this environment can't tell yet."""
    return isinstance(error, ServiceError) and error.code == DENIED
