"""What passes by itself: the answers of AWS that mean «not yet», each with its reason and cadence.

A wait is dense at first, since most of these pass in seconds, then slower, and minutes in total,
since some don't. Sources: botocore's service models, AWS's quota pages, and the propagation
constants that terraform-provider-aws settled on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Cadence:
    """Seconds: the first pause, the longest one, and all of them together."""

    first: float
    longest: float
    total: float

    def pauses(self) -> Iterator[float]:
        spent, pause = 0.0, self.first
        while spent < self.total:
            yield pause
            spent += pause
            pause = min(pause * 1.5, self.longest)


@dataclass(frozen=True)
class Transient:
    """Matches where service, operation, code and text all do; an empty pattern matches anything."""

    reason: str
    cadence: Cadence
    service: str = ""
    operation: str = ""
    code: str = ""
    text: str = ""

    def matches(self, service: str, operation: str, code: str, text: str) -> bool:
        given = ((self.service, service), (self.operation, operation), (self.code, code))
        return all(re.fullmatch(pattern or ".*", value) for pattern, value in given) and bool(
            re.search(self.text, text, re.IGNORECASE)
        )


PROPAGATION = Cadence(first=0.5, longest=5, total=300)
BRIEF = Cadence(first=0.5, longest=4, total=60)
STATE = Cadence(first=0.5, longest=5, total=300)
QUOTA = Cadence(first=1, longest=8, total=180)
SLOW_QUOTA = Cadence(first=5, longest=15, total=300)

THROTTLED = (
    "Throttling|ThrottlingException|ThrottledException|TooManyRequestsException|RequestThrottled"
    "|RequestThrottledException|RequestLimitExceeded|PriorRequestNotComplete|SlowDown"
    "|ProvisionedThroughputExceededException"
)

TRANSIENTS = (
    Transient(
        "the new role can't be assumed by Lambda yet: IAM takes some seconds to spread it",
        PROPAGATION,
        service="lambda",
        code="InvalidParameterValueException",
        text="cannot be assumed by Lambda|execution role does not have permissions",
    ),
    Transient(
        "Lambda is short of network or key grants for the new role",
        PROPAGATION,
        service="lambda",
        code="InvalidParameterValueException",
        text="throttled by EC2|KMS key is invalid for CreateGrant",
    ),
    Transient(
        "Lambda is still working on the function's last change",
        STATE,
        service="lambda",
        code="ResourceConflictException",
        text="in progress|concurrent update|in the following state: (Pending|Creating)",
    ),
    Transient(
        "Lambda doesn't show the new alias yet",
        Cadence(first=0.5, longest=3, total=20),
        service="lambda",
        operation="AddPermission",
        code="ResourceNotFoundException",
    ),
    Transient(
        "IAM doesn't show the new role yet",
        Cadence(first=0.5, longest=3, total=30),
        service="iam",
        operation="PutRolePolicy|TagRole|PutRolePermissionsBoundary",
        code="NoSuchEntity",
    ),
    Transient(
        "IAM still shows the policies that were just removed from the role",
        Cadence(first=0.5, longest=3, total=20),
        service="iam",
        operation="DeleteRole",
        code="DeleteConflict",
    ),
    Transient(
        "another change of the same role is under way",
        BRIEF,
        service="iam",
        code="ConcurrentModification|EntityTemporarilyUnmodifiable",
    ),
    Transient(
        "API Gateway allows one DeleteRestApi in 30 seconds",
        SLOW_QUOTA,
        service="apigateway",
        operation="DeleteRestApi",
        code="TooManyRequestsException",
    ),
    Transient(
        "API Gateway allows one UpdateAccount in 20 seconds",
        SLOW_QUOTA,
        service="apigateway",
        operation="UpdateAccount",
        code="TooManyRequestsException",
    ),
    Transient(
        "API Gateway is at work on another change of this API",
        BRIEF,
        service="apigateway",
        code="ConflictException|BadRequestException",
        text="concurrent modification",
    ),
    Transient(
        "DynamoDB is still at work on the table's last change",
        STATE,
        service="dynamodb",
        code="ResourceInUseException",
        text="being (created|updated|deleted)",
    ),
    Transient(
        "DynamoDB doesn't show the new table's tags yet",
        Cadence(first=0.5, longest=3, total=20),
        service="dynamodb",
        operation="TagResource|ListTagsOfResource",
        code="ResourceNotFoundException",
    ),
    Transient(
        "DynamoDB is at work on too many tables at once",
        STATE,
        service="dynamodb",
        operation="CreateTable|UpdateTable|DeleteTable",
        code="LimitExceededException",
        text="simultaneous",  # the same code says that the account has too many tables
    ),
    Transient(
        "DynamoDB hasn't set up backups for the new table yet",
        STATE,
        service="dynamodb",
        code="ContinuousBackupsUnavailableException",
    ),
    Transient(
        "Cognito is at work on another change of this pool",
        BRIEF,
        service="cognito-idp",
        code="ConcurrentModificationException",
    ),
    Transient(
        "CloudWatch Logs is at work on another change of this log group",
        BRIEF,
        service="logs",
        code="OperationAbortedException",
    ),
    Transient("AWS's rate limit for this call is reached", QUOTA, code=THROTTLED),
)


def transient(service: str, operation: str, code: str, text: str) -> Transient | None:
    """The first entry that an error matches, if it is one that passes."""
    return next((t for t in TRANSIENTS if t.matches(service, operation, code, text)), None)
