"""AWS's errors as plain text: what botocore raises becomes one of our tree, in one place."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from typing import Any, TypedDict

from botocore import exceptions as boto
from botocore import parsers
from botocore.parsers import ResponseParserError

from productsapi.aws.credentials import EXPIRED, NEW_CREDENTIALS, NO_ANSWER, concerned, unusable
from productsapi.aws.location import Location
from productsapi.aws.network import hint_for, without_passwords
from productsapi.errors import (
    AccessDenied,
    AlreadyExists,
    AwsError,
    Cancelled,
    ConfigError,
    CredentialsError,
    Interrupted,
    NotFound,
    Outdated,
    ProductsApiError,
    Unintelligible,
)

DENIED = {
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "AuthorizationError",
    "AuthorizationErrorException",
}
BAD_CREDENTIALS = {
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "IncompleteSignature",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "InvalidToken",
}
MISSING = {
    "ResourceNotFoundException",
    "NotFoundException",
    "NoSuchEntity",
    "TableNotFoundException",
    "ParameterNotFound",
    "NotFound",  # of SNS
    "NoSuchHostedZone",
    "ResourceNotFound",  # of CloudWatch's dashboards
    "DashboardNotFoundError",
}
OUTDATED = {"PreconditionFailedException"}
"""Of Lambda, HTTP 412: the revision that a change names isn't the latest."""
EXISTING = {
    "EntityAlreadyExists",
    "ResourceAlreadyExistsException",
    "ParameterAlreadyExists",
    "UsernameExistsException",
    "GroupExistsException",
    "ResourceExistsException",
}
EXISTING_BY_OPERATION = {
    ("CreateTable", "ResourceInUseException"),
    ("CreateFunction", "ResourceConflictException"),
    ("CreateAlias", "ResourceConflictException"),
    ("AddPermission", "ResourceConflictException"),
    ("CreateResource", "ConflictException"),
    ("CreateStage", "ConflictException"),
    ("CreateAuthorizer", "ConflictException"),
    ("CreateUsagePlanKey", "ConflictException"),
    ("PutMethod", "ConflictException"),
    ("PutMethodResponse", "ConflictException"),
}
"""Codes that mean «there is one already» for these operations, G19's among them, and something else
for others."""
EXISTING_BY_TEXT = {("CreateAuthorizer", "BadRequestException"): "must be unique"}

LATE = "AWS may show or forget late what was changed just now: repeat the command in a minute"

SERVER_ERROR = 500
LOCAL_CLOUD_GONE = "LocalCloudGone"


MEASURED = " String measured:"
"""Behind it Lambda repeats a function's whole environment, others' variables too, where it is over
4 KB (github-aws-runners/terraform-aws-github-runner, issue 3594)."""

CHECK_KEY = (
    "check the access key, that this machine's clock is right, "
    "and that the account has this Region enabled"
)


class NotAnAnswer(ResponseParserError):  # type: ignore[misc]  # botocore has no types
    """What botocore's parsers would take for an answer and isn't one; says why in brief."""


OTHERWISE_NAMED = {
    "BatchExecuteStatement": "PartiQLInsert",
    "Invoke": "InvokeFunction",
    "TransactWriteItems": "PutItem",
}
"""Of these IAM knows what a statement or an action does, not the call that carries it."""


PREFIXES = {"resourcegroupstaggingapi": "tag"}
"""Of services that IAM calls otherwise than botocore does."""


def iam_action(service: str, operation: str, http_method: str) -> str:
    """The permission that a call needs; API Gateway names its permissions by HTTP verb."""
    if service == "apigateway":
        return f"apigateway:{http_method}"
    return f"{PREFIXES.get(service, service)}:{OTHERWISE_NAMED.get(operation, operation)}"


def translate(
    error: Exception, service: str, operation: str, request: str, location: Location | None
) -> ProductsApiError:
    """The error of our tree for one that botocore raised in `operation`.

    `request` is the operation's HTTP verb, and its path if that is known: `POST /restapis`.
    """
    if isinstance(error, boto.ClientError) and error.operation_name == operation:
        return _answered(error, service, operation, request)
    if isinstance(error, ProductsApiError):  # raised by what botocore asked of us
        return error
    if isinstance(error, ResponseParserError) or _met_by_a_parser(error):
        return _unreadable(error, operation)
    if isinstance(error, boto.ClientError) or concerned(error):  # AssumeRole's, for one
        return unusable(error)
    if isinstance(error, NO_ANSWER):
        return _no_answer(error, operation, location)
    if isinstance(error, boto.BotoCoreError):
        return ConfigError(f"{operation}: {error}")
    raise error


