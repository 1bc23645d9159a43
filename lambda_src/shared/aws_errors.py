"""What an error of the AWS SDK means to us, told by its shape: no SDK is loaded to ask."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

TRANSIENT = {
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "ReplicatedWriteConflictException",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionConflictException",
}
DENIED = "AccessDeniedException"
UNREACHABLE = {"ConnectionError", "HTTPClientError"}
"""The bases of the SDK's connect, read and proxy errors and time-outs."""


def code_of(error: BaseException) -> str:
    """ConditionalCheckFailedException, …; empty for what isn't an answer of AWS."""
    return str(_part(error, "Error").get("Code", ""))


def message_of(error: BaseException) -> str:
    """May repeat what was sent: never for a log or an answer."""
    return str(_part(error, "Error").get("Message", ""))


def is_denied(error: BaseException) -> bool:
    """Whether the function's role lacks a right; or has it, and this environment can't tell yet."""
    return code_of(error) == DENIED


def was_retried(error: BaseException) -> bool:
    """Whether the SDK had sent the request before: that one may have taken effect."""
    return bool(_part(error, "ResponseMetadata").get("RetryAttempts"))


def is_transient(error: BaseException) -> bool:
    """Whether the same request may do well a moment later."""
    status = _part(error, "ResponseMetadata").get("HTTPStatusCode", 0)
    failed = isinstance(status, int) and status >= HTTPStatus.INTERNAL_SERVER_ERROR
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return code_of(error) in TRANSIENT or failed or bool(kinds & UNREACHABLE)


def _part(error: BaseException, name: str) -> dict[str, Any]:
    response = getattr(error, "response", None)
    part = response.get(name) if isinstance(response, dict) else None
    return part if isinstance(part, dict) else {}
