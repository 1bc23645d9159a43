"""The answers of AWS that mean «not yet», each with its reason and cadence.

Sources: botocore's service models, AWS's quota pages, what users of other tools report, and the
propagation constants that terraform-provider-aws settled on. What this run has made itself and AWS
doesn't show yet needs no entry here: see read_after_write.py.
"""

from __future__ import annotations

from productsapi.aws.retries import (
    BRIEF,
    BUSY,
    CACHE,
    INDEX,
    LAGGING,
    PROPAGATION,
    QUOTA,
    SLOW_QUOTA,
    Transient,
)
from productsapi.aws.throttles import THROTTLES

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
        text="in progress|concurrent update"
        "|in the following state: '?(Pending|Creating|InProgress)",  # K4, K17: with quotes or not
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
        text="required (permissions|trust)|assume|not authorized|could not (successfully )?write",
    ),
    Transient(
        "API Gateway is at work on another change of this API",
        BRIEF,
        service="apigateway",
        code="ConflictException|BadRequestException",
        text="concurrent modification",
    ),
    Transient(
        "API Gateway is at work on an update of the whole API",  # G2
        BUSY,
        service="apigateway",
        code="BadRequestException",
        text="apiStatus is UPDATING|already an update in progress",
    ),
    Transient(
        "API Gateway is at work on another deployment",  # K3
        QUOTA,
        service="apigateway",
        operation="CreateDeployment",
        code="ConflictException",
        text="another deployment is in progress",
    ),
    Transient(
        "API Gateway is still at work on the stage's last change: of a cache that takes minutes",
        CACHE,
        service="apigateway",
        operation="UpdateStage|FlushStageCache|DeleteStage",
        code="ConflictException|BadRequestException",
        text="previous change is still in progress"  # G3; the others aren't documented
        "|cache.*(in progress|IN_PROGRESS)|IN_PROGRESS.*cache",
    ),
    Transient(
        "API Gateway still counts the stages that were just taken out of the usage plan",  # G12
        LAGGING,
        service="apigateway",
        operation="DeleteUsagePlan",
        code="BadRequestException",
        text="API Stages associated",
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
        "DynamoDB is still at work on the table: a new index takes eight minutes and more",  # K5
        INDEX,
        service="dynamodb",
        operation="DeleteTable|UpdateTable",
        code="ResourceInUseException",
        text="being (created|updated|deleted)|in use",
    ),
    Transient(
        "DynamoDB is still at work on the table's last change",
        BUSY,
        service="dynamodb",
        code="ResourceInUseException",
        text="being (created|updated|deleted)",
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
        "DynamoDB is still at work on the table's last tags",  # D1
        BUSY,
        service="dynamodb",
        operation="TagResource|UntagResource",
        code="LimitExceededException|SubscriberLimitExceeded(Exception)?",
    ),
    Transient(
        "DynamoDB hasn't set up backups for the new table yet",
        BUSY,
        service="dynamodb",
        code="ContinuousBackupsUnavailableException",
    ),
    Transient(
        "DynamoDB is setting up the table's backups",  # K12
        BUSY,
        service="dynamodb",
        code="ValidationException|ContinuousBackupsUnavailableException",
        text="backups are being enabled",
    ),
    Transient(
        "DynamoDB is still at work on this very transaction, whose answer was lost",
        BRIEF,
        service="dynamodb",
        operation="TransactWriteItems",
        code="TransactionInProgressException",
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
    *THROTTLES,
)


def transient(service: str, operation: str, code: str, text: str) -> Transient | None:
    """The first entry that an error matches, if it is one that passes."""
    return next((t for t in TRANSIENTS if t.matches(service, operation, code, text)), None)