class _Known(TypedDict):
    status: int
    request_id: str


def _answered(
    error: boto.ClientError, service: str, operation: str, request: str
) -> ProductsApiError:
    answer = error.response.get("Error", {})
    code, text = answer.get("Code") or "Unknown", answer.get("Message") or ""
    text = text.partition(MEASURED)[0]
    reported = error.response.get("ResponseMetadata", {})
    status, request_id = reported.get("HTTPStatusCode", 0), reported.get("RequestId", "")
    known: _Known = {"status": status, "request_id": request_id}
    if code.isdigit() and text.lstrip().startswith("<"):  # a proxy's own page
        return Unintelligible(operation, "the answer is a page of HTML", **known)
    if code in EXPIRED:
        return CredentialsError(f"the AWS credentials have expired ({code})", NEW_CREDENTIALS)
    if code in BAD_CREDENTIALS:
        reported = _first_line(text)
        return CredentialsError(
            f"AWS doesn't accept the credentials: {reported} ({code})", CHECK_KEY
        )
    if code in DENIED:
        named = re.search(r"not authorized to perform: ([\w-]+:\w+)", text)
        verb, _, path = request.partition(" ")
        action = named[1] if named else iam_action(service, operation, verb)
        if path and action == f"apigateway:{verb}":  # by itself a verb says little
            action = f"{action} on {path}"
        hint = f"ask for the permission {action}, or use another profile (--profile)"
        return AccessDenied(operation, code, f"{action} isn't allowed: {text}", hint, **known)
    if code == "TransactionCanceledException":
        cancelled = Cancelled(operation, code, text, **known)
        cancelled.reasons = _reasons(error.response)
        return cancelled
    return _refused(operation, code, text, known)


def _reasons(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    reported = answer.get("CancellationReasons") or ()
    return [(each.get("Code") or "None", each.get("Message") or "") for each in reported]


def _refused(operation: str, code: str, text: str, known: _Known) -> AwsError:
    """What AWS says of the thing that was asked for, whoever asks."""
    if code in MISSING:
        return NotFound(operation, code, text, LATE, **known)
    if _exists(operation, code, text):
        return AlreadyExists(operation, code, text, **known)
    if code in OUTDATED:
        return Outdated(operation, code, text, "repeat the command: it looks again", **known)
    if known["status"] >= SERVER_ERROR:
        hint = "AWS reported an internal error: repeat the command"
        return Interrupted(operation, code, text, hint, **known)
    return AwsError(operation, code, text, **known)


def _exists(operation: str, code: str, text: str) -> bool:
    if code in EXISTING or (operation, code) in EXISTING_BY_OPERATION:
        return True
    said = EXISTING_BY_TEXT.get((operation, code))
    return said is not None and said in text


def _first_line(text: str) -> str:
    """Without what may follow: the request as AWS read it, whose headers hold the session token."""
    return text.partition("\n")[0]


def _met_by_a_parser(error: Exception) -> bool:
    """Parsers meet what isn't in AWS's form with whatever Python raises then."""
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_globals.get("__name__") == parsers.__name__ for frame, _ in frames)


def _unreadable(error: Exception, operation: str) -> Unintelligible:
    """Botocore's own text may hold all of the body, secrets too; ours doesn't."""
    text = f": {error}" if isinstance(error, NotAnAnswer) else ""
    return Unintelligible(operation, f"the answer isn't in AWS's form{text}")


def _no_answer(error: Exception, operation: str, location: Location | None) -> Interrupted:
    message = without_passwords(str(error))
    taken = f" ({location.through})" if location and location.through else ""
    if not isinstance(error, (boto.EndpointConnectionError, boto.ConnectTimeoutError)):
        text = f"the connection broke: {message}{taken}"
        hint = hint_for(error) or "repeat the command"
        return Interrupted(operation, "ConnectionLost", text, hint)
    if location and location.local:
        hint = "see `productsapi local status`; `productsapi local up` starts it again"
        return Interrupted(operation, LOCAL_CLOUD_GONE, "the local cloud doesn't answer", hint)
    hint = "check the network, the Region's name and AWS_ENDPOINT_URL"
    return Interrupted(operation, "Unreachable", f"{message}{taken}", hint)
