"""The kinds of faults, and AWS's errors in each service's own form.

Sources: botocore's service models, and the pages «Common errors» and «Throttling» of the services'
API references.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from xml.sax.saxutils import escape

from fault_calls import Request

from productsapi.aws.error_mapping import iam_action

ACCOUNT = "000000000000"
QUERY = {"iam", "sns", "sts"}
REST = {"apigateway", "lambda"}


class Kind(str, Enum):
    """What happens to one call."""

    THROTTLED = "throttled"  # once: the SDK, or the command, tries again
    SERVER_ERROR = "500"  # every attempt, so that it isn't the SDK alone that rides over it
    CUT_BEFORE = "cut before"  # the connection breaks, every attempt, and nothing took effect
    CUT_AFTER = "cut after"  # every attempt takes effect, no answer comes
    TIMED_OUT = "timed out"  # once: it takes effect, and no answer comes in time
    DENIED = "denied"
    KILLED_BEFORE = "killed before"  # the command, by SIGKILL, before the call takes effect
    KILLED_AFTER = "killed after"
    CTRL_C = "ctrl-c"  # SIGINT to the command while the call is under way

    @property
    def every_attempt(self) -> bool:
        return self in {Kind.SERVER_ERROR, Kind.CUT_BEFORE, Kind.CUT_AFTER}

    @property
    def takes_effect(self) -> bool:
        return self in {Kind.CUT_AFTER, Kind.TIMED_OUT, Kind.KILLED_AFTER, Kind.CTRL_C}

    @property
    def kills(self) -> bool:
        return self in {Kind.KILLED_BEFORE, Kind.KILLED_AFTER}


FOR_READS = (Kind.DENIED, Kind.CUT_BEFORE)
FOR_CHANGES = tuple(Kind)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


THROTTLE = {
    "apigateway": ("TooManyRequestsException", 429, "Too Many Requests"),
    "lambda": ("TooManyRequestsException", 429, "Rate exceeded"),
    "iam": ("Throttling", 400, "Rate exceeded"),
    "sts": ("Throttling", 400, "Rate exceeded"),
    "dynamodb": ("ThrottlingException", 400, "Rate of requests exceeds the allowed throughput."),
    "cognito-idp": ("TooManyRequestsException", 400, "Rate exceeded"),
    "logs": ("ThrottlingException", 400, "Rate exceeded"),
    "ssm": ("ThrottlingException", 400, "Rate exceeded"),
    "secretsmanager": ("ThrottlingException", 400, "Rate exceeded"),
    "resourcegroupstaggingapi": ("ThrottledException", 400, "Rate exceeded"),
}

BROKEN = {
    "apigateway": "InternalFailure",
    "lambda": "ServiceException",
    "iam": "ServiceFailure",
    "sts": "InternalFailure",
    "dynamodb": "InternalServerError",
    "cognito-idp": "InternalErrorException",
    "logs": "ServiceUnavailableException",
    "ssm": "InternalServerError",
    "secretsmanager": "InternalServiceError",
    "resourcegroupstaggingapi": "InternalServiceException",
}


def throttled(request: Request) -> Answer:
    code, status, text = THROTTLE[request.service]
    return error_answer(request.service, status, code, text)


def server_error(request: Request) -> Answer:
    service = request.service
    return error_answer(
        service, 500, BROKEN[service], "We encountered an internal error. Try again."
    )


def denied(request: Request, operation: str) -> Answer:
    """AWS's own words, with the permission as IAM names it."""
    service = request.service
    action = iam_action(service, operation, request.method)
    user = f"arn:aws:iam::{ACCOUNT}:user/someone"
    on = f"arn:aws:{service}:{request.region}:{ACCOUNT}:*"
    text = (
        f"User: {user} is not authorized to perform: {action} on resource: {on} "
        f"because no identity-based policy allows the {action} action"
    )
    code = "AccessDenied" if service in QUERY else "AccessDeniedException"
    return error_answer(service, 403 if service in QUERY | REST else 400, code, text)


def error_answer(service: str, status: int, code: str, text: str) -> Answer:
    """In the protocol of the service: XML for the old ones, JSON with the code in it, or before."""
    if service in QUERY:
        fault = "Receiver" if status >= 500 else "Sender"
        body = (
            f"<ErrorResponse><Error><Type>{fault}</Type><Code>{code}</Code>"
            f"<Message>{escape(text)}</Message></Error>"
            "<RequestId>b25f48e8-84fd-11e6-80d9-574e0c4664cb</RequestId></ErrorResponse>"
        )
        return Answer(status, {"Content-Type": "text/xml"}, body.encode())
    if service in REST:
        headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
        return Answer(status, headers, json.dumps({"message": text}).encode())
    version = "1.0" if service == "dynamodb" else "1.1"
    prefix = "com.amazon.coral.service#" if service == "dynamodb" else ""
    headers = {"Content-Type": f"application/x-amz-json-{version}"}
    return Answer(status, headers, json.dumps({"__type": prefix + code, "message": text}).encode())
