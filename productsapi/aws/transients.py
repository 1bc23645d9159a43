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
    """Seconds: the first pause, the longest one, and all of them together.

    For `dense` seconds the pauses stay as short as the first one, then they grow.
    """

    first: float
    longest: float
    total: float
    dense: float = 0

    def pauses(self) -> Iterator[float]:
        spent, pause = 0.0, self.first
        while spent < self.total:
            yield pause
            spent += pause
            if spent >= self.dense:
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


PROPAGATION = Cadence(first=0.15, dense=15, longest=5, total=300)
"""A new role is assumable after eight seconds or so; each try takes its own time besides."""
STATE = Cadence(first=0.05, dense=5, longest=5, total=300)
"""Looks at what takes two seconds (functions) or four (a table); reads that cost no quota."""
BUSY = Cadence(first=0.5, dense=10, longest=5, total=300)
BRIEF = Cadence(first=0.5, dense=5, longest=4, total=60)
LAGGING = Cadence(first=0.3, dense=3, longest=3, total=30)
QUOTA = Cadence(first=1, dense=10, longest=8, total=180)
SLOW_QUOTA = Cadence(first=3, dense=30, longest=10, total=300)

THROTTLED = (
    "Throttling|ThrottlingException|ThrottledException|TooManyRequestsException|RequestThrottled"
    "|RequestThrottledException|RequestLimitExceeded|PriorRequestNotComplete|SlowDown"
    "|ProvisionedThroughputExceededException"
)

QUOTAS = (
    ("one DeleteRestApi in 30 seconds", "DeleteRestApi", SLOW_QUOTA),
    ("one UpdateAccount in 20 seconds", "UpdateAccount", SLOW_QUOTA),
    ("one UpdateUsagePlan in 20 seconds", "UpdateUsagePlan", SLOW_QUOTA),
    ("one CreateDeployment in 5 seconds", "CreateDeployment", QUOTA),
    ("one CreateRestApi in 3 seconds", "CreateRestApi|ImportRestApi", QUOTA),
    ("five GetResources in 2 seconds", "GetResources", QUOTA),
    ("five CreateResource or DeleteResource a second", "(Create|Delete)Resource", QUOTA),
    ("five CreateApiKey or DeleteApiKey a second", "(Create|Delete)ApiKey", QUOTA),
    ("ten calls a second in all", "", QUOTA),
)
"""What API Gateway allows an account in a Region, which nobody can raise (its page of limits)."""

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
        BUSY,
        service="lambda",
        code="ResourceConflictException",
        text="in progress|concurrent update|in the following state: (Pending|Creating)",
    ),
    Transient(
        "Lambda doesn't show the new alias yet",
        LAGGING,
        service="lambda",
        operation="AddPermission",
        code="ResourceNotFoundException",
    ),
    Transient(
        "IAM doesn't show the new role yet",
        LAGGING,
        service="iam",
        operation="PutRolePolicy|AttachRolePolicy|TagRole|PutRolePermissionsBoundary",
        code="NoSuchEntity",
    ),
    Transient(
        "IAM still shows the policies that were just removed from the role",
        LAGGING,
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
        "API Gateway can't use the new role yet: IAM takes some seconds to spread it",
        SLOW_QUOTA,  # one UpdateAccount in 20 seconds
        service="apigateway",
        operation="UpdateAccount",
        code="BadRequestException",
        text="required permissions|assume",
    ),
    Transient(
        "API Gateway is at work on another change of this API",
        BRIEF,
        service="apigateway",
        code="ConflictException|BadRequestException",
        text="concurrent modification",
    ),
    Transient(
        "API Gateway is still making, emptying or removing the stage's cache",
        BUSY,
        service="apigateway",
        operation="UpdateStage|FlushStageCache|DeleteStage",
        code="ConflictException|BadRequestException",
        text="cache.*(in progress|IN_PROGRESS)|IN_PROGRESS.*cache",  # not documented word by word
    ),
    Transient(
        "API Gateway doesn't show the new stage or API key yet",
        LAGGING,
        service="apigateway",
        operation="CreateUsagePlan(Key)?",
        code="NotFoundException",
    ),
    Transient(
        "Secrets Manager doesn't show the new secret yet",
        LAGGING,
        service="secretsmanager",
        operation="PutSecretValue|TagResource",
        code="ResourceNotFoundException",
    ),
    Transient(
        "Secrets Manager doesn't know everywhere yet that the secret is restored",
        LAGGING,
        service="secretsmanager",
        operation="PutSecretValue|TagResource",
        code="InvalidRequestException",
        text="for deletion",
    ),
    Transient(
        "DynamoDB is still at work on the table's last change",
        BUSY,
        service="dynamodb",
        code="ResourceInUseException",
        text="being (created|updated|deleted)",
    ),
    Transient(
        "DynamoDB doesn't show the new table's tags yet",
        LAGGING,
        service="dynamodb",
        operation="TagResource|ListTagsOfResource",
        code="ResourceNotFoundException",
    ),
    Transient(
        "DynamoDB is at work on too many tables at once",
        BUSY,
        service="dynamodb",
        operation="CreateTable|UpdateTable|DeleteTable",
        code="LimitExceededException",
        text="simultaneous",  # the same code says that the account has too many tables
    ),
    Transient(
        "DynamoDB hasn't set up backups for the new table yet",
        BUSY,
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
    Transient(
        "CloudWatch is at work on another change of this alarm or dashboard",
        BRIEF,
        service="cloudwatch",
        code="ConcurrentModificationException|ConflictException",
    ),
    Transient(
        "SNS is at work on another change of this topic",
        BRIEF,
        service="sns",
        code="ConcurrentAccess(Exception)?|StaleTag(Exception)?",
    ),
    Transient(
        "Parameter Store is at work on another change of the lease",
        BRIEF,
        service="ssm",
        code="TooManyUpdates",
    ),
    *(
        Transient(f"API Gateway allows {quota}", cadence, "apigateway", operation, THROTTLED)
        for quota, operation, cadence in QUOTAS
    ),
    Transient("AWS's rate limit for this call is reached", QUOTA, code=THROTTLED),
)


def transient(service: str, operation: str, code: str, text: str) -> Transient | None:
    """The first entry that an error matches, if it is one that passes."""
    return next((t for t in TRANSIENTS if t.matches(service, operation, code, text)), None)
